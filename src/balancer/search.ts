/** Where a session that looks for a server tries next, and where it need not ask again. Pure. */

import type { Backend, Placed, Queued } from './backend.js';
import type { FailedTry, Seeker, Waiter } from './placing-state.js';
import type { CloseReason } from './close-reason.js';
import { hasRoom } from './server.js';
import type { Server } from './server.js';

export interface Tries {
  /** The servers that have failed it. */
  readonly tried: readonly Server[];
  /** Those of them that have answered, and do not take it: they are not asked the same again at once. */
  readonly refusing: readonly Server[];
}

export type Found = Placed | Queued | { readonly kind: 'none'; readonly why: CloseReason };

/** A place for it, which is then its own to give back. */
export function findPlace(backend: Backend<Waiter>, seeker: Seeker, tries: Tries, nowMs: number): Found {
  const found = findWhereItBelongs(backend, seeker, tries, nowMs);
  if (found.kind !== 'queued' || found.waitsFor === undefined || seeker.whenNone === 'close') return found;
  // One that lives goes where there is room, rather than wait for the server that hash or stick table say.
  const passed = [...seeker.avoided, ...tries.tried, ...backend.servers.filter((server) => !hasRoom(server))];
  const hasRoomElsewhere = backend.servers.some((server) => backend.takes(server) && !passed.includes(server));
  return hasRoomElsewhere ? backend.place(seeker.who, passed, nowMs) : found;
}

function findWhereItBelongs(
  backend: Backend<Waiter>,
  { avoided, wanted, whenNone, who }: Seeker,
  { refusing, tried }: Tries,
  nowMs: number,
): Found {
  const failed = [...avoided, ...tried];
  if (wanted !== undefined) return backend.placeAt(wanted, failed);
  if (refusing.length === 0) return backend.place(who, failed, nowMs);
  // Nor does it log in anew where it is well.
  const vain = whenNone === 'stay' ? [...refusing, ...avoided] : refusing;
  const choices = backend.servers.filter((server) => backend.takes(server));
  if (choices.length > 0 && choices.every((server) => vain.includes(server)))
    return { kind: 'none', why: 'login-refused' };
  // Where all have failed, any of them would do; those that have refused would not.
  return backend.place(who, choices.every((server) => failed.includes(server)) ? vain : failed, nowMs);
}

/** What follows a try on `server` that failed, when this has been found instead. */
export function followUp(found: Found, server: Server, { whenNone }: Seeker): FailedTry['next'] {
  if (found.kind === 'none') return whenNone;
  return found.kind === 'placed' && found.server === server ? 'retry' : 'redispatch';
}
