/** Counts wrong secrets, and says who has guessed so often that nobody listens any more. Pure. */

/** So many wrong ones in LOCK_MS lock a guesser out for LOCK_MS. */
export const ATTEMPTS = 10;
export const LOCK_MS = 60_000;
/** So many guessers are remembered; beyond, the one whose guesses began first is forgotten. */
const REMEMBERED_GUESSERS = 10_000;

interface Guesses {
  readonly wrong: number;
  /** When they are forgotten. */
  readonly untilMs: number;
}

export class Lockout {
  readonly #most: number;
  /** Those whose guesses began first come first. */
  readonly #guesses = new Map<string, Guesses>();

  constructor(most: number = REMEMBERED_GUESSERS) {
    this.#most = most;
  }

  get rememberedNow(): number {
    return this.#guesses.size;
  }

  /** Until when the guesser is locked out; undefined if it is not. */
  lockedUntilMs(guesser: string, nowMs: number): number | undefined {
    const { wrong, untilMs } = this.#guessesOf(guesser, nowMs);
    return wrong >= ATTEMPTS ? untilMs : undefined;
  }

  /** A secret was wrong. Returns whether that was one too many: from now on the guesser is locked out. */
  wasWrong(guesser: string, nowMs: number): boolean {
    const { wrong, untilMs } = this.#guessesOf(guesser, nowMs);
    const isLast = wrong + 1 === ATTEMPTS;
    this.#guesses.set(guesser, { wrong: wrong + 1, untilMs: isLast ? nowMs + LOCK_MS : untilMs });
    const [oldest] = this.#guesses.keys();
    if (oldest !== undefined && this.#guesses.size > this.#most) this.#guesses.delete(oldest);
    return isLast;
  }

  /** A secret was right. */
  wasRight(guesser: string): void {
    this.#guesses.delete(guesser);
  }

  #guessesOf(guesser: string, nowMs: number): Guesses {
    const found = this.#guesses.get(guesser);
    if (found !== undefined && nowMs < found.untilMs) return found;
    this.#guesses.delete(guesser);
    return { wrong: 0, untilMs: nowMs + LOCK_MS };
  }
}
