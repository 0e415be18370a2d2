/** What a rule about several keys at once is: it looks at what a file says soundly, and finds. Pure. */

import type { Limits } from './config.js';
import type { StandingNeeds } from './descriptors.js';
import type { PartialConfigFile } from './file-schema.js';
import { isChecked } from './health-sections.js';
import type { Path } from './problem.js';
import type { SecretStore } from './secret.js';

export interface Finding {
  /** It is reported at the first of these that is written, else at the first. Never empty. */
  readonly at: readonly Path[];
  readonly message: string;
  /** What it was concluded from and might be otherwise. Where one of these is faulty itself, it is not reported. */
  readonly from: readonly Path[];
}

/** What a rule may know beside the values of the file. */
export interface Surroundings extends Limits {
  readonly secrets: SecretStore;
  /** A maxconn for which there are not enough descriptors is lowered: a haproxy.cfg's, which HAProxy raised the limit for. */
  readonly lowersMaxconn: boolean;
  /** A key that is not written may have a default, which the values do not tell apart. */
  readonly isWritten: (path: Path) => boolean;
}

export interface Rule {
  /** For the reference: one clause that names what is found. */
  readonly summary: string;
  find(file: PartialConfigFile, surroundings: Surroundings): readonly Finding[];
}

export type PartialFrontend = NonNullable<PartialConfigFile['frontends']>[string];
export type PartialBackend = NonNullable<PartialConfigFile['backends']>[string];
export type PartialServer = NonNullable<PartialBackend['servers']>[string];
type PartialListen = Exclude<PartialFrontend['listen'], readonly unknown[] | undefined>;

export interface Placed<Section> {
  readonly name: string;
  readonly path: Path;
  readonly section: Section;
}

export function frontendsOf(file: PartialConfigFile): Placed<PartialFrontend>[] {
  return placed(['frontends'], file.frontends);
}

export function backendsOf(file: PartialConfigFile): Placed<PartialBackend>[] {
  return placed(['backends'], file.backends);
}

export function serversOf(backend: Placed<PartialBackend>): Placed<PartialServer>[] {
  return placed([...backend.path, 'servers'], backend.section.servers);
}

function placed<Section>(path: Path, sections: Readonly<Record<string, Section>> = {}): Placed<Section>[] {
  return Object.entries(sections).map(([name, section]) => ({ name, path: [...path, name], section }));
}

/** A frontend's addresses, each in the long form and at its own place. */
export function listenersOf(frontend: Placed<PartialFrontend>) {
  const { listen } = frontend.section;
  const path = [...frontend.path, 'listen'];
  const entries = Array.isArray(listen)
    ? listen.map((entry, index) => ({ path: [...path, index], entry }))
    : listen === undefined
      ? []
      : [{ path, entry: listen }];
  return entries.map(({ path, entry }) => ({ path, ...longForm(entry) }));
}

function longForm(entry: PartialListen): Extract<PartialListen, { address?: unknown }> {
  return 'kind' in entry ? { address: entry } : entry;
}

export function standingNeedsOf(file: PartialConfigFile): StandingNeeds {
  const frontends = frontendsOf(file);
  const checked = backendsOf(file).flatMap((backend) =>
    serversOf(backend).filter(({ section }) => isChecked(backend.section, section)),
  );
  return {
    frontends: frontends.length,
    listeners: frontends.flatMap(listenersOf).length,
    callers: callersOf(file),
    checkedServers: checked.length,
  };
}

type PartialSocket = Exclude<NonNullable<PartialConfigFile['admin']>['socket'], readonly unknown[] | undefined>;

/** The entries of `admin.socket`, each at its own place. */
export function socketsOf({ admin }: PartialConfigFile): { readonly path: Path; readonly section: PartialSocket }[] {
  const path = ['admin', 'socket'];
  const socket = admin?.socket;
  if (Array.isArray(socket)) return socket.map((section, index) => ({ path: [...path, index], section }));
  return socket === undefined ? [] : [{ path, section: socket }];
}

/** Each address of the operator's needs one descriptor, and one for each of its callers. */
function callersOf(file: PartialConfigFile): number {
  const http = file.admin?.http;
  const places = [
    ...socketsOf(file).flatMap(({ section: { path, address, maxconn } }) =>
      [path, address].map((place) => ({ address: place, maxconn })),
    ),
    { address: http?.listen, maxconn: http?.maxconn },
  ].filter(({ address }) => address !== undefined);
  return places.reduce((sum, { maxconn = 0 }) => sum + 1 + maxconn, 0);
}

export interface Inherited<Value> {
  readonly value: Value | undefined;
  /** Where it may be written, the section's own place first. */
  readonly from: readonly Path[];
}

/** What a section says under `key`, or else what `defaults` says there. */
export function inherited<Value>(
  section: Path,
  key: Path,
  own: Value | undefined,
  fallback: Value | undefined,
): Inherited<Value> {
  const path = [...section, ...key];
  return own === undefined ? { value: fallback, from: [path, ['defaults', ...key]] } : { value: own, from: [path] };
}

export function modeOf(file: PartialConfigFile, { path, section }: Placed<PartialFrontend | PartialBackend>) {
  return inherited(path, ['mode'], section.mode, file.defaults?.mode);
}
