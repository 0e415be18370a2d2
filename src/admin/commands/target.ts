/** Finds what a command names: a server, a backend, a frontend. The words are HAProxy's. */

import type { Entrance } from '../../proxy/balancer.js';
import type { SupervisedServer } from '../../supervision/supervised-server.js';
import { refused } from '../answer.js';
import type { Answer } from '../answer.js';
import { proxyIds } from '../proxy-ids.js';
import type { World } from '../world.js';

type Looked<Target> =
  { readonly kind: 'found'; readonly target: Target } | { readonly kind: 'missing'; readonly answer: Answer };

function missing(text: string): { readonly kind: 'missing'; readonly answer: Answer } {
  return { kind: 'missing', answer: refused(text) };
}

/** `smsc/server1` */
export function lookUpServer({ services, supervisor }: World, name: string | undefined): Looked<SupervisedServer> {
  const [backend = '', server] = name?.split('/', 2) ?? [];
  if (server === undefined) return missing("Require 'backend/server'.");
  if (!services.has(backend)) return missing('No such backend.');
  const target = supervisor.find(backend, server);
  return target === undefined ? missing('No such server.') : { kind: 'found', target };
}

/** Runs `act` with the server that is named, or says that there is none. */
export function onServer(world: World, name: string | undefined, act: (server: SupervisedServer) => Answer): Answer {
  const looked = lookUpServer(world, name);
  return looked.kind === 'found' ? act(looked.target) : looked.answer;
}

export function lookUpFrontend({ balancer }: World, name: string | undefined): Looked<Entrance> {
  if (name === undefined) return missing('A frontend name is expected.');
  const target = balancer.entrances.find(({ frontend }) => frontend.parts.name === name);
  return target === undefined ? missing('No such frontend.') : { kind: 'found', target };
}

/** Of all frontends and backends, by name. */
export function proxyIdsOf({ balancer, services }: World): ReadonlyMap<string, number> {
  return proxyIds(
    balancer.entrances.map(({ frontend }) => frontend.parts.name),
    services.keys(),
  );
}

/** A whole number from 0 on; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
