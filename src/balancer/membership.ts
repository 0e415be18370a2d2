/** A session's part in its account: from the login that is let in to the end. Pure but for the port. */

import type { Account, AccountMember } from './account.js';
import { AccountLimiter } from './account-limiter.js';
import type { Limited } from './account-limiter.js';
import { isLimited } from './account-rules.js';
import type { AccountGate, Admitted, NotAdmitted } from './accounts.js';
import type { Journey } from './journey.js';
import type { Login } from './recognise.js';
import { Chunk } from './session-port.js';
import type { SessionWatcher } from './session-state.js';
import type { Intake, Traveller } from './traveller.js';

/** The session, as far as its account concerns it. */
interface Member extends Pick<Traveller, 'legs' | 'wake'> {
  readonly journey: Journey | undefined;
  intake: Intake | undefined;
}

export class Membership implements AccountMember {
  /** Undefined where nothing is limited. */
  #limiter: AccountLimiter | undefined;
  readonly #gate: AccountGate;
  readonly #session: Member;
  readonly #watcher: Pick<SessionWatcher, 'limited'>;
  #admitted: Admitted | undefined;
  /** When it was told to make way, until it does. */
  #makesWayMs = Infinity;

  constructor(gate: AccountGate, session: Member, watcher: Pick<SessionWatcher, 'limited'>) {
    this.#gate = gate;
    this.#session = session;
    this.#watcher = watcher;
  }

  /** When the session has something to do for its account's sake. */
  get deadlineMs(): number {
    return this.#limiter === undefined ? this.#makesWayMs : Math.min(this.#makesWayMs, this.#limiter.deadlineMs);
  }

  /** Logs in to the account; or says why it may not. */
  enter(login: Login, source: Uint8Array, nowMs: number): NotAdmitted | undefined {
    const outcome = this.#gate.admit(login, source, this, nowMs);
    if (outcome.kind === 'refused') return outcome;
    this.#admitted = outcome;
    return undefined;
  }

  /** The session has a server: from now on its account's limits count, for what the client has sent before it as well. */
  begin(early: Uint8Array, nowMs: number): void {
    this.#limit(nowMs);
    if (early.length > 0) this.#session.intake?.relay('client', new Chunk(early), nowMs);
  }

  /** Does what is due. Returns whether the session is to make way. */
  tick(nowMs: number): boolean {
    this.#limiter?.tick(nowMs);
    const makesWay = this.#makesWayMs <= nowMs;
    if (makesWay) this.#makesWayMs = Infinity;
    return makesWay;
  }

  /** The session is over. */
  leave(nowMs: number): void {
    this.#limiter?.end(nowMs);
    if (this.#admitted !== undefined) this.#gate.leave(this.#admitted, this);
    this.#admitted = undefined;
    this.#makesWayMs = Infinity;
  }

  lastHeardMs(): number {
    return this.#session.legs.lastReceivedMs('client');
  }

  /** Another session's event goes on behind this, and a fault here must not harm it: so `tick` does it. */
  makeWay(nowMs: number): void {
    this.#makesWayMs = nowMs;
    this.#session.wake();
  }

  limitsChanged(nowMs: number): void {
    if (this.#limiter === undefined) this.#limit(nowMs);
    else this.#limiter.limitsChanged();
  }

  #limit(nowMs: number): void {
    const { journey } = this.#session;
    const protocol = journey?.parts.mode.protocol;
    if (this.#admitted === undefined || journey === undefined || protocol === undefined) return;
    const { account } = this.#admitted;
    if (this.#limiter !== undefined || !isLimited(account.rules)) return;
    const version = journey.answer?.version ?? '2.0';
    const limited = (outcome: Limited): void => this.#limited(account, outcome);
    const tail = journey.conversation.takeClientTail();
    this.#limiter = new AccountLimiter({ account, journey, protocol, version, limited }, tail, nowMs);
    this.#session.intake = this.#limiter;
  }

  #limited(account: Account, outcome: Limited): void {
    this.#gate.limited(account);
    this.#watcher.limited(outcome);
  }
}
