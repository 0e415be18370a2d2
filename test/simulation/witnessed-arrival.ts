/** What a balancer must make of the begin of a client's stream, known from what the client means to say. Pure. */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import { ACTIVE_TEST, ANSWER, frame } from './frames.js';
import type { Opening } from './sp.js';

const HEARTBEAT_BYTES = 12;
const CONNECT_BYTES = 39;
/** So many ACTIVE_TESTs before a login are answered. */
const MOST_HEARTBEATS = 16;

export interface Arrived {
  /** What must be answered to the heartbeats of this chunk. */
  readonly answers: readonly Uint8Array[];
  /** Why the client is closed now, if it is. */
  readonly refused: CloseReason | undefined;
  /** What follows the CONNECT, if that is complete now. */
  readonly early: Uint8Array | undefined;
}

export class WitnessedArrival {
  readonly #opening: Opening;
  #bytes = 0;

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  /** How many ACTIVE_TESTs come before the login. */
  get heartbeats(): number {
    return this.#opening.kind === 'login' ? this.#opening.heartbeats.length : 0;
  }

  read(chunk: Uint8Array): Arrived {
    const opening = this.#opening;
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (opening.kind === 'foreign') {
      return {
        answers: [],
        refused: this.#bytes < opening.decidedAtBytes ? undefined : opening.reason,
        early: undefined,
      };
    }
    const complete = opening.heartbeats.filter((_, nth) => {
      const end = HEARTBEAT_BYTES * (nth + 1);
      return nth <= MOST_HEARTBEATS && before < end && end <= this.#bytes;
    });
    const isTooMany =
      this.#bytes >= HEARTBEAT_BYTES * (MOST_HEARTBEATS + 1) && opening.heartbeats.length > MOST_HEARTBEATS;
    const answers = (isTooMany ? complete.slice(0, -1) : complete).map((sequenceId) => heartbeatAnswer(sequenceId));
    if (isTooMany) return { answers, refused: 'login-not-connect', early: undefined };
    const earlyBytes = this.#bytes - (HEARTBEAT_BYTES * opening.heartbeats.length + CONNECT_BYTES);
    const early = earlyBytes < 0 ? undefined : chunk.slice(chunk.length - earlyBytes);
    return { answers, refused: undefined, early };
  }
}

function heartbeatAnswer(sequenceId: number): Uint8Array {
  const bytes = frame(ANSWER + ACTIVE_TEST, sequenceId, 1, 0);
  bytes[HEARTBEAT_BYTES] = 0;
  return bytes;
}
