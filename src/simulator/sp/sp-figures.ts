/** What a simulated SP, or many of them, has sent and what became of it. Every SUBMIT is in one of these numbers. Pure. */

import { msgIdsOfGroup } from '../../cmpp/msg-id.js';
import { ReportLedger } from './report-ledger.js';
import type { EndReason, SpEvent } from './sp-event.js';

export class SpFigures {
  logins = 0;
  loginsRefused = 0;
  /** Connections that did not come about. */
  notConnected = 0;
  /** Sessions that ended otherwise than by the SP's own TERMINATE. */
  sessionsLost = 0;
  submitted = 0;
  /** SUBMITs with an answer, whatever it says. */
  answered = 0;
  /** SUBMITs without one: its time was over, or the session. */
  unanswered = 0;
  /** SUBMITs that were to be sent when their session ended. */
  unsent = 0;
  /** SUBMITs that were due, and left out because no session had room for them. */
  heldBack = 0;
  /** SUBMIT_RESPs that answer nothing that waits for an answer. */
  readonly surplus = { duplicate: 0, late: 0, unknown: 0 };
  /** Messages from phones. */
  messages = 0;
  /** What a gateway should not do. */
  wrong = 0;
  readonly reports = new ReportLedger();
  readonly #byResult = new Map<number, number>();

  /** How many answers had which Result. */
  get byResult(): ReadonlyMap<number, number> {
    return this.#byResult;
  }

  /** Answers with a Result other than 0. */
  get refused(): number {
    return this.answered - (this.#byResult.get(0) ?? 0);
  }

  take(event: SpEvent): void {
    switch (event.kind) {
      case 'logged-in':
        this.logins += 1;
        return;
      case 'login-refused':
        this.loginsRefused += 1;
        return;
      case 'not-connected':
        this.notConnected += 1;
        return;
      case 'submitted':
        this.submitted += 1;
        return;
      case 'answered':
        this.#takeAnswer(event);
        return;
      case 'unanswered':
        if (event.why === 'the session ended before it was sent') this.unsent += 1;
        else this.unanswered += 1;
        return;
      case 'surplus-answer':
        this.surplus[event.why] += 1;
        return;
      case 'report':
        this.reports.take(event.report);
        return;
      case 'message':
        this.messages += 1;
        return;
      case 'wrong':
        this.wrong += 1;
        return;
      case 'ended':
        if (isLoss(event.why)) this.sessionsLost += 1;
        return;
      case 'connected':
        return;
    }
  }

  #takeAnswer({ submission, msgId, result }: SpEvent & { readonly kind: 'answered' }): void {
    this.answered += 1;
    this.#byResult.set(result, (this.#byResult.get(result) ?? 0) + 1);
    const { registeredDelivery, destTerminalIds } = submission.submit;
    if (result === 0 && registeredDelivery === 1) this.reports.expect(msgIdsOfGroup(msgId, destTerminalIds.length));
  }
}

/** Whether the event says that something is not as it should be, besides what is said of single messages. */
export function isTrouble(event: SpEvent): boolean {
  if (event.kind === 'ended') return isLoss(event.why);
  return event.kind === 'not-connected' || event.kind === 'login-refused' || event.kind === 'wrong';
}

/** A refused login is counted as that. */
function isLoss(why: EndReason): boolean {
  return why !== 'terminated by the SP' && why !== 'login refused';
}

/** Whether every SUBMIT was answered once, whatever the answer, and every report came that was asked for. */
export function isAccountedFor(figures: SpFigures): boolean {
  const { submitted, answered, unsent, surplus, reports } = figures;
  const isAnswered = submitted > 0 && answered === submitted && unsent === 0;
  return isAnswered && surplus.duplicate + surplus.late + surplus.unknown === 0 && reports.missing === 0;
}

/** Whether it is accounted for, every answer has Result 0, and every report says that the message was delivered. */
export function isDelivered(figures: SpFigures): boolean {
  const { reports, refused } = figures;
  return isAccountedFor(figures) && refused === 0 && (reports.byStat.get('DELIVRD') ?? 0) === reports.asked;
}
