/**
 * What a reload will do: the differences of two configurations, each with what comes of it. Pure.
 *
 * A configuration is a list of sections (a frontend, one of its addresses, a backend, a server …), each known by its path.
 * A section is added, removed, or some of its keys are changed.
 */

import { addressText } from './address.js';
import type { Config, FrontendConfig } from './config.js';
import type { Path } from './problem.js';
import { backendKeys, serverKeys } from './reload-backend-rules.js';
import type { Effect, KeyRule } from './reload-key.js';
import { adminKeys, adminSocketKeys, frontendKeys, globalKeys, listenKeys } from './reload-rules.js';
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
  /** How many sessions the frontend, backend or server at this path has. */
  sessionsAt(path: Path): number;
  /** Why it is there although no file says so, or empty. */
  originOf(path: Path): string;
}

const NOTHING_RUNS: Standing = { sessionsAt: () => 0, originOf: () => '' };

/** With whose addition or removal all below comes and goes, and is not told of by itself. */
interface Section {
  readonly path: Path;
  readonly detail: string;
  readonly values: readonly Value[];
  /** The names of its servers, in order. */
  readonly below: readonly string[];
}

interface Value {
  readonly key: string;
  readonly effect: Effect;
  readonly part: string;
  readonly value: unknown;
  readonly text: string;
}

export function planOf(before: Config, after: Config, standing: Standing = NOTHING_RUNS): Plan {
  const [old, next] = [sectionsOf(before), sectionsOf(after)];
  const changes = next.flatMap((section): Change[] => {
    const former = find(old, section.path);
    if (former !== undefined) return [...changedKeys(former, section), ...changedOrder(former, section)];
    if (isBelowNew(section.path, old)) return [];
    return [{ kind: 'add', path: section.path, detail: section.detail }];
  });
  const removals = old
    .filter(({ path }) => find(next, path) === undefined && !isBelowNew(path, next))
    .map(({ path }): Change => {
      return { kind: 'remove', path, sessions: standing.sessionsAt(path), note: standing.originOf(path) };
    });
  return { changes: [...changes, ...removals] };
}

function find(sections: readonly Section[], path: Path): Section | undefined {
  return sections.find((section) => isSame(section.path, path));
}

/** Whether the frontend or backend that this is a part of is not in the other configuration at all. */
function isBelowNew(path: Path, others: readonly Section[]): boolean {
  return path.length > 2 && find(others, path.slice(0, 2)) === undefined;
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

function sectionsOf({ global, admin, frontends, backends }: Config): Section[] {
  return [
    { path: ['global'], detail: '', values: valuesOf(globalKeys, global), below: [] },
    { path: ['admin'], detail: '', values: valuesOf(adminKeys, admin), below: [] },
    ...admin.sockets.map((socket) => ({
      // Another address needs a restart, and is told of as a key of `admin`.
      path: ['admin', 'socket', addressText(socket.address)],
      detail: '',
      values: valuesOf(adminSocketKeys, socket),
      below: [],
    })),
    ...frontends.flatMap((frontend): Section[] => {
      const path = ['frontends', frontend.name];
      const addresses = numbered(frontend.listen, ({ address }) => addressText(address));
      const detail = addresses.map(([address]) => address).join(' ');
      return [
        { path, detail, values: valuesOf(frontendKeys, frontend), below: [] },
        ...addresses.map(([address, listen]) => ({
          path: [...path, 'listen', address],
          detail: '',
          values: valuesOf(listenKeys, listen),
          below: [],
        })),
      ];
    }),
    ...backends.flatMap((backend): Section[] => {
      const path = ['backends', backend.name];
      const below = backend.servers.map(({ name }) => name);
      return [
        { path, detail: below.join(' '), values: valuesOf(backendKeys, backend), below },
        ...backend.servers.map((server) => ({
          path: [...path, 'servers', server.name],
          detail: addressText(server.address),
          values: valuesOf(serverKeys, server),
          below: [],
        })),
      ];
    }),
  ];
}

/** Each with its name; the second of a name is called `name #2`: with port 0 a frontend may listen several times. */
function numbered<Item>(items: readonly Item[], nameOf: (item: Item) => string): [string, Item][] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const name = nameOf(item);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name} #${count}`, item];
  });
}

function valuesOf<Config>(rules: Readonly<Record<keyof Config, readonly KeyRule<Config>[]>>, section: Config): Value[] {
  return Object.values<readonly KeyRule<Config>[]>(rules)
    .flat()
    .map((rule) => {
      const { effect, key, part } = rule;
      return { effect, key, part, value: rule.read(section), text: rule.text(section) };
    });
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
