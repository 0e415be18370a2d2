/** The sessions of SPs that keep sending at a steady rate, and what became of everything that they sent. */

import { realClock } from '../../runtime/clock.js';
import type { Clock } from '../../runtime/clock.js';
import { realRandom } from '../../runtime/random.js';
import type { Random } from '../../runtime/random.js';
import { LatencyHistogram } from './latency-histogram.js';
import { submitsOf } from './outgoing-sms.js';
import type { SubmitBody } from './outgoing-sms.js';
import { Pacer } from './pacer.js';
import type { SpEvent } from './sp-event.js';
import { isAccountedFor, isTrouble, SpFigures } from './sp-figures.js';
import { SpLines } from './sp-lines.js';
import { SpLink } from './sp-link.js';
import type { SpOptions, SpOutcome } from './sp-options.js';
import { DEFAULT_SP_SETTINGS } from './sp-settings.js';
import type { Login, SpSettings } from './sp-settings.js';
import { progressLine, summaryLines } from './sp-summary.js';

/** How often is looked whether messages are due. */
const TICK_MS = 10;
const PROGRESS_MS = 1000;

interface Sending {
  readonly link: SpLink;
  readonly account: string;
}

export class SpFleet {
  readonly figures = new SpFigures();
  readonly #options: SpOptions;
  readonly #settings: SpSettings;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lines: SpLines | undefined;
  readonly #trouble: SpLines | undefined;
  readonly #sending: readonly Sending[];
  readonly #all = new LatencyHistogram();
  readonly #lastSecond = new LatencyHistogram();
  readonly #startedMs: number;
  /** By account, where the SMS is not a long one: that is the same each time. */
  readonly #singleSubmits = new Map<string, readonly SubmitBody[]>();
  #pacer: Pacer | undefined;
  #cancelTick: (() => void) | undefined;
  #cancelProgress: (() => void) | undefined;
  #nextSending = 0;
  #submissions = 0;
  #reference: number;
  #settled: (() => void) | undefined;

  constructor(options: SpOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_SP_SETTINGS, ...options.settings };
    this.#clock = options.clock ?? realClock;
    this.#random = options.random ?? realRandom;
    this.#lines = options.say === undefined ? undefined : new SpLines(this.#clock, options.say);
    this.#trouble = options.trouble === undefined ? undefined : new SpLines(this.#clock, options.trouble);
    this.#startedMs = this.#clock.nowMs();
    this.#reference = this.#random.below(256);
    for (const { account } of options.logins) this.#submits(account);
    this.#sending = options.logins.map((login, index) => this.#start(login, index));
    if (options.progress !== undefined) this.#progressAfter(options.progress, 0);
  }

  /**
   * Sends nothing more, gives answers and reports that are under way up to `waitMs` to come, ends the sessions with
   * TERMINATE, and resolves when all is closed. Called once.
   */
  async close(waitMs = 0): Promise<SpOutcome> {
    this.#cancelTick?.();
    await this.#settle(waitMs);
    await Promise.all(this.#sending.map(({ link }) => link.close()));
    this.#cancelProgress?.();
    const { figures } = this;
    return { isAccountedFor: isAccountedFor(figures), figures, lines: summaryLines(figures, this.#all) };
  }

  #start(login: Login, index: number): Sending {
    const { server, logins, rampMs = 0, sourceAddresses = [] } = this.#options;
    const around = { settings: this.#settings, clock: this.#clock, random: this.#random };
    const localAddress = sourceAddresses[index % Math.max(1, sourceAddresses.length)];
    const delayMs = (index * rampMs) / logins.length;
    const tell = (event: SpEvent) => this.#take(login.account, event);
    return { link: new SpLink(around, { server, localAddress, login }, delayMs, tell), account: login.account };
  }

  #take(account: string, event: SpEvent): void {
    this.figures.take(event);
    this.#lines?.tell(account, event);
    if (isTrouble(event)) this.#trouble?.tell(account, event);
    if (event.kind === 'answered') {
      this.#all.record(event.waitedMs);
      this.#lastSecond.record(event.waitedMs);
    }
    if (event.kind === 'logged-in' && this.#pacer === undefined) {
      this.#pacer = new Pacer(this.#options.submitsPerSecond, this.#clock.nowMs());
      this.#tick(this.#pacer);
    }
    if (this.#settled !== undefined && this.#isSettled()) this.#settled();
  }

  #tick(pacer: Pacer): void {
    let due = pacer.due(this.#clock.nowMs());
    while (due > 0) {
      const sending = this.#nextWithRoom();
      if (sending === undefined) break;
      const submits = this.#submits(sending.account);
      // The parts of a long SMS go by one session, also beyond its window, where the rest of them waits.
      for (const submit of submits) {
        this.#submissions += 1;
        sending.link.open?.submit({ number: this.#submissions, submit });
      }
      due -= submits.length;
      pacer.sent(submits.length);
    }
    this.figures.heldBack = pacer.skipped;
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick(pacer));
  }

  /** The sessions take turns. */
  #nextWithRoom(): Sending | undefined {
    for (let tried = 0; tried < this.#sending.length; tried += 1) {
      const sending = this.#sending[this.#nextSending];
      this.#nextSending = (this.#nextSending + 1) % this.#sending.length;
      if (sending?.link.open?.hasRoom === true) return sending;
    }
    return undefined;
  }

  #submits(account: string): readonly SubmitBody[] {
    const ready = this.#singleSubmits.get(account);
    if (ready !== undefined) return ready;
    const { sms, sender } = this.#options;
    this.#reference = (this.#reference + 1) % 256;
    const written = submitsOf(sms, { ...sender, account }, this.#reference);
    if (written.kind === 'refused') throw new RangeError(written.why);
    if (written.submits.length === 1) this.#singleSubmits.set(account, written.submits);
    return written.submits;
  }

  #isSettled(): boolean {
    const { submitted, answered, unanswered, reports } = this.figures;
    return submitted === answered + unanswered && reports.missing === 0;
  }

  async #settle(waitMs: number): Promise<void> {
    if (waitMs === 0 || this.#isSettled()) return;
    await new Promise<void>((resolve) => {
      const cancelTimer = this.#clock.after(waitMs, resolve);
      this.#settled = () => {
        cancelTimer();
        resolve();
      };
    });
    this.#settled = undefined;
  }

  #progressAfter(progress: (line: string) => void, submittedBefore: number): void {
    this.#cancelProgress = this.#clock.after(PROGRESS_MS, () => {
      const { submitted } = this.figures;
      const open = this.#sending.flatMap(({ link }) => link.open ?? []);
      const line = progressLine(this.figures, {
        seconds: Math.round((this.#clock.nowMs() - this.#startedMs) / 1000),
        openNow: open.length,
        sessions: this.#sending.length,
        perSecond: submitted - submittedBefore,
        inFlightNow: open.reduce((sum, session) => sum + session.inFlightNow, 0),
        latency: this.#lastSecond,
      });
      this.#lastSecond.reset();
      progress(line);
      this.#progressAfter(progress, submitted);
    });
  }
}
