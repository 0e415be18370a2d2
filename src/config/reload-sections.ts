/** A configuration as the sections of its file, with what a reload compares of each: see reload-plan.ts. Pure. */

import type { ListedAccount } from '../balancer/account-rules.js';
import { NO_RULES } from '../balancer/account-rules.js';
import { keyOfAccount } from './account-name.js';
import { addressText } from './address.js';
import type { BackendConfig, Config, FrontendConfig } from './config.js';
import type { Path } from './problem.js';
import { accountKeys, unknownAccountsKeys } from './reload-account-rules.js';
import { backendKeys, serverKeys } from './reload-backend-rules.js';
import type { Effect, KeyRule } from './reload-key.js';
import { adminKeys, adminSocketKeys, frontendKeys, globalKeys, listenKeys } from './reload-rules.js';

/** With whose addition or removal all below comes and goes, and is not told of by itself. */
export interface Section {
  readonly path: Path;
  readonly detail: string;
  readonly values: readonly Value[];
  /** The names of its servers, in order. */
  readonly below: readonly string[];
  /** That it comes or goes is the change of a key elsewhere. */
  readonly isToldOfByKey: boolean;
}

export interface Value {
  readonly key: string;
  readonly effect: Effect;
  readonly part: string;
  readonly value: unknown;
  readonly text: string;
}

const UNLIMITED = valuesOf(accountKeys, NO_RULES);

/** A field of the configuration without an entry does not compile: nothing takes effect that no plan tells of. */
const sectionsIn: { readonly [Field in keyof Config]-?: (value: Config[Field]) => readonly Section[] } = {
  global: (global) => [section(['global'], valuesOf(globalKeys, global))],
  admin: (admin) => [
    section(['admin'], valuesOf(adminKeys, admin)),
    ...admin.sockets.map((socket) =>
      // Another address needs a restart, and is told of as a key of `admin`.
      section(['admin', 'socket', addressText(socket.address)], valuesOf(adminSocketKeys, socket), {
        isToldOfByKey: true,
      }),
    ),
  ],
  frontends: (frontends) => frontends.flatMap(ofFrontend),
  backends: (backends) => backends.flatMap(ofBackend),
  accounts: ({ listed, unlisted }) => [
    section([], valuesOf(unknownAccountsKeys, { unlisted })),
    ...(unlisted === undefined
      ? []
      : [section(['default-account'], valuesOf(accountKeys, unlisted), { isToldOfByKey: true })]),
    ...listed.map(ofAccount),
  ],
};

export function sectionsOf({ global, admin, frontends, backends, accounts }: Config): Section[] {
  return [
    ...sectionsIn.global(global),
    ...sectionsIn.admin(admin),
    ...sectionsIn.frontends(frontends),
    ...sectionsIn.backends(backends),
    ...sectionsIn.accounts(accounts),
  ];
}

function ofFrontend(frontend: FrontendConfig): Section[] {
  const path = ['frontends', frontend.name];
  const addresses = numbered(frontend.listen, ({ address }) => addressText(address));
  const detail = addresses.map(([address]) => address).join(' ');
  return [
    section(path, valuesOf(frontendKeys, frontend), { detail }),
    ...addresses.map(([address, listen]) => section([...path, 'listen', address], valuesOf(listenKeys, listen))),
  ];
}

function ofBackend(backend: BackendConfig): Section[] {
  const path = ['backends', backend.name];
  const below = backend.servers.map(({ name }) => name);
  return [
    section(path, valuesOf(backendKeys, backend), { detail: below.join(' '), below }),
    ...backend.servers.map((server) =>
      section([...path, 'servers', server.name], valuesOf(serverKeys, server), { detail: addressText(server.address) }),
    ),
  ];
}

/** What is written of it is what differs from nothing. */
function ofAccount({ account, ...rules }: ListedAccount): Section {
  const values = valuesOf(accountKeys, rules);
  const detail = values
    .filter(({ text }, at) => text !== UNLIMITED[at]?.text)
    .map(({ key, text }) => `${key} ${text}`)
    .join(', ');
  return section(['accounts', keyOfAccount(account)], values, { detail });
}

function section(
  path: Path,
  values: readonly Value[],
  more: { detail?: string; below?: readonly string[]; isToldOfByKey?: boolean } = {},
): Section {
  const { detail = '', below = [], isToldOfByKey = false } = more;
  return { path, detail, values, below, isToldOfByKey };
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
