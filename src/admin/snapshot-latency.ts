/** How soon servers answer SUBMITs, as figures. Pure. */

import { BUCKET_ENDS_MS } from '../balancer/submit-answers.js';
import type { SubmitAnswers } from '../balancer/submit-answers.js';
import type { LatencyFigures } from '../stats/snapshot.js';

/** From here to a minute, doubling: what is told of times apart from the quantiles. */
const SHORTEST_MS = 0.25;

/** Of one server, or of several together. */
export function latencyFigures(answers: readonly SubmitAnswers[]): LatencyFigures {
  const each = answers.map(({ counts }) => counts);
  const counts = BUCKET_ENDS_MS.map((_, bucket) => each.reduce((sum, one) => sum + (one[bucket] ?? 0), 0));
  let sum = 0;
  const upTo = counts.map((count) => (sum += count));
  return {
    count: sum,
    sumMs: answers.reduce((total, { sumMs }) => total + sumMs, 0),
    p50Ms: quantileMs(upTo, 0.5),
    p95Ms: quantileMs(upTo, 0.95),
    p99Ms: quantileMs(upTo, 0.99),
    below: BUCKET_ENDS_MS.flatMap((ms, bucket) => (isTold(ms) ? [{ ms, count: upTo[bucket] ?? 0 }] : [])),
  };
}

function isTold(ms: number): boolean {
  return ms !== Infinity && ms >= SHORTEST_MS && Number.isInteger(Math.log2(ms));
}

/** The end of the bucket in which that part of all is reached; beyond the last end, where that bucket begins. */
function quantileMs(upTo: readonly number[], part: number): number | null {
  const all = upTo.at(-1) ?? 0;
  if (all === 0) return null;
  const bucket = upTo.findIndex((count) => count >= all * part);
  return BUCKET_ENDS_MS[Math.min(bucket, BUCKET_ENDS_MS.length - 2)] ?? null;
}
