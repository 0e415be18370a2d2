/** Draws from a seed, so that a world can be made again. Pure. */

import { seededRandom } from '../../src/runtime/random.js';
import type { Random } from '../../src/runtime/random.js';

export class Draw implements Random {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(limit: number): number {
    return this.#random.below(limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.#random.below(most - least + 1);
  }

  percent(chance: number): boolean {
    return this.#random.below(100) < chance;
  }

  pick<const Choice>(choices: readonly Choice[]): Choice {
    const [first] = choices;
    if (first === undefined) throw new Error('nothing to pick from');
    return choices[this.#random.below(choices.length)] ?? first;
  }

  /** A choice by weight, as `{ often: 9, seldom: 1 }`. */
  weighted<Choice extends string>(weights: Readonly<Record<Choice, number>>): Choice {
    const choices = Object.keys(weights).filter((word): word is Choice => Object.hasOwn(weights, word));
    let left = this.#random.below(choices.reduce((sum, choice) => sum + weights[choice], 0));
    for (const choice of choices) {
      left -= weights[choice];
      if (left < 0) return choice;
    }
    throw new Error('the weights are all 0');
  }
}
