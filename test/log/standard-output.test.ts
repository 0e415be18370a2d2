import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-log-'));
after(() => rmSync(folder, { recursive: true }));

/** 10 MB, which the log's memory holds, and three times that. */
const SOME = 20_000;
const MANY = 60_000;

/** A process that logs so many events to its standard output, closes its log, and exits: with 3 if lines were lost. */
const program = `
  import { createLog } from ${JSON.stringify(import.meta.resolve('../../src/log/log.js'))};
  import { realClock } from ${JSON.stringify(import.meta.resolve('../../src/runtime/clock.js'))};
  const deps = { clock: realClock, pid: 1, offsetMinutesAt: () => 0 };
  const { log } = createLog({ level: 'info', format: 'json', to: { kind: 'stdout' } }, deps);
  const configFile = 'x'.repeat(150);
  for (let left = Number(process.argv[1]); left > 0; left -= 1) log.event('starting', { version: String(left), configFile });
  await log.close();
  process.exit(log.lostLines > 0 ? 3 : 0);
`;

function logTo(stdout: 'pipe' | number, events: number): ChildProcess {
  const stdio: StdioOptions = ['ignore', stdout, 'inherit'];
  return spawn(process.execPath, ['--input-type=module', '--eval', program, String(events)], { stdio });
}

function assertSomeEvents(text: string): void {
  const versions = text
    .trimEnd()
    .split('\n')
    .map((line) => Number(JSON.parse(line).version));
  assert.deepEqual(
    versions,
    Array.from({ length: SOME }, (_, index) => SOME - index),
  );
}

describe('a log to standard output', () => {
  it('loses no line to a reader who reads', async () => {
    const child = logTo('pipe', SOME);
    const exit = once(child, 'exit');
    const chunks = await child.stdout?.toArray();
    assert.deepEqual(await exit, [0, null]);
    assertSomeEvents(Buffer.concat(chunks ?? []).toString());
  });

  it('loses no line to a file', async () => {
    const path = join(folder, 'stdout.log');
    const descriptor = openSync(path, 'w');
    assert.deepEqual(await once(logTo(descriptor, SOME), 'exit'), [0, null]);
    closeSync(descriptor);
    assertSomeEvents(readFileSync(path, 'utf8'));
  });

  it('holds up neither the process nor its exit when nobody reads', async () => {
    assert.deepEqual(await once(logTo('pipe', MANY), 'exit'), [3, null]);
  });

  it('holds up neither the process nor its exit when nobody reads the named pipe behind it', async () => {
    const path = join(folder, 'stdout.fifo');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    assert.deepEqual(await once(logTo(writer, MANY), 'exit'), [3, null]);
    closeSync(writer);
    closeSync(reader);
  });

  it('does not end the process when its reader goes away', async () => {
    const child = logTo('pipe', MANY);
    child.stdout?.destroy();
    assert.deepEqual(await once(child, 'exit'), [3, null]);
  });
});
