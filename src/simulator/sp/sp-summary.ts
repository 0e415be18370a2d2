/** What a simulated SP's figures say at the end, and while it runs. Pure. */

import { submitResultName } from '../../cmpp/status.js';
import { printable } from '../printable.js';
import type { SpFigures } from './sp-figures.js';

/** Percentiles that are shown at the end. */
const PERCENTS = [50, 90, 99, 99.9];

export interface Latency {
  percentileMs(percent: number): number;
  readonly longestMs: number;
}

/** The lines of the end: messages, reports, sessions, and latencies. */
export function summaryLines(figures: SpFigures, latency: Latency): string[] {
  const { submitted, answered, unanswered, unsent, surplus, reports } = figures;
  const results = [...figures.byResult]
    .sort(([one], [other]) => one - other)
    .map(([result, count]) => `${count} with result ${result} (${submitResultName(result)})`);
  const stats = [...reports.byStat].map(([stat, count]) => `${count} ${printable(stat)}`);
  const sent = `SUBMITs: ${submitted} sent, ${answered} answered${listed(results)}, ${unanswered} unanswered`;
  const notSent = `${counted(unsent, 'not sent')}${counted(figures.heldBack, 'held back')}`;
  const promised = `reports: ${reports.asked} asked for, ${reports.came} came${listed(stats)}`;
  const lost = `${figures.notConnected} not connected, ${figures.sessionsLost} lost`;
  const percentiles = PERCENTS.map((percent) => `p${percent} ${latency.percentileMs(percent).toFixed(1)}`);
  return [
    `${sent}${notSent}`,
    `answers too many: ${surplus.duplicate} duplicate, ${surplus.late} late, ${surplus.unknown} unknown`,
    `${promised}, ${reports.missing} missing, ${reports.unexpected} unexpected`,
    `sessions: ${figures.logins} logins, ${figures.loginsRefused} refused, ${lost}`,
    `milliseconds to the answer: ${percentiles.join(', ')}, longest ${latency.longestMs.toFixed(1)}`,
  ];
}

/** Nothing when there is nothing to count. */
function counted(count: number, what: string): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}

function listed(parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

export interface Progress {
  readonly seconds: number;
  readonly openNow: number;
  readonly sessions: number;
  /** SUBMITs sent in the last second. */
  readonly perSecond: number;
  readonly inFlightNow: number;
  /** Of the last second's answers. */
  readonly latency: Latency;
}

/** One line of a running load. Errors are refusals, SUBMITs unanswered or answered too often, and sessions lost. */
export function progressLine(figures: SpFigures, progress: Progress): string {
  const { surplus, reports, refused, unanswered, unsent, sessionsLost, wrong } = figures;
  const surplusAnswers = surplus.duplicate + surplus.late + surplus.unknown;
  const errors = refused + unanswered + unsent + surplusAnswers + sessionsLost + figures.loginsRefused + wrong;
  return [
    `${progress.seconds} s`,
    `sessions ${progress.openNow}/${progress.sessions}`,
    `sent ${figures.submitted}`,
    `${progress.perSecond}/s`,
    `in flight ${progress.inFlightNow}`,
    `reports ${reports.came}/${reports.asked}`,
    `errors ${errors + figures.notConnected}`,
    `p50 ${progress.latency.percentileMs(50).toFixed(1)} ms`,
    `p99 ${progress.latency.percentileMs(99).toFixed(1)} ms`,
  ].join('  ');
}
