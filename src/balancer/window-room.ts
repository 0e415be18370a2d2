/**
 * How many SUBMITs more a session may have without an answer: the account's `window`. Pure.
 *
 * Its SUBMITs are counted among all that has no answer, heartbeats too, which nobody limits. So they are not counted for
 * each SUBMIT, but when what was found the last time is used up, or may have become more.
 */

import { CommandId } from '../cmpp/header.js';
import type { Flow } from './flow.js';
import { LATE_ANSWER_MS } from './ledger.js';

/** The room was used up when this was so, and nothing has been answered since. */
interface Full {
  readonly client: Flow;
  readonly requests: number;
  readonly sinceMs: number;
}

export class WindowRoom {
  /** When the oldest SUBMIT leaves the window unanswered, if that is waited for. */
  #dueMs = Infinity;
  /** So many may pass for certain. */
  #left = 0;
  #full: Full | undefined;

  /** When there may be room again, if it is used up: a server's answers are told of by `answered`. */
  dueMs(client: Flow, waiting: number): number {
    if (this.#full === undefined) return this.#dueMs;
    // A lost server's requests are given up all at once, and the next one is asked anew.
    const isStillFull = this.#full.client === client && this.#full.requests <= waiting + client.unanswered;
    return isStillFull ? this.#dueMs : this.#full.sinceMs;
  }

  /** Whether one more may pass. `waiting` SUBMITs are on their way to a server, and not among what `client` has asked. */
  has(window: number, client: Flow, waiting: number, nowMs: number): boolean {
    if (waiting + client.unanswered < window) return this.#isFree();
    if (this.#left > 0) return true;
    if (this.#full !== undefined && nowMs < this.dueMs(client, waiting)) return false;
    this.#count(window, client, waiting, nowMs);
    return this.#left > 0;
  }

  /** One has passed. */
  use(): void {
    if (this.#left > 0) this.#left -= 1;
  }

  /** The server may have answered some. */
  answered(): void {
    this.#full = undefined;
  }

  /** The window may be another one: it is to be counted anew, at once. */
  renew(nowMs: number): void {
    this.#dueMs = nowMs;
    this.#left = 0;
    this.#full = undefined;
  }

  #isFree(): true {
    this.#dueMs = Infinity;
    this.#full = undefined;
    return true;
  }

  #count(window: number, client: Flow, waiting: number, nowMs: number): void {
    let submits = waiting;
    // Those that are on their way to the server are asked now.
    let oldestMs = waiting > 0 ? nowMs : Infinity;
    client.eachUnanswered((commandId, askedAtMs) => {
      if (commandId !== CommandId.submit || nowMs - askedAtMs >= LATE_ANSWER_MS) return;
      submits += 1;
      oldestMs = Math.min(oldestMs, askedAtMs);
    });
    this.#left = Math.max(0, window - submits);
    this.#full = this.#left > 0 ? undefined : { client, requests: waiting + client.unanswered, sinceMs: nowMs };
    this.#dueMs = this.#left > 0 ? Infinity : oldestMs + LATE_ANSWER_MS;
  }
}
