/** The phases of a session that must follow one another, and how it must end once its end has begun. Pure. */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { SessionRules } from '../../src/balancer/session-state.js';
import type { Side } from '../../src/balancer/session-port.js';
import { reasonFor } from './reason-table.js';
import type { Happening, ModeName, Phase } from './reason-table.js';
import type { Goodbyes } from './traffic.js';
import type { WitnessedLegs } from './witnessed-legs.js';

interface Ending {
  readonly reason: CloseReason;
  readonly deadlineMs: number;
  readonly idleMs: number;
  readonly overdue: CloseReason;
}

type State =
  | { readonly kind: 'recognising' | 'placing' | 'relaying' }
  | { readonly kind: 'ending'; readonly ending: Ending }
  | { readonly kind: 'closed'; readonly reason: CloseReason };

export type LegOver = `${Side} ${'FIN' | 'RST' | 'bad frame'}`;

/** How long a refused client may linger, and peers of which one has answered a TERMINATE. */
const LINGER_MS = 1000;

export class WitnessedLife {
  state: State = { kind: 'recognising' };
  readonly #mode: ModeName;
  readonly #rules: SessionRules;
  readonly #legs: WitnessedLegs;
  readonly #nowMs: () => number;

  constructor(mode: ModeName, rules: SessionRules, legs: WitnessedLegs, nowMs: () => number) {
    this.#mode = mode;
    this.#rules = rules;
    this.#legs = legs;
    this.#nowMs = nowMs;
  }

  get kind(): State['kind'] {
    return this.state.kind;
  }

  /** Why it ends or has ended; undefined before. */
  get reason(): CloseReason | undefined {
    const { state } = this;
    if (state.kind === 'ending') return state.ending.reason;
    return state.kind === 'closed' ? state.reason : undefined;
  }

  /** When silence or patience runs out, while it relays or ends. */
  get deadlineMs(): number {
    const { state } = this;
    const { client, server, lastActiveMs } = this.#legs;
    if (state.kind === 'ending') return Math.min(state.ending.deadlineMs, lastActiveMs + state.ending.idleMs);
    if (state.kind !== 'relaying') return Infinity;
    return Math.min(client.activeMs + this.#rules.clientTimeoutMs, server.activeMs + this.#rules.serverTimeoutMs);
  }

  /** Goes on to the next phase. */
  goesOn(kind: 'placing' | 'relaying'): void {
    this.state = { kind };
  }

  ends(reason: CloseReason, patience: Partial<Ending>): void {
    const ending = { reason, deadlineMs: Infinity, idleMs: Infinity, overdue: reason, ...patience };
    this.state = { kind: 'ending', ending };
  }

  closes(reason: CloseReason): void {
    this.state = { kind: 'closed', reason };
  }

  /** The peer gets some time to read why it is refused. */
  lingers(reason: CloseReason): void {
    this.ends(reason, { deadlineMs: this.#nowMs() + LINGER_MS });
  }

  isLate(): void {
    const { state } = this;
    if (state.kind === 'ending') {
      this.closes(state.ending.overdue);
    } else {
      const isClient = this.#nowMs() - this.#legs.client.activeMs >= this.#rules.clientTimeoutMs;
      this.closes(this.reasonFor(isClient ? 'client silent' : 'server silent', 'relaying'));
    }
  }

  isKilled(): void {
    if (this.kind !== 'closed') this.closes(this.reason ?? 'shutdown');
  }

  /** What one side has said about the end, in all that it has said so far. */
  heeds(side: Side, { saidGoodbye, answeredGoodbye }: Goodbyes): void {
    if (saidGoodbye && this.kind === 'relaying') {
      const finMs = this.#finMs(side === 'client' ? 'server' : 'client');
      this.ends(this.reasonFor(`${side} TERMINATE`, 'relaying'), { deadlineMs: this.#nowMs() + finMs });
    }
    const { state } = this;
    if (answeredGoodbye && state.kind === 'ending' && state.ending.deadlineMs > this.#nowMs() + LINGER_MS) {
      this.lingers(state.ending.reason);
    }
  }

  /** With one leg over, the other is told, and gets the time of its `fin` timeout. */
  losesLeg(side: Side, happening: LegOver): void {
    const other = side === 'client' ? 'server' : 'client';
    const finMs = this.#finMs(other);
    // A peer that has sent FIN may still be listening; one that is gone is not, and nothing counts as activity.
    const isGone = this.#legs[side].reads === 'none';
    const { state } = this;
    if (state.kind === 'relaying') {
      const reason = this.reasonFor(happening, 'relaying');
      if (isGone) this.ends(reason, { deadlineMs: this.#nowMs() + finMs });
      else this.ends(reason, { idleMs: finMs, overdue: `${other}-fin-timeout` });
    } else if (isGone && state.kind === 'ending' && state.ending.deadlineMs === Infinity) {
      this.state = { kind: 'ending', ending: { ...state.ending, deadlineMs: this.#nowMs() + finMs } };
    }
    this.#legs.finish(other);
    if (this.reason !== undefined && this.#legs.areOver) this.closes(this.reason);
  }

  /** By the table; what does not end the session must not be asked for. */
  reasonFor(happening: Happening, phase: Phase): CloseReason {
    const reason = reasonFor(this.#mode, happening, phase);
    if (reason === undefined) throw new Error(`${happening} ends nothing`);
    return reason;
  }

  #finMs(side: Side): number {
    return side === 'client' ? this.#rules.clientFinTimeoutMs : this.#rules.serverFinTimeoutMs;
  }
}
