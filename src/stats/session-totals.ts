/** The counters of sessions since the start. Pure. */

export class SessionTotals {
  accepted = 0;
  readonly #closed = new Map<string, number>();

  /** How many ended for which reason; a reason that did not occur is not in it. */
  get closed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#closed);
  }

  close(reason: string): void {
    this.#closed.set(reason, (this.#closed.get(reason) ?? 0) + 1);
  }
}
