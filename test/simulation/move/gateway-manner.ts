/** How a simulated gateway behaves for a while, drawn from a seed: well, or badly in a way that is known. */

import type { Draw } from '../draw.js';

export interface GatewayManner {
  /** What happens to who connects; `down` also breaks the links that are open. */
  readonly dial: 'accept' | 'refuse' | 'silent' | 'down';
  readonly login: 'accept' | 'refuse' | 'silent' | 'close' | 'reset';
  readonly loginMs: number;
  /** Whether its first request comes in one segment with its answer to the login. */
  readonly speaksAtOnce: boolean;
  /** `hangs`: SUBMITs wait until it is well again. */
  readonly answering: 'in-order' | 'reordered' | 'hangs';
  readonly answerMs: number;
  /** How many of a hundred SUBMITs it is too busy for. */
  readonly busyPercent: number;
  /** What it asks on each new link, and the longest pause between two of these. */
  readonly requests: number;
  readonly gapMs: number;
  readonly death: Death;
  readonly onGoodbye: 'answer-and-close' | 'answer' | 'close' | 'ignore';
  /** Some say TERMINATE before they close, whoever is the first to do so; and some take their time. */
  readonly onFin: { readonly saysGoodbye: boolean; readonly afterMs: number };
}

/** How each new link ends by the gateway's doing. */
export type Death =
  | { readonly kind: 'none' }
  /** Between two frames or in the midst of one: after so many bytes that it has sent. */
  | { readonly kind: 'fin' | 'reset' | 'bad-length'; readonly afterBytes: number }
  | { readonly kind: 'terminate' | 'terminate-and-close'; readonly afterMs: number };

export const WELL: GatewayManner = {
  dial: 'accept',
  login: 'accept',
  loginMs: 1,
  speaksAtOnce: false,
  answering: 'in-order',
  answerMs: 2,
  busyPercent: 0,
  requests: 2,
  gapMs: 50,
  death: { kind: 'none' },
  onGoodbye: 'answer-and-close',
  onFin: { saysGoodbye: false, afterMs: 0 },
};

export function drawGatewayManner(draw: Draw): GatewayManner {
  const isGood = draw.percent(50);
  return {
    dial: isGood ? 'accept' : draw.weighted({ accept: 6, refuse: 1, silent: 1, down: 4 }),
    login: isGood ? 'accept' : draw.weighted({ accept: 8, refuse: 1, silent: 1, close: 1, reset: 1 }),
    loginMs: draw.pick([0, 0, 5, 250]),
    speaksAtOnce: draw.percent(25),
    answering: isGood ? 'in-order' : draw.weighted({ 'in-order': 2, reordered: 3, hangs: 4 }),
    answerMs: draw.pick([0, 3, 40, 700]),
    busyPercent: draw.pick([0, 0, 30]),
    requests: draw.between(0, 6),
    gapMs: draw.pick([0, 5, 50, 500]),
    death: isGood ? { kind: 'none' } : drawDeath(draw),
    onGoodbye: draw.weighted({ 'answer-and-close': 4, answer: 2, close: 1, ignore: 2 }),
    onFin: { saysGoodbye: draw.percent(30), afterMs: draw.pick([0, 0, 200]) },
  };
}

function drawDeath(draw: Draw): Death {
  const kind = draw.weighted({ none: 4, fin: 3, reset: 3, 'bad-length': 1, terminate: 2, 'terminate-and-close': 1 });
  if (kind === 'none') return { kind };
  if (kind === 'terminate' || kind === 'terminate-and-close') return { kind, afterMs: draw.between(0, 3000) };
  return { kind, afterBytes: draw.between(0, draw.pick([60, 300, 1500])) };
}
