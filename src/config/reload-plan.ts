/**
 * What a reload will do: the differences of two configurations, each with what comes of it. Pure.
 *
 * A configuration is a list of sections (a frontend, one of its addresses, a backend, a server, an account …), each known
 * by its path.
 * A section is added, removed, or some of its keys are changed.
 */

import { addressText } from './address.js';
import type { Config, FrontendConfig } from './config.js';
import type { Path } from './problem.js';
import type { Effect } from './reload-key.js';
import { sectionsOf } from './reload-sections.js';
import type { Section, Value } from './reload-sections.js';
import { isSame } from './same.js';

export type Change =
  /** `detail` says what is added: the address of a server. */
  | { readonly kind: 'add'; readonly path: Path; readonly detail: string }
  /** The sessions stay until they end. `note` says why it is removed, if the file does not. */
  | { readonly kind: 'remove'; readonly path: Path; readonly sessions: number; readonly note: string }
  /** The last step of the path is the key, `timeout.client`; values as the file spells them, and never a secret. */
  | {
      readonly kind: 'change' | 'restart';
      readonly path: Path;
      readonly from: string;
      readonly to: string;
      readonly effect: Effect;
    };

export interface Plan {
  readonly changes: readonly Change[];
}

/** What is known of the running parts of the former configuration. */
export interface Standing {
  /** How many sessions the frontend, backend, server or account at this path has. */
  sessionsAt(path: Path): number;
  /** Why it is there although no file says so, or empty. */
  originOf(path: Path): string;
}

const NOTHING_RUNS: Standing = { sessionsAt: () => 0, originOf: () => '' };

export function planOf(before: Config, after: Config, standing: Standing = NOTHING_RUNS): Plan {
  const [old, next] = [byPath(sectionsOf(before)), byPath(sectionsOf(after))];
  const changes = [...next.values()].flatMap((section): Change[] => {
    const former = find(old, section.path);
    if (former !== undefined) return [...changedKeys(former, section), ...changedOrder(former, section)];
    if (isToldOfAbove(section, old)) return [];
    return [{ kind: 'add', path: section.path, detail: section.detail }];
  });
  const removals = [...old.values()]
    .filter((section) => find(next, section.path) === undefined && !isToldOfAbove(section, next))
    .map(({ path }): Change => {
      return { kind: 'remove', path, sessions: standing.sessionsAt(path), note: standing.originOf(path) };
    });
  return { changes: [...changes, ...removals] };
}

/** By path, because an installation may list thousands of accounts, and no session is served meanwhile. */
type Sections = ReadonlyMap<string, Section>;

function byPath(sections: readonly Section[]): Sections {
  return new Map(sections.map((section) => [JSON.stringify(section.path), section]));
}

function find(sections: Sections, path: Path): Section | undefined {
  return sections.get(JSON.stringify(path));
}

/** Whether that it comes or goes is said by another change: that of a key, or of the whole frontend or backend. */
function isToldOfAbove({ path, isToldOfByKey }: Section, others: Sections): boolean {
  return isToldOfByKey || (path.length > 2 && find(others, path.slice(0, 2)) === undefined);
}

function changedKeys(former: Section, section: Section): Change[] {
  const [before, after] = [former, section].map(({ values }) => partsIn(values));
  return section.values.flatMap((value, at): Change[] => {
    const old = former.values[at];
    if (old === undefined || isSame(old.value, value.value)) return [];
    const { effect, key, part } = value;
    const path = [...section.path, key];
    const kind = effect === 'restart' ? 'restart' : 'change';
    const [wasThere, isThere] = [before?.has(part), after?.has(part)];
    if (part !== '' && wasThere !== isThere)
      return isFirstOf(section, part, at) ? [switched(section, part, wasThere)] : [];
    // What differs and reads alike is a secret.
    const to = old.text === value.text ? `${value.text} with another secret` : value.text;
    return [{ kind, path, from: old.text, to, effect }];
  });
}

/** The order of those that stay, which `first` fills them in, and which gives servers their numbers. */
function changedOrder(former: Section, { path, below }: Section): Change[] {
  const from = former.below.filter((name) => below.includes(name));
  const to = below.filter((name) => from.includes(name));
  if (isSame(from, to)) return [];
  return [{ kind: 'change', path: [...path, 'servers'], from: from.join(' '), to: to.join(' '), effect: 'at-once' }];
}

/** A part that comes or goes is one change, and not one for each of its keys. */
function switched({ path }: Section, part: string, wasThere: boolean | undefined): Change {
  const [from, to] = wasThere === true ? ['on', 'off'] : ['off', 'on'];
  return { kind: 'change', path: [...path, part], from, to, effect: 'at-once' };
}

function partsIn(values: readonly Value[]): ReadonlySet<string> {
  return new Set(values.flatMap(({ part, value }) => (value === undefined ? [] : [part])));
}

function isFirstOf({ values }: Section, part: string, at: number): boolean {
  return values.findIndex((value) => value.part === part) === at;
}

/** What runs after a reload: all of the new configuration but what needs a restart, which stays as it was. */
export function inEffect(before: Config, after: Config): Config {
  const { global, admin } = after;
  return {
    ...after,
    global: {
      ...global,
      log: { ...global.log, to: before.global.log.to },
      stateFile: before.global.stateFile,
      pidFile: before.global.pidFile,
    },
    admin: {
      sockets: isSame(socketPlaces(before), socketPlaces(after)) ? admin.sockets : before.admin.sockets,
      http: before.admin.http,
    },
    frontends: after.frontends.map((frontend) => {
      const former = before.frontends.find(({ name }) => name === frontend.name);
      return former === undefined ? frontend : boundAs(former, frontend);
    }),
  };
}

function socketPlaces({ admin }: Config): readonly unknown[] {
  return admin.sockets.map(({ address, owner }) => ({ address, owner }));
}

function boundAs(former: FrontendConfig, frontend: FrontendConfig): FrontendConfig {
  const listen = frontend.listen.map((entry) => {
    const bound = former.listen.find(({ address }) => addressText(address) === addressText(entry.address));
    return bound === undefined ? entry : { ...entry, address: bound.address };
  });
  return { ...frontend, backlog: former.backlog, listen };
}
