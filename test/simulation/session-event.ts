/** What can happen to a session, in words for its witness and for itself. Pure. */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { Session } from '../../src/balancer/session.js';
import { Chunk } from '../../src/balancer/session-port.js';
import type { DialFailure, Side } from '../../src/balancer/session-port.js';
import type { Leaving } from './turns.js';
import type { Witness } from './witness.js';

export interface SessionEvent {
  /** For the trace. */
  readonly what: string;
  tellWitness(witness: Witness, nowMs: number): void;
  tellSession(session: Session, nowMs: number): void;
}

export const sessionEvents = {
  begin: (source: Uint8Array, refusal: CloseReason | undefined): SessionEvent => ({
    what: refusal === undefined ? 'begins' : `begins, to be refused: ${refusal}`,
    tellWitness: (witness) => witness.begins(),
    tellSession: (session, nowMs) => session.begin(source, refusal, nowMs),
  }),

  read: (side: Side, chunk: Uint8Array): SessionEvent => ({
    what: `${side} sends ${chunk.length}`,
    tellWitness: (witness) => witness.reads(side, chunk),
    tellSession: (session, nowMs) => session.read(side, new Chunk(chunk), nowMs),
  }),

  blocked: (side: Side): SessionEvent => ({
    what: `${side} takes no more`,
    tellWitness: (witness) => witness.legs.blocked(side),
    tellSession: (session) => session.legs.blocked(side),
  }),

  drained: (side: Side): SessionEvent => ({
    what: `${side} has taken all`,
    tellWitness: (witness, nowMs) => witness.legs.drained(side, nowMs),
    tellSession: (session, nowMs) => session.legs.drained(side, nowMs),
  }),

  fin: (side: Side): SessionEvent => ({
    what: `${side} FIN`,
    tellWitness: (witness) => witness.sendsFin(side),
    tellSession: (session, nowMs) => session.finished(side, nowMs),
  }),

  reset: (side: Side, detail: string): SessionEvent => ({
    what: `${side} RST`,
    tellWitness: (witness) => witness.sendsReset(side),
    tellSession: (session, nowMs) => session.lost(side, detail, nowMs),
  }),

  dialled: (): SessionEvent => ({
    what: 'the server accepts',
    tellWitness: (witness) => witness.isDialled(),
    tellSession: (session, nowMs) => session.dialled(nowMs),
  }),

  dialFailed: (failure: DialFailure): SessionEvent => ({
    what: `the dial fails: ${failure.detail}`,
    tellWitness: (witness) => witness.tryFails(failure.kind),
    tellSession: (session, nowMs) => session.dialFailed(failure, nowMs),
  }),

  tick: (): SessionEvent => ({
    what: 'tick',
    tellWitness: (witness) => witness.ticks(),
    tellSession: (session, nowMs) => session.tick(nowMs),
  }),

  leave: ({ server, reason }: Leaving): SessionEvent => ({
    what: `is told to leave ${server.name}: ${reason}`,
    tellWitness: (witness) => witness.leaves(server, reason === 'backup-released' ? 'backup released' : 'marked down'),
    tellSession: (session, nowMs) => session.leaveServer(server, { reason, how: 'close', why: '' }, nowMs),
  }),

  stop: (reason: 'shutdown' | 'killed', deadlineMs: number): SessionEvent => ({
    what: `is told to stop until ${deadlineMs} ms: ${reason}`,
    tellWitness: (witness) => witness.stops(reason === 'killed' ? 'end by hand' : 'stop', deadlineMs),
    tellSession: (session, nowMs) => session.stop(reason, deadlineMs, nowMs),
  }),

  kill: (): SessionEvent => ({
    what: 'is killed',
    tellWitness: (witness) => witness.life.isKilled(),
    tellSession: (session, nowMs) => session.kill(nowMs),
  }),
};
