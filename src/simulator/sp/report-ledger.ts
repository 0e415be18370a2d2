/** Which status reports are to come and which came. A report may overtake the SUBMIT_RESP that says its id. Pure. */

import type { StatusReport } from '../../cmpp/status-report.js';

/** Reports of ids that no SUBMIT_RESP has said yet; beyond that they are counted and forgotten. */
const MOST_EARLY = 100_000;

export class ReportLedger {
  /** How often each id is to be reported: more than once where gateways give ids twice. */
  readonly #expected = new Map<bigint, number>();
  readonly #early = new Map<bigint, string[]>();
  readonly #byStat = new Map<string, number>();
  #asked = 0;
  #came = 0;
  #earlyNow = 0;
  #forgotten = 0;

  /** Reports that SUBMIT_RESPs with Result 0 promised. */
  get asked(): number {
    return this.#asked;
  }

  /** Of these, those that came. */
  get came(): number {
    return this.#came;
  }

  get missing(): number {
    return this.#asked - this.#came;
  }

  /** Reports of nothing that is known to have been sent, or that came before. */
  get unexpected(): number {
    return this.#earlyNow + this.#forgotten;
  }

  /** How many of those that came said what. */
  get byStat(): ReadonlyMap<string, number> {
    return this.#byStat;
  }

  /** A SUBMIT_RESP said that these ids are to be reported. */
  expect(msgIds: readonly bigint[]): void {
    for (const msgId of msgIds) {
      this.#asked += 1;
      const stat = this.#takeEarly(msgId);
      if (stat === undefined) this.#expected.set(msgId, (this.#expected.get(msgId) ?? 0) + 1);
      else this.#settle(stat);
    }
  }

  take({ msgId, stat }: StatusReport): void {
    // Not the last word: another report will follow.
    if (stat === 'ACCEPTD') return;
    const count = this.#expected.get(msgId) ?? 0;
    if (count > 0) {
      if (count === 1) this.#expected.delete(msgId);
      else this.#expected.set(msgId, count - 1);
      this.#settle(stat);
    } else if (this.#earlyNow < MOST_EARLY) {
      this.#early.set(msgId, [...(this.#early.get(msgId) ?? []), stat]);
      this.#earlyNow += 1;
    } else {
      this.#forgotten += 1;
    }
  }

  #settle(stat: string): void {
    this.#came += 1;
    this.#byStat.set(stat, (this.#byStat.get(stat) ?? 0) + 1);
  }

  #takeEarly(msgId: bigint): string | undefined {
    const stats = this.#early.get(msgId);
    const stat = stats?.shift();
    if (stat === undefined) return undefined;
    if (stats?.length === 0) this.#early.delete(msgId);
    this.#earlyNow -= 1;
    return stat;
  }
}
