/** How a simulated SP, gateway or program behaves, drawn from a seed: mostly well, and badly in every way that is known. */

import type { Draw } from './draw.js';

export interface Manner {
  /** How much it says by itself, and the longest pause between two sayings. */
  readonly requests: number;
  readonly gapMs: number;
  readonly longestBodyBytes: number;
  /** Some SPs give every fragment of a long SMS the same Sequence_Id. */
  readonly reusesSequenceIds: boolean;
  readonly answering: 'in-order' | 'out-of-order' | 'never' | 'twice' | 'unasked-too';
  readonly answerMs: number;
  /** How many of a hundred SUBMITs it is too busy for. */
  readonly busyPercent: number;
  readonly writing: 'whole' | 'in-pieces';
  /** What it does when it has said everything. */
  readonly farewell: 'terminate' | 'terminate-and-close' | 'fin' | 'half-close' | 'reset' | 'bad-length' | 'none';
  readonly onFin: 'close' | 'reset' | 'ignore';
  readonly onTerminate: 'answer-and-close' | 'answer' | 'close' | 'ignore';
  readonly accident: Accident;
}

export type Accident =
  | { readonly kind: 'none' }
  /** `stall`: it reads no more; `pause`: it does after a while. */
  | { readonly kind: 'fin' | 'reset' | 'stall' | 'pause'; readonly afterMs: number }
  /** In the midst of a frame, or between two. */
  | { readonly kind: 'cut'; readonly how: 'fin' | 'reset' | 'silence'; readonly afterBytes: number };

/** `maxFrameBytes` is what the balancer lets through. */
export function drawManner(draw: Draw, maxFrameBytes: number): Manner {
  const isGood = draw.percent(50);
  const longest = draw.weighted({ short: 6, middle: 3, longest: 1 });
  return {
    requests: draw.percent(5) ? draw.between(20, 60) : draw.between(0, 8),
    gapMs: draw.pick([0, 5, 50, 1000]),
    longestBodyBytes: Math.min(maxFrameBytes - 12, { short: 60, middle: 300, longest: maxFrameBytes }[longest]),
    reusesSequenceIds: draw.percent(20),
    answering: isGood
      ? 'in-order'
      : draw.weighted({ 'in-order': 3, 'out-of-order': 4, never: 1, twice: 1, 'unasked-too': 1 }),
    answerMs: draw.pick([0, 3, 40, 700]),
    busyPercent: draw.pick([0, 0, 20, 100]),
    writing: draw.percent(15) ? 'in-pieces' : 'whole',
    farewell: isGood
      ? draw.weighted({ terminate: 5, fin: 2, none: 3 })
      : draw.weighted({
          terminate: 3,
          'terminate-and-close': 2,
          fin: 2,
          'half-close': 2,
          reset: 2,
          'bad-length': 2,
          none: 2,
        }),
    onFin: isGood ? 'close' : draw.weighted({ close: 3, reset: 1, ignore: 2 }),
    onTerminate: isGood ? 'answer-and-close' : draw.weighted({ 'answer-and-close': 2, answer: 2, close: 1, ignore: 2 }),
    accident: isGood || draw.percent(50) ? { kind: 'none' } : drawAccident(draw),
  };
}

function drawAccident(draw: Draw): Accident {
  const kind = draw.weighted({ fin: 2, reset: 3, stall: 3, pause: 2, cut: 4 });
  if (kind !== 'cut') return { kind, afterMs: draw.between(0, draw.pick([20, 300, 4000])) };
  return { kind, how: draw.pick(['fin', 'reset', 'silence']), afterBytes: draw.between(0, draw.pick([45, 120, 900])) };
}
