/** What live traffic says of a server: that it is silent, that its connections are lost, that it is busy. Pure. */

import { spanText } from './probe-words.js';
import type { ObserveRules } from './rules.js';

/** What the sessions on one server have seen since the last sample. */
export interface ServerSample {
  /** The age of the oldest CONNECT, SUBMIT or ACTIVE_TEST that is unanswered; 0 if there is none. */
  readonly oldestUnansweredMs: number;
  /** All that is unanswered, for the text: `312 SUBMIT, 2 ACTIVE_TEST`. */
  readonly unanswered: string;
  /** Answers to such requests, on any session. */
  readonly answers: number;
  /** The SUBMIT_RESPs among them, and those of these that say that the system is busy. */
  readonly submitAnswers: number;
  readonly busyAnswers: number;
  /** Connections that were refused, not answered, or broke. */
  readonly linkLosses: number;
  /** What the last of them was lost by: `ECONNREFUSED`. */
  readonly lastLoss: string;
}

export type Evidence =
  | { readonly kind: 'none' }
  /** A probe should find out soon. */
  | { readonly kind: 'suspect' }
  /** It is down, as far as the traffic goes. */
  | { readonly kind: 'eject'; readonly text: string };

/** Fewer SUBMIT_RESPs than this say nothing of how busy a server is. */
const FEWEST_SUBMIT_ANSWERS = 50;
/** The part of `unansweredMs` from which on silence makes it suspect. */
const SUSPECT_SHARE = 0.5;
/** A window of time is kept in so many parts, the oldest of which goes at once: it is up to a tenth too short. */
const PARTS = 10;

export class InBand {
  readonly #rules: ObserveRules;
  /** When it was last known to be alive: it answered a request, or a probe. */
  #heardMs = -Infinity;
  readonly #losses: RecentCount;
  readonly #submitAnswers: RecentCount;
  readonly #busyAnswers: RecentCount;

  constructor(rules: ObserveRules) {
    this.#rules = rules;
    this.#losses = new RecentCount(rules.withinMs);
    this.#submitAnswers = new RecentCount(rules.withinMs);
    this.#busyAnswers = new RecentCount(rules.withinMs);
  }

  /** To be called often beside `unansweredMs`: an answer counts as one of the moment of its sample. */
  take(sample: ServerSample, nowMs: number): Evidence {
    if (sample.answers > 0) this.#heardMs = nowMs;
    this.#losses.add(sample.linkLosses, nowMs);
    this.#submitAnswers.add(sample.submitAnswers, nowMs);
    this.#busyAnswers.add(sample.busyAnswers, nowMs);

    const stalledMs = Math.min(sample.oldestUnansweredMs, nowMs - this.#heardMs);
    const text = this.#stall(sample, stalledMs) ?? this.#lossesOf(sample) ?? this.#busy();
    if (text !== undefined) {
      this.#beginAnew();
      return { kind: 'eject', text };
    }
    const { unansweredMs, linkLosses } = this.#rules;
    const hasJustLost = sample.linkLosses > 0 && Number.isFinite(linkLosses);
    return { kind: hasJustLost || stalledMs >= unansweredMs * SUSPECT_SHARE ? 'suspect' : 'none' };
  }

  /** A probe that speaks to the application has passed: the server is alive, and its silence begins anew. */
  cleared(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  #stall({ unanswered }: ServerSample, stalledMs: number): string | undefined {
    if (stalledMs < this.#rules.unansweredMs) return undefined;
    return `nothing answered for ${spanText(stalledMs)} (${unanswered} unanswered)`;
  }

  #lossesOf({ lastLoss }: ServerSample): string | undefined {
    const { linkLosses, withinMs } = this.#rules;
    if (this.#losses.total < linkLosses) return undefined;
    return `${countText(this.#losses.total)} connections lost in ${spanText(withinMs)} (${lastLoss})`;
  }

  #busy(): string | undefined {
    const { busyPercent, withinMs } = this.#rules;
    const answers = this.#submitAnswers.total;
    const percent = (this.#busyAnswers.total * 100) / answers;
    if (answers < FEWEST_SUBMIT_ANSWERS || percent < busyPercent) return undefined;
    return `${Math.floor(percent)} % of ${countText(answers)} SUBMIT_RESP in ${spanText(withinMs)} say busy`;
  }

  /** What has put it down once must not put it down again as soon as it is back. Its silence goes on. */
  #beginAnew(): void {
    for (const count of [this.#losses, this.#submitAnswers, this.#busyAnswers]) count.clear();
  }
}

/**
 * Whether live traffic may put down one more: what looks like many failures is often one of ours, and a farm without a
 * server serves nobody. `downNow` counts all that are down, for whatever reason.
 */
export function mayEject(rules: ObserveRules, farm: { readonly servers: number; readonly downNow: number }): boolean {
  return (farm.downNow + 1) * 100 <= rules.maxEjectedPercent * farm.servers;
}

/** How many there were in the last while, in a ring of counts that takes no more memory however many there are. */
class RecentCount {
  readonly #partMs: number;
  readonly #counts = Array.from({ length: PARTS }, () => 0);
  /** The number of the part of time that is being counted, from the clock's zero on. */
  #part = 0;
  #total = 0;

  constructor(withinMs: number) {
    this.#partMs = withinMs / PARTS;
  }

  /** As of the last `add`. */
  get total(): number {
    return this.#total;
  }

  add(count: number, nowMs: number): void {
    const part = Math.floor(nowMs / this.#partMs);
    // Parts that nothing was added in are skipped, but each place of the ring is emptied only once.
    for (let step = Math.max(this.#part + 1, part - PARTS + 1); step <= part; step += 1) this.#empty(step % PARTS);
    this.#part = part;
    this.#counts[part % PARTS] = (this.#counts[part % PARTS] ?? 0) + count;
    this.#total += count;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  #empty(place: number): void {
    this.#total -= this.#counts[place] ?? 0;
    this.#counts[place] = 0;
  }
}

function countText(count: number): string {
  return count.toLocaleString('en');
}
