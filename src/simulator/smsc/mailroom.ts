/**
 * Brings reports and messages to the accounts' sessions. All gateways share it, as those of one platform do: what a
 * session has not answered when it ends goes to another session of the account, on whatever gateway, or waits for one.
 * Pure: the clock is given.
 */

import type { Clock } from '../../runtime/clock.js';
import { DelayLine } from '../delay-line.js';
import type { Mail } from './mail.js';

/** A session that is logged in. */
export interface Recipient {
  deliver(mail: Mail): void;
}

/** What an account has sent and been sent since the start, as QUERY asks for it. */
export interface AccountTotals {
  submits: number;
  destinations: number;
  messagesTaken: number;
}

interface Account {
  readonly recipients: Set<Recipient>;
  readonly held: Mail[];
  readonly totals: AccountTotals;
}

interface Posted {
  mail: Mail;
  readonly sender: Recipient;
}

/** Mail that waits for accounts that are not logged in; beyond that, the newest is thrown away. */
const MOST_HELD = 100_000;

export class Mailroom {
  readonly #accounts = new Map<string, Account>();
  readonly #line: DelayLine<Posted>;
  #heldNow = 0;
  #lost = 0;

  constructor(clock: Clock) {
    this.#line = new DelayLine(clock, ({ mail, sender }) => this.#bring(mail, sender));
  }

  /** Waiting for its time, or for its account to log in. */
  get waitingNow(): number {
    return this.#line.length + this.#heldNow;
  }

  /** Thrown away, because too much was held. */
  get lost(): number {
    return this.#lost;
  }

  totals(account: string): AccountTotals {
    return this.#account(account).totals;
  }

  /** Reports of one account that wait for their time. */
  reportsWaitingOf(account: string): number {
    return this.#line.items().filter(({ mail }) => mail.account === account).length;
  }

  opened(account: string, recipient: Recipient): void {
    const entry = this.#account(account);
    entry.recipients.add(recipient);
    this.#heldNow -= entry.held.length;
    for (const mail of entry.held.splice(0)) recipient.deliver(mail);
  }

  /** `recipient` takes nothing any more. */
  closed(account: string, recipient: Recipient): void {
    this.#account(account).recipients.delete(recipient);
  }

  /** After `delayMs` brings `mail` to `sender`, the session that it comes of, if that is still there. */
  post(mail: Mail, sender: Recipient, delayMs: number): void {
    this.#line.push({ mail, sender }, delayMs);
  }

  /** Brings what a session that ended could not: to another one. */
  repost(mails: readonly Mail[]): void {
    for (const mail of mails) this.#bring(mail, undefined);
  }

  /** Makes the report of a message that is still under way say DELETED; false when its report is gone, or none was asked. */
  cancel(account: string, msgId: bigint): boolean {
    const posted = this.#line.items().find(({ mail }) => isReportOf(mail, account, msgId));
    if (posted === undefined || posted.mail.content.kind !== 'report') return false;
    const report = { ...posted.mail.content.report, stat: 'DELETED' };
    posted.mail = { ...posted.mail, content: { kind: 'report', report } };
    return true;
  }

  /** Brings nothing more. */
  stop(): void {
    this.#line.clear();
  }

  #bring(mail: Mail, sender: Recipient | undefined): void {
    const { recipients, held } = this.#account(mail.account);
    const [first] = recipients;
    const recipient = sender !== undefined && recipients.has(sender) ? sender : first;
    if (recipient !== undefined) {
      recipient.deliver(mail);
    } else if (this.#heldNow < MOST_HELD) {
      held.push(mail);
      this.#heldNow += 1;
    } else {
      this.#lost += 1;
    }
  }

  #account(name: string): Account {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const account: Account = {
      recipients: new Set(),
      held: [],
      totals: { submits: 0, destinations: 0, messagesTaken: 0 },
    };
    this.#accounts.set(name, account);
    return account;
  }
}

function isReportOf(mail: Mail, account: string, msgId: bigint): boolean {
  return mail.account === account && mail.content.kind === 'report' && mail.content.report.msgId === msgId;
}
