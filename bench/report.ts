/** From the samples of all runs to medians, verdicts and a table. Pure. */

import type { Side } from './balancers.js';
import type { Machine } from './machine.js';
import type { Figure, Scenario } from './scenarios.js';

/** The figures of one scenario, one balancer and one run, by the figure's name. */
export interface Sample {
  readonly run: number;
  readonly scenario: string;
  readonly side: Side;
  readonly values: Readonly<Record<string, number>>;
}

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly scenario: string;
  readonly figure: Figure;
  readonly ours: Spread | undefined;
  readonly haproxy: Spread | undefined;
  /** Ours divided by HAProxy's of the same run. */
  readonly toHaproxy: Spread | undefined;
  /** Undefined: there is no goal, or nothing to judge it by. */
  readonly isReached: boolean | undefined;
}

/** Undefined for no values; the median of an even number of them is the mean of the middle two. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  const min = sorted[0];
  const max = sorted[sorted.length - 1];
  if (lower === undefined || upper === undefined || min === undefined || max === undefined) return undefined;
  return { median: (lower + upper) / 2, min, max };
}

export function summarise(scenarios: readonly Scenario[], samples: readonly Sample[]): readonly Row[] {
  return scenarios.flatMap((scenario) =>
    scenario.figures.map((figure) => {
      const valuesOf = (side: Side): ReadonlyMap<number, number> =>
        new Map(
          samples
            .filter((sample) => sample.scenario === scenario.name && sample.side === side)
            .map(({ run, values }) => [run, values[figure.name] ?? Number.NaN]),
        );
      return rowOf(scenario.name, figure, valuesOf('ours'), valuesOf('haproxy'));
    }),
  );
}

function rowOf(
  scenario: string,
  figure: Figure,
  oursByRun: ReadonlyMap<number, number>,
  haproxyByRun: ReadonlyMap<number, number>,
): Row {
  const ours = spreadOf([...oursByRun.values()]);
  const haproxy = spreadOf([...haproxyByRun.values()]);
  // Only what ran side by side is divided: the machine's speed changes between runs, and cancels out within one.
  const ratios = [...oursByRun].map(([run, value]) => value / (haproxyByRun.get(run) ?? Number.NaN));
  const toHaproxy = spreadOf(ratios.filter((ratio) => Number.isFinite(ratio)));
  const judged = figure.goal?.kind === 'times-haproxy' ? toHaproxy : ours;
  const isReached = figure.goal === undefined || judged === undefined ? undefined : judged.median <= figure.goal.limit;
  return { scenario, figure, ours, haproxy, toHaproxy, isReached };
}

/** The rows as a table that reads well on a terminal and is Markdown. */
export function drawTable(rows: readonly Row[], ourName: string): string {
  const head = ['Scenario', 'Figure', ourName, 'HAProxy', `${ourName} / HAProxy`, 'Goal', 'Reached'];
  const body = rows.map(({ scenario, figure, ours, haproxy, toHaproxy, isReached }) => [
    scenario,
    figure.name,
    drawSpread(ours, figure.digits),
    drawSpread(haproxy, figure.digits),
    drawSpread(toHaproxy, 2),
    drawGoal(figure),
    figure.goal === undefined ? '' : isReached === undefined ? 'unknown' : isReached ? 'yes' : 'NO',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => cells[column]?.length ?? 0)));
  const drawLine = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = drawLine(
    head.map(() => ''),
    '-',
  );
  return [drawLine(head, ' '), rule, ...body.map((cells) => drawLine(cells, ' '))].join('\n');
}

function drawSpread(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return '-';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => value.toFixed(digits));
  return `${median} (${min}..${max})`;
}

function drawGoal({ goal }: Figure): string {
  if (goal === undefined) return '';
  return goal.kind === 'at-most' ? `≤ ${goal.limit}` : `≤ ${goal.limit} × HAProxy`;
}

/** A measurement that gave no figures. */
export interface Failure {
  readonly run: number;
  readonly scenario: string;
  readonly balancer: string;
  readonly message: string;
}

export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly runs: number;
  readonly ourName: string;
  readonly scenarios: readonly Scenario[];
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
}

/** Begins the part of RESULTS.md that is written by hand, and stays when the rest is written anew. */
export const ANALYSIS_HEADING = '## Where the time goes';

/** The whole report as Markdown, in the form that prettier leaves alone. `previous` is the text that it replaces. */
export function drawDocument(report: Report, previous: string): string {
  const analysisAt = previous.indexOf(ANALYSIS_HEADING);
  return `${[
    '# Results of the benchmark',
    'Written by `npm run bench`; README.md says what the figures mean. A cell is the median of all runs with (min..max).',
    drawMachine(report),
    drawTable(report.rows, report.ourName),
    report.scenarios.map(({ name, about }) => `- ${name}: ${about}`).join('\n'),
    ...(report.failures.length === 0 ? [] : [drawFailures(report.failures)]),
    ...(analysisAt < 0 ? [] : [previous.slice(analysisAt).trimEnd()]),
  ].join('\n\n')}\n`;
}

function drawMachine({ date, runs, machine }: Report): string {
  const pins =
    machine.pinning === undefined
      ? 'not pinned to CPUs'
      : `load on CPU ${machine.pinning.loadCpu}, balancer on CPU ${machine.pinning.balancerCpu}`;
  return [
    `- ${date}, ${runs} alternating runs, ${pins}`,
    `- ${machine.cpuModel}, ${machine.cpuCount} CPUs, load average ${machine.loadAverage.toFixed(2)} at the start`,
    `- ${machine.kernel}, Node ${machine.node}, HAProxy ${machine.haproxy ?? 'not installed: compared with nothing'}`,
  ].join('\n');
}

export function drawFailures(failures: readonly Failure[]): string {
  return failures
    .map(({ run, scenario, balancer, message }) => `- FAILED: run ${run}, ${scenario}, ${balancer}: ${message}`)
    .join('\n');
}
