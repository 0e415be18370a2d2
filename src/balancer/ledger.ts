/**
 * What one side of a session has asked and the other has not answered. Pure; on the hot path.
 *
 * First in, first out per Sequence_Id, because some clients give every fragment of a long SMS the same one. Answers
 * mostly come in order, so the oldest entry is tried first, and a few behind it; for the rest there is an index.
 */

import { flatNumbers } from './flat-numbers.js';
import { ANSWERED, LedgerIndex, STRIDE } from './ledger-index.js';

/**
 * Far above any window (CMPP suggests 16). A peer that leaves more than this unanswered costs no more memory: its
 * oldest requests are forgotten, and counted.
 */
export const MAX_UNANSWERED = 4096;

/** Specification 3.0, 7.1: nobody waits for an answer longer than T (60 s). */
export const LATE_ANSWER_MS = 60_000;

/** What `answered` returns for an answer that nobody waits for. */
export const UNASKED = -1;
/** 35 minutes. V8 keeps whole numbers of up to 31 bits in place; a fraction, or more, it would have to allocate. */
const LONGEST_WAIT_US = 2 ** 31 - 1;
const US_PER_MS = 1000;

/** As many as an ordinary window has room for are found sooner by looking than by an index. */
const NEARBY = 32;
/** Small, because most of many thousand sessions are idle at any time. */
const FIRST_CAPACITY = 2;
/** Of the same kind as every ring; nothing is written to it. */
const NOTHING = flatNumbers(1);

/** A request without an answer: its Command_Id, when it passed, and its Sequence_Id. */
export type VisitRequest = (commandId: number, askedAtMs: number, sequenceId: number) => void;

/** That such a request waits no longer: it was answered, or has been forgotten. */
export type NoteSettled = (sequenceId: number, commandId: number) => void;

export class Ledger {
  /** A ring of `#capacity` entries (a power of two), of which `#used` from `#first` on are taken. */
  #ring = NOTHING;
  #capacity = 0;
  #first = 0;
  #used = 0;
  #unanswered = 0;
  #forgotten = 0;
  /** Of this ring; undefined as long as nothing had to be searched for. */
  #index: LedgerIndex | undefined;
  #settled: NoteSettled | undefined;

  /** Tells from now on of each request by itself that waits no longer, but not of `clear`; with undefined not any more. */
  tellSettled(note: NoteSettled | undefined): void {
    this.#settled = note;
  }

  /** Requests that wait for an answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Requests that MAX_UNANSWERED newer ones pushed out before they were answered. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** When the oldest waiting request was sent, in the milliseconds that were given to `asked`. */
  get oldestMs(): number | undefined {
    return this.#unanswered === 0 ? undefined : this.#ring[this.#first * STRIDE + 2];
  }

