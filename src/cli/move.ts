/** `cmpp-lb drain` and `cmpp-lb rebalance`: have sessions move, and say how far it has come. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { FAILED_CODE } from './exit-codes.js';
import { jsonOption, printJson } from './json-output.js';
import type { JsonFlags } from './json-output.js';
import { report } from './report.js';
import { ask, replyText, socketOptions } from './runtime-client.js';
import type { SocketFlags } from './runtime-client.js';

interface MoveFlags extends SocketFlags, JsonFlags {
  readonly rate?: number;
  readonly keep?: true;
  readonly wait: boolean;
}

/** How often it asks how far it has come. */
const LOOK_MS = 500;

export function drainCommand(): Command {
  const command = new Command('drain')
    .description('let a server take no new session, and move those that it has to others; `ready` takes it back')
    .argument('<server>', 'BACKEND/SERVER')
    .addOption(new Option('--keep', 'leave the sessions that it has until they end by themselves').conflicts('rate'));
  return withOptions(command).action(async (server: string, flags: MoveFlags) => {
    if (flags.keep === true) report(await ask(flags, `set server ${server} state drain`), flags);
    else await move(`drain server ${server}${rateText(flags)}`, { of: server, end: `ready ${server}` }, flags);
  });
}

export function rebalanceCommand(): Command {
  const command = new Command('rebalance')
    .description('move the fewest sessions that make a backend even again, or where the hash wants them')
    .argument('<backend>', 'BACKEND');
  return withOptions(command).action(async (backend: string, flags: MoveFlags) =>
    move(
      `rebalance backend ${backend}${rateText(flags)}`,
      { of: backend, end: `ctl "rebalance backend ${backend} stop"` },
      flags,
    ),
  );
}

function withOptions(command: Command): Command {
  command.option('--rate <sessions>', 'sessions a second; without it, `move-rate` of the backend', rate);
  command.option('--no-wait', 'do not wait until they have moved');
  for (const option of [...socketOptions(), jsonOption()]) command.addOption(option);
  return command;
}

function rate(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 1 to 99999');
}

function rateText({ rate: perSecond }: MoveFlags): string {
  return perSecond === undefined ? '' : ` rate ${perSecond}`;
}

interface Migration {
  /** The server or backend, as `show moves` calls it. */
  readonly of: string;
  /** What has the balancer stop it. */
  readonly end: string;
}

async function move(line: string, migration: Migration, flags: MoveFlags): Promise<void> {
  const begun = await ask(flags, line);
  if (begun.kind !== 'done' || !flags.wait) {
    report(begun, flags);
    return;
  }
  if (flags.json !== true) report(begun, flags);
  const stopTelling = tellWhenInterrupted(migration);
  await untilMoved(migration, flags);
  stopTelling();
}

async function untilMoved({ of }: Migration, flags: MoveFlags): Promise<void> {
  let told: Progress | undefined;
  for (;;) {
    const reply = await ask(flags, 'show moves');
    const progress = reply.kind === 'done' ? progressOf(replyText(reply), of) : undefined;
    if (progress === undefined) {
      // In mode tcp nothing moves, and of what does not answer any more nothing is known.
      if (reply.kind !== 'done' || flags.json === true) report(reply, flags);
      return;
    }
    if (flags.json !== true) tell(progress, told);
    told = progress;
    if (progress.state !== 'running') {
      if (flags.json === true) printJson({ outcome: progress.state, moved: progress.moved, failed: progress.failed });
      if (progress.state === 'stopped') process.exitCode = FAILED_CODE;
      return;
    }
    await sleep(LOOK_MS);
  }
}

function tell({ moved, failed }: Progress, told: Progress | undefined): void {
  if (moved !== told?.moved || failed !== told.failed) process.stdout.write(`${moved} moved, ${failed} not\n`);
  // It may go on like this for as long as nobody looks.
  if (failed > 0 && (told?.failed ?? 0) === 0) console.error(STAYING);
}

const STAYING =
  'no other server takes those that have not moved: they stay where they are, and are told again every 10 s; Ctrl-C ends only the waiting';

/** Whoever presses Ctrl-C may take the whole for ended. Then it ends as it would have. */
function tellWhenInterrupted({ end }: Migration): () => void {
  const tellAndEnd = (signal: NodeJS.Signals): void => {
    console.error(
      `the balancer goes on with it: \`cmpp-lb ctl "show moves"\` shows how far it has come, \`cmpp-lb ${end}\` ends it`,
    );
    stop();
    process.kill(process.pid, signal);
  };
  const stop = (): void => void process.off('SIGINT', tellAndEnd).off('SIGTERM', tellAndEnd);
  process.on('SIGINT', tellAndEnd).on('SIGTERM', tellAndEnd);
  return stop;
}

interface Progress {
  readonly state: string;
  readonly moved: number;
  readonly failed: number;
}

/** The line of `show moves` about this server or backend. */
function progressOf(text: string, of: string): Progress | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${of} `));
  const [, , state = '', , , moved, failed] = line?.split(' ') ?? [];
  return line === undefined ? undefined : { state, moved: Number(moved), failed: Number(failed) };
}
