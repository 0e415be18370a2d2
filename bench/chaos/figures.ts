/** What a step of the chaos run has to show, and which goals that reaches. Pure. */

import type { Counts } from './counts.js';

/** Flow control: send it again. */
const SEND_AGAIN = 8;
const ADDED_DELAY_GOAL_MS = 250;

interface Goal {
  readonly text: string;
  readonly isReached: boolean;
  /** What a busy machine may miss; all other goals are counts. */
  readonly isTime?: true;
}

/** One row of the table. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal?: Goal;
}

export interface StepResult {
  readonly step: string;
  readonly figures: readonly Figure[];
  /** The longest delay of each second, in ms. */
  readonly longestBySecond: readonly number[];
}

/** `seen` are the SUBMITs that each gateway has read, in a step that leaves none in doubt. */
export function commonFigures(counts: Counts, inDoubt: number, seen: readonly number[] | undefined): readonly Figure[] {
  const rejected = counts.withResult(SEND_AGAIN);
  const others = counts.answered - counts.withResult(0) - rejected;
  const harm = [counts.disconnects, counts.lost, counts.duplicated, counts.outOfOrder, others];
  const isCounted = rejected === inDoubt && (seen === undefined || inDoubt === 0);
  return [
    sentFigure(counts, seen),
    {
      name: 'disconnects, lost, answered twice, out of order, other Results',
      value: harm.join(', '),
      goal: { text: 'all 0', isReached: harm.every((each) => each === 0) },
    },
    {
      name: 'answered with Result 8 / in doubt by the log',
      value: `${rejected} / ${inDoubt}`,
      goal: { text: seen === undefined ? 'equal' : '0 / 0', isReached: isCounted },
    },
    {
      name: 'delay: p50, p99, longest, ms',
      value: [counts.percentileMs(0.5), counts.percentileMs(0.99), Math.round(counts.longestMs)].join(', '),
    },
  ];
}

function sentFigure({ sent }: Counts, seen: readonly number[] | undefined): Figure {
  if (seen === undefined) return { name: 'SUBMITs sent', value: String(sent) };
  const isReached = seen.reduce((sum, each) => sum + each, 0) === sent;
  const value = `${sent} / ${seen.join(' + ')}`;
  return { name: 'SUBMITs sent / read by the gateways', value, goal: { text: 'equal', isReached } };
}

export function addedDelay(counts: Counts, usualMs: number): Figure {
  const addedMs = counts.longestMs - usualMs;
  return {
    name: 'longest delay less the median of the calm, ms',
    value: String(Math.round(addedMs)),
    goal: { text: `≤ ${ADDED_DELAY_GOAL_MS}`, isReached: addedMs <= ADDED_DELAY_GOAL_MS, isTime: true },
  };
}

export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