  asked(sequenceId: number, commandId: number, nowMs: number): void {
    if (this.#unanswered === MAX_UNANSWERED) this.#forgetFirst();
    if (this.#used === this.#capacity) this.#makeRoom();
    const at = ((this.#first + this.#used) & (this.#capacity - 1)) * STRIDE;
    this.#ring[at] = sequenceId;
    this.#ring[at + 1] = commandId;
    this.#ring[at + 2] = nowMs;
    this.#used += 1;
    this.#unanswered += 1;
  }

  /**
   * Settles the oldest such request, which has been answered. Returns how many whole microseconds it has waited, at most
   * LONGEST_WAIT_US, or UNASKED if there was none.
   */
  answered(sequenceId: number, commandId: number, nowMs: number): number {
    const ring = this.#ring;
    const at = this.#first * STRIDE;
    if (this.#used > 0 && ring[at] === sequenceId && ring[at + 1] === commandId) {
      this.#dropFirst();
      if (this.#settled !== undefined) this.#settled(sequenceId, commandId);
      return wholeUs(nowMs - (ring[at + 2] ?? 0));
    }
    return this.#answeredLater(sequenceId, commandId, nowMs);
  }

  /** Whether such a request waits. */
  has(sequenceId: number, commandId: number): boolean {
    const mask = this.#capacity - 1;
    const nearby = Math.min(this.#used, NEARBY);
    for (let nth = 0; nth < nearby; nth += 1) {
      const at = ((this.#first + nth) & mask) * STRIDE;
      if (this.#ring[at] === sequenceId && this.#ring[at + 1] === commandId) return true;
    }
    return this.#findFarther(sequenceId, commandId) >= 0;
  }

  /** The same behind the oldest entry. */
  #answeredLater(sequenceId: number, commandId: number, nowMs: number): number {
    const mask = this.#capacity - 1;
    const nearby = Math.min(this.#used, NEARBY);
    let at = -1;
    for (let nth = 1; nth < nearby; nth += 1) {
      at = ((this.#first + nth) & mask) * STRIDE;
      if (this.#ring[at] === sequenceId && this.#ring[at + 1] === commandId) break;
      at = -1;
    }
    if (at < 0) {
      const nth = this.#findFarther(sequenceId, commandId);
      if (nth < 0) return UNASKED;
      at = ((this.#first + nth) & mask) * STRIDE;
    }
    this.#ring[at + 1] = ANSWERED;
    this.#unanswered -= 1;
    this.#settled?.(sequenceId, commandId);
    return wholeUs(nowMs - (this.#ring[at + 2] ?? 0));
  }

  /** How many entries are before the oldest one of such a request, which is none of those nearby; -1 if there is none. */
  #findFarther(sequenceId: number, commandId: number): number {
    if (this.#used <= NEARBY) return -1;
    this.#index ??= new LedgerIndex(this.#capacity);
    return this.#index.find(sequenceId, commandId, { ring: this.#ring, first: this.#first, used: this.#used });
  }

  /** Nothing waits any more. */
  clear(): void {
    this.#index = undefined;
    this.#ring = NOTHING;
    this.#capacity = 0;
    this.#first = 0;
    this.#used = 0;
    this.#unanswered = 0;
  }

  /** Visits the waiting requests, the oldest first. */
  each(visit: VisitRequest): void {
    for (let nth = 0; nth < this.#used; nth += 1) {
      const at = ((this.#first + nth) & (this.#capacity - 1)) * STRIDE;
      const commandId = this.#ring[at + 1] ?? ANSWERED;
      if (commandId !== ANSWERED) visit(commandId, this.#ring[at + 2] ?? 0, this.#ring[at] ?? 0);
    }
  }

  #forgetFirst(): void {
    const at = this.#first * STRIDE;
    const sequenceId = this.#ring[at] ?? 0;
    const commandId = this.#ring[at + 1] ?? 0;
    this.#dropFirst();
    this.#forgotten += 1;
    this.#settled?.(sequenceId, commandId);
  }

  /** Drops the oldest entry, and the answered ones behind it, so that the first entry always waits for an answer. */
  #dropFirst(): void {
    const mask = this.#capacity - 1;
    let first = this.#first;
    let used = this.#used;
    do {
      first = (first + 1) & mask;
      used -= 1;
    } while (used > 0 && this.#ring[first * STRIDE + 1] === ANSWERED);
    if (this.#index !== undefined) this.#index.gone += this.#used - used;
    this.#first = first;
    this.#used = used;
    this.#unanswered -= 1;
  }

  /** Moves what still waits into a fresh ring, larger only if more than half of the full one waits. */
  #makeRoom(): void {
    this.#index = undefined;
    const old = this.#ring;
    const oldMask = this.#capacity - 1;
    if (this.#unanswered * 2 >= this.#capacity) this.#capacity = Math.max(FIRST_CAPACITY, this.#capacity * 2);
    this.#ring = flatNumbers(this.#capacity * STRIDE);
    let to = 0;
    for (let nth = 0; nth < this.#used; nth += 1) {
      const at = ((this.#first + nth) & oldMask) * STRIDE;
      if (old[at + 1] === ANSWERED) continue;
      for (let field = 0; field < STRIDE; field += 1) this.#ring[to + field] = old[at + field] ?? 0;
      to += STRIDE;
    }
    this.#first = 0;
    this.#used = to / STRIDE;
  }
}

function wholeUs(ms: number): number {
  return Math.min(ms * US_PER_MS, LONGEST_WAIT_US) | 0;
}
