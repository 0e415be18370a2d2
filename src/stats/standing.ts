/** Since when a server or a backend is as it is, how often it went down, and for how long. Pure. */

/** `maint` counts as down, as HAProxy counts it; `drain` does not. */
export type Standing = 'up' | 'drain' | 'down' | 'maint';

const isAway = (standing: Standing): boolean => standing === 'down' || standing === 'maint';

export class StandingRecord {
  #standing: Standing;
  #changedAtMs: number;
  /** Since when it is away, if it is; and how long it was before that. */
  #awaySinceMs: number;
  #awayMs = 0;
  #timesDown = 0;

  constructor(standing: Standing, nowMs: number) {
    this.#standing = standing;
    this.#changedAtMs = nowMs;
    this.#awaySinceMs = nowMs;
  }

  get timesDown(): number {
    return this.#timesDown;
  }

  /** When it last became up, draining, or away; from `down` to `maint` nothing changes for those who use it. */
  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  downtimeMs(nowMs: number): number {
    return isAway(this.#standing) ? this.#awayMs + nowMs - this.#awaySinceMs : this.#awayMs;
  }

  become(standing: Standing, nowMs: number): void {
    if (standing === this.#standing) return;
    const wasAway = isAway(this.#standing);
    const staysAway = wasAway && isAway(standing);
    if (!staysAway) this.#changedAtMs = nowMs;
    if (wasAway && !staysAway) this.#awayMs += nowMs - this.#awaySinceMs;
    if (!wasAway && isAway(standing)) {
      this.#timesDown += 1;
      this.#awaySinceMs = nowMs;
    }
    this.#standing = standing;
  }

  /** Forgets how often and how long it was down. */
  clear(nowMs: number): void {
    this.#timesDown = 0;
    this.#awayMs = 0;
    this.#awaySinceMs = nowMs;
  }
}
