/** Lets so many log in to a server at once; the others wait their turn, the first first. Pure. */

export interface LoginGuest {
  /** Its turn has come: it is inside. That comes in the midst of somebody else's event. */
  turn(nowMs: number): void;
}

export class LoginGate {
  /** Infinity for no limit. Whoever raises it calls `admit`. */
  limit: number;
  readonly #inside = new Set<LoginGuest>();
  /** In the order in which they came. */
  readonly #line = new Set<LoginGuest>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get insideNow(): number {
    return this.#inside.size;
  }

  get waitingNow(): number {
    return this.#line.size;
  }

  /** Returns whether the guest is inside; if not it waits, until `turn` or `leave`. */
  enter(guest: LoginGuest): boolean {
    if (this.#inside.has(guest)) return true;
    if (this.#inside.size < this.limit && this.#line.size === 0) this.#inside.add(guest);
    else this.#line.add(guest);
    return this.#inside.has(guest);
  }

  /** Its login is over, or it does not wait any more; of no effect for one that is neither. */
  leave(guest: LoginGuest, nowMs: number): void {
    if (this.#line.delete(guest) || !this.#inside.delete(guest)) return;
    this.admit(nowMs);
  }

  admit(nowMs: number): void {
    for (const guest of this.#line) {
      if (this.#inside.size >= this.limit) return;
      this.#line.delete(guest);
      this.#inside.add(guest);
      guest.turn(nowMs);
    }
  }
}
