/** The chaos run's command: has servers drained, killed, stopped and reloaded under load, and counts every SUBMIT. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { realClock } from '../../src/runtime/clock.js';
import { inScratch } from '../child-processes.js';
import type { ChildProcesses } from '../child-processes.js';
import { descriptorLimit, describeMachine } from '../machine.js';
import { runLoad } from './load.js';
import { drawDocument, drawTable, missedGoals } from './report.js';
import type { Load } from './report.js';

/** This file runs as dist/bench/chaos/run.js. */
const resultsPath = path.resolve(import.meta.dirname, '../../../bench/CHAOS.md');
const WHOLE = { sessions: 2000, rate: [10_000] };

interface Options {
  readonly sessions: number;
  readonly rate: readonly number[];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return count;
}

function parseCounts(text: string): readonly number[] {
  return text.split(',').map(parseCount);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function runLoads({ sessions, rate }: Options, processes: ChildProcesses, folder: string): Promise<void> {
  // The balancer has two connections for each session, and a third while it moves.
  const needed = 3 * sessions + 200;
  if (descriptorLimit() < needed)
    throw new Error(`${sessions} sessions need ulimit -n ${needed}: raise the hard limit.`);
  const machine = describeMachine(undefined);
  const date = new Date(realClock.wallMs()).toISOString().slice(0, 10);
  const startMs = realClock.nowMs();
  const loads: Load[] = [];
  for (const submitsPerSecond of rate) {
    const loadFolder = mkdtempSync(path.join(folder, 'load-'));
    const around = { clock: realClock, processes, folder: loadFolder };
    const load = { sessions, submitsPerSecond, moveRate: 1000, pace: 1 };
    loads.push(
      await runLoad(around, load, ({ step, figures, longestBySecond }) => {
        say(`${submitsPerSecond}/s, ${step}`);
        for (const { name, value, goal } of figures) {
          say(`    ${name}: ${value}${goal?.isReached === false ? ` NOT REACHED: ${goal.text}` : ''}`);
        }
        say(
          `    longest delay of each second, ms: ${longestBySecond.map((longestMs) => Math.round(longestMs)).join(' ')}`,
        );
      }),
    );
  }
  const tookMs = realClock.nowMs() - startMs;
  const missed = missedGoals(loads);
  process.stdout.write(`${drawTable(loads)}\n`);
  for (const each of missed) process.stdout.write(`NOT REACHED: ${each}\n`);
  const isWhole = sessions === WHOLE.sessions && rate.join(',') === WHOLE.rate.join(',');
  if (isWhole) writeFileSync(resultsPath, drawDocument({ date, machine, tookMs, loads }));
  say(isWhole ? `Written to ${resultsPath}.` : 'bench/CHAOS.md is left as it was: this was not the whole run.');
  if (missed.length > 0) process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  try {
    await inScratch('cmpp-lb-chaos-', (folder, processes) => runLoads(options, processes, folder));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

await new Command('chaos')
  .description('Has servers drained, killed, stopped and reloaded under load, and counts what becomes of every SUBMIT.')
  .option('--sessions <n>', 'sessions', parseCount, WHOLE.sessions)
  .option('--rate <n,…>', 'SUBMITs a second in all; several make several runs', parseCounts, WHOLE.rate)
  .action(main)
  .parseAsync();
