/** From the steps of all loads to a table and a document. Pure. */

import type { Machine } from '../machine.js';
import type { Figure, StepResult } from './figures.js';

export interface Load {
  readonly sessions: number;
  readonly submitsPerSecond: number;
  /** How long it took until all were logged in. */
  readonly loginMs: number;
  readonly steps: readonly StepResult[];
}

export interface ChaosReport {
  /** Such as 2026-11-22. */
  readonly date: string;
  readonly machine: Machine;
  readonly tookMs: number;
  readonly loads: readonly Load[];
}

const HEAD = ['Load', 'Step', 'Figure', 'Measured', 'Goal', 'Reached'];

function wordsOf({ goal }: Figure): readonly [goal: string, reached: string] {
  if (goal === undefined) return ['', ''];
  return [goal.text, goal.isReached ? 'yes' : 'NOT REACHED'];
}

/** As a table that reads well on a terminal and is Markdown. */
export function drawTable(loads: readonly Load[]): string {
  const body = loads.flatMap(({ submitsPerSecond, steps }) =>
    steps.flatMap(({ step, figures }) =>
      figures.map((figure) => [`${submitsPerSecond}/s`, step, figure.name, figure.value, ...wordsOf(figure)]),
    ),
  );
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...body].map((cells) => cells[column]?.length ?? 0)));
  const drawLine = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = drawLine(
    HEAD.map(() => ''),
    '-',
  );
  return [drawLine(HEAD), rule, ...body.map((cells) => drawLine(cells))].join('\n');
}

/** Goals that were missed, as `LOAD, STEP: FIGURE`. */
export function missedGoals(loads: readonly Load[]): readonly string[] {
  return loads.flatMap(({ submitsPerSecond, steps }) =>
    steps.flatMap(({ step, figures }) =>
      figures
        .filter(({ goal }) => goal?.isReached === false)
        .map(({ name, value }) => `${submitsPerSecond}/s, ${step}: ${name}: ${value}`),
    ),
  );
}

/** The whole report as Markdown, in the form that prettier leaves alone. */
export function drawDocument({ date, machine, tookMs, loads }: ChaosReport): string {
  const missed = missedGoals(loads);
  return `${[
    '# Results of the chaos run',
    'Written by `npm run chaos`; README.md says what it does and what the figures mean.',
    [
      `- ${date}, ${Math.round(tookMs / 1000)} s in all; client, balancer and gateways share the CPUs`,
      `- ${machine.cpuModel}, ${machine.cpuCount} CPUs, load average ${machine.loadAverage.toFixed(2)} at the start`,
      `- ${machine.kernel}, Node ${machine.node}`,
      ...loads.map(
        ({ sessions, submitsPerSecond, loginMs }) =>
          `- ${sessions} sessions, ${submitsPerSecond} SUBMITs a second in all; all logged in after ${(loginMs / 1000).toFixed(2)} s`,
      ),
    ].join('\n'),
    missed.length === 0 ? 'Every goal was reached.' : `Not reached: ${missed.length} of the goals below.`,
    drawTable(loads),
    'The longest delay of each second, in ms:',
    loads
      .flatMap(({ submitsPerSecond, steps }) =>
        steps.map(({ step, longestBySecond }) => {
          return `- ${submitsPerSecond}/s, ${step}: ${longestBySecond.map((longestMs) => Math.round(longestMs)).join(', ')}`;
        }),
      )
      .join('\n'),
  ].join('\n\n')}\n`;
}
