/** `cmpp-lb top`: what the running balancer does, live in the terminal, or once, or as JSON for programs. */

import type { NetConnectOpts } from 'node:net';
import { Command } from 'commander';
import { realClock } from '../runtime/clock.js';
import { FAILED_CODE, UNREACHED_CODE } from './exit-codes.js';
import { jsonOption, printJson, printJsonLine } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { duration, durationOption } from './option-values.js';
import { placesOf, socketOptions } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';
import { drawScreen } from './top/draw.js';
import { ratedFigures } from './top/figures.js';
import type { Figures } from './top/figures.js';
import { LiveTop } from './top/live.js';
import { look } from './top/look.js';
import { initialState } from './top/state.js';
import { Terminal } from './top/terminal.js';

interface TopFlags extends SocketFlags, JsonFlags {
  readonly once?: true;
  readonly interval: number;
}

/** What is not read on a terminal need not be cut. */
const WIDE_COLUMNS = 500;

export function topCommand(): Command {
  const command = new Command('top')
    .description('show servers, accounts and sessions of the running balancer live; keys drain a server and weigh it')
    .addOption(durationOption('-i, --interval <duration>', 'how often to look', duration, 1000))
    .option('--once', 'print what there is, with the rates of one interval, and end');
  for (const option of [...socketOptions(), jsonOption()]) command.addOption(option);
  return command.action(runTop);
}

async function runTop(flags: TopFlags, command: Command): Promise<void> {
  const places = placesOf(flags);
  if (typeof places === 'string') {
    fail(places, flags);
  } else if (flags.json === true && flags.once === undefined) {
    await stream(places, flags);
  } else if (flags.once === true) {
    await printOnce(places, flags);
  } else if (Terminal.isThere) {
    await new LiveTop(places, flags.interval).run();
  } else {
    command.error('error: top needs a terminal; write --once or --json');
  }
}

async function printOnce(places: readonly NetConnectOpts[], flags: TopFlags): Promise<void> {
  const before = await figuresOrFail(places, flags);
  if (before === undefined) return;
  await passed(flags.interval);
  const now = await figuresOrFail(places, flags);
  if (now === undefined) return;
  if (flags.json === true) {
    printJsonLine(ratedFigures(now, before));
    return;
  }
  const size = { columns: process.stdout.columns ?? WIDE_COLUMNS, rows: Infinity };
  const { lines } = drawScreen({ pair: { now, before }, state: initialState, size, trouble: undefined });
  // Without what is for keys.
  const texts = lines.slice(0, -1).map(({ text }) => text);
  process.stdout.write(`${texts.join('\n')}\n`);
}

/** A line of JSON for each look, until somebody ends it or the balancer answers no more. */
async function stream(places: readonly NetConnectOpts[], flags: TopFlags): Promise<void> {
  // Who reads may go, as `head` does.
  process.stdout.on('error', () => process.exit());
  let before: Figures | undefined;
  for (;;) {
    const now = await figuresOrFail(places, flags);
    if (now === undefined) return;
    printJsonLine(ratedFigures(now, before));
    before = now;
    await passed(flags.interval);
  }
}

async function figuresOrFail(places: readonly NetConnectOpts[], flags: TopFlags): Promise<Figures | undefined> {
  const seen = await look(places, false);
  if (seen.kind === 'figures') return seen.figures;
  fail(seen.why, flags, seen.isRefused);
  return undefined;
}

function fail(message: string, { json }: JsonFlags, isRefused = false): void {
  process.exitCode = isRefused ? FAILED_CODE : UNREACHED_CODE;
  if (json === true) printJson({ outcome: isRefused ? 'refused' : 'unreached', message });
  else console.error(message);
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => void realClock.after(ms, resolve));
}
