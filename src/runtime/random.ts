/** The one place that takes real chance. Everything else is given a Random, so that a seed repeats it. */

export interface Random {
  /** A whole number from 0 up to, but not including, `limit` (1 to 2^32). */
  below(limit: number): number;
}

export const realRandom: Random = {
  below: (limit) => Math.floor(Math.random() * limit),
};

/** A repeatable sequence from a seed (any 32-bit number): mulberry32, which is small and even enough for choosing. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}
