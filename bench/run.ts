/** The benchmark's command: measures our balancer and HAProxy in turn and reports medians. README.md explains it. */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { realClock } from '../src/runtime/clock.js';
import { findHaproxy, haproxyBalancer, ourBalancer } from './balancers.js';
import type { Balancer } from './balancers.js';
import { inScratch } from './child-processes.js';
import type { ChildProcesses } from './child-processes.js';
import { compileLoad } from './load-programs.js';
import { descriptorLimit, describeMachine } from './machine.js';
import { MeasurementError, measure } from './measurement.js';
import type { Observation, Workbench } from './measurement.js';
import { drawDocument, drawFailures, drawTable, summarise } from './report.js';
import type { Failure, Report, Sample } from './report.js';
import { descriptorsFor, scenarios, shortened } from './scenarios.js';
import type { Scenario } from './scenarios.js';

/** This file runs as dist/bench/run.js. */
const repository = path.resolve(import.meta.dirname, '../..');
const resultsPath = path.join(repository, 'bench/RESULTS.md');

interface Options {
  readonly runs: number;
  readonly quick: boolean;
  readonly scenario?: readonly string[];
  readonly candidate?: string;
  readonly json?: string;
}

interface Outcome {
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
}

function parseRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return runs;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs every scenario with every balancer once a round; who goes first changes from round to round. */
async function runAll(
  bench: Workbench,
  balancers: readonly Balancer[],
  chosen: readonly Scenario[],
  options: Options,
): Promise<Outcome> {
  const samples: Sample[] = [];
  const failures: Failure[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    const inTurn = run % 2 === 1 ? balancers : balancers.toReversed();
    const places = chosen.flatMap((scenario) => inTurn.map((balancer) => ({ scenario, balancer })));
    for (const { scenario, balancer } of places) {
      const place = { run, scenario: scenario.name };
      const title = `run ${run}/${options.runs} ${scenario.name} ${balancer.name}`;
      try {
        const values = await runOnce(bench, balancer, scenario, options.quick);
        samples.push({ ...place, side: balancer.side, values });
        say(`${title}: ${drawValues(scenario, values)}`);
      } catch (error) {
        const message = messageOf(error);
        failures.push({ ...place, balancer: balancer.name, message });
        say(`${title}: FAILED: ${message}${error instanceof MeasurementError ? error.logs : ''}`);
      }
    }
  }
  return { samples, failures };
}

async function runOnce(
  bench: Workbench,
  balancer: Balancer,
  scenario: Scenario,
  isQuick: boolean,
): Promise<Record<string, number>> {
  const observations: Observation[] = [];
  for (const load of scenario.loads) {
    observations.push(await measure(bench, balancer, isQuick ? shortened(load) : load));
  }
  return Object.fromEntries(scenario.figures.map((figure) => [figure.name, figure.of(observations)]));
}

function drawValues(scenario: Scenario, values: Readonly<Record<string, number>>): string {
  return scenario.figures
    .map(({ name, digits }) => `${name} ${(values[name] ?? Number.NaN).toFixed(digits)}`)
    .join(', ');
}

/** The scenarios asked for, less those for which the descriptors do not suffice. */
function chooseScenarios(names: readonly string[] | undefined): readonly Scenario[] {
  const limit = descriptorLimit();
  return scenarios.filter((scenario) => {
    if (names !== undefined && !names.includes(scenario.name)) return false;
    const needed = descriptorsFor(scenario);
    if (needed > limit)
      say(`${scenario.name} is left out: it needs ulimit -n ${needed}, and the hard limit is ${limit}: raise it.`);
    return needed <= limit;
  });
}

function ours(candidate: string | undefined): Balancer {
  if (candidate !== undefined) return ourBalancer('candidate', candidate);
  return ourBalancer('cmpp-lb', `${process.execPath} ${path.join(repository, 'bin/cmpp-lb.js')} start -c {config}`);
}

async function runInFolder(folder: string, processes: ChildProcesses, options: Options): Promise<void> {
  const programs = compileLoad(path.join(repository, 'bench/load'), folder);
  const haproxy = findHaproxy();
  if (haproxy === undefined) say('haproxy is not installed: there is nothing to compare with.');
  const machine = describeMachine(haproxy?.version);
  if (machine.pinning === undefined) say('Not pinned: that takes taskset and two CPUs. The figures vary more.');
  const candidate = ours(options.candidate);
  const balancers = haproxy === undefined ? [candidate] : [candidate, haproxyBalancer(haproxy.program)];
  const chosen = chooseScenarios(options.scenario);
  const date = new Date(realClock.wallMs()).toISOString().slice(0, 10);
  const bench = { clock: realClock, processes, programs, folder, pinning: machine.pinning };
  const { samples, failures } = await runAll(bench, balancers, chosen, options);
  const rows = summarise(chosen, samples);
  const report: Report = {
    date,
    machine,
    runs: options.runs,
    ourName: candidate.name,
    scenarios: chosen,
    rows,
    failures,
  };

  process.stdout.write(`${drawTable(rows, candidate.name)}\n`);
  if (failures.length > 0) process.stdout.write(`\n${drawFailures(failures)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...report, samples }, null, 2)}\n`);
  const isWhole = chosen.length === scenarios.length && !options.quick && options.candidate === undefined;
  if (isWhole) writeFileSync(resultsPath, drawDocument(report, readFileSync(resultsPath, 'utf8')));
  say(isWhole ? `Written to ${resultsPath}.` : 'bench/RESULTS.md is left as it was: this was not the whole benchmark.');
  if (failures.length > 0) process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  try {
    await inScratch('cmpp-lb-bench-', (folder, processes) => runInFolder(folder, processes, options));
  } catch (error) {
    say(messageOf(error));
    process.exitCode = 1;
  }
}

const scenarioNames = scenarios.map(({ name }) => name);
await new Command('bench')
  .description('Measures cmpp-lb beside HAProxy on this machine.')
  .option('--runs <n>', 'alternating runs', parseRuns, 5)
  .option('--quick', 'half a second of traffic: tries the benchmark out, the figures mean little', false)
  .addOption(new Option('--scenario <name...>', 'only these').choices(scenarioNames))
  .option('--candidate <command>', 'measure this in place of cmpp-lb; {config} and {haproxy-config} become paths')
  .option('--json <file>', 'also write every figure of every run')
  .action(main)
  .parseAsync();
