/** What a journey is told of its session, and does to it. Pure. */

import type { CloseReason } from './close-reason.js';
import type { Legs } from './legs.js';
import type { Malformed } from './malformed.js';
import type { Login, LoginAnswer } from './recognise.js';
import type { Requester } from './server.js';
import type { Chunk, SessionPort, Side } from './session-port.js';
import type { SessionParts, SessionState, SessionWatcher } from './session-state.js';

/** Takes what one side of a session has sent. */
export interface Intake {
  relay(side: Side, chunk: Chunk, nowMs: number): void;
}

/** The session whose journey it is. */
export interface Traveller {
  readonly who: Requester;
  readonly login: Login | undefined;
  readonly legs: Legs;
  readonly state: SessionState;
  /** What made a stream unreadable, for the log. */
  detail: string;
  malformed: Malformed | undefined;
  become(state: SessionState): void;
  /** One leg can give no more. */
  legOver(side: Side, reason: CloseReason, detail: string, nowMs: number): void;
  /** The client is told to end, with these words, because of this. */
  dismiss(reason: CloseReason, words: Uint8Array, nowMs: number): void;
  /** When there is something to do may have changed. */
  wake(): void;
}

/** To be made field by field: by spreads V8 gives each one a shape of its own, 500 bytes and no quick way to a field. */
export interface JourneyParts extends Omit<SessionParts, 'accounts'> {
  readonly port: SessionPort;
  readonly watcher: SessionWatcher;
  readonly traveller: Traveller;
  /** The server's answer to the first login; undefined in a protocol without logins. */
  readonly answer: LoginAnswer | undefined;
}
