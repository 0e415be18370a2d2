import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { printable } from '../../src/log/escape.js';
import type { Level } from '../../src/log/field.js';
import { createLog } from '../../src/log/log.js';
import type { CreatedLog, Log, LogConfig } from '../../src/log/log.js';
import { FakeClock } from '../support/fake-clock.js';
import { sessionEndOf } from './session-values.js';

const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-log-'));
after(() => rmSync(folder, { recursive: true }));

function create(config: LogConfig, clock = new FakeClock()): CreatedLog {
  return createLog(config, { clock, pid: 17872, offsetMinutesAt: () => 480 });
}

function logOf(config: LogConfig, clock?: FakeClock): Log {
  const created = create(config, clock);
  assert.equal(created.kind, 'log');
  return created.log;
}

let files = 0;

/** The lines of a file that `use` logged to. */
async function linesOf(format: LogConfig['format'], use: (log: Log) => void, level: Level = 'info'): Promise<string[]> {
  files += 1;
  const path = join(folder, `${files}.log`);
  const log = logOf({ level, format, to: { kind: 'file', path } });
  use(log);
  await log.close();
  return readFileSync(path, 'latin1').split('\n').slice(0, -1);
}

const starting = { version: '0.1.0', configFile: '/etc/cmpp-lb/cmpp-lb.yaml' };
const stack = 'Error: no such state\n    at close (session.js:80:11)';

describe('a log of JSON lines', () => {
  it('has level, time, pid, event, the fields of the event and its sentence', async () => {
    const [line = ''] = await linesOf('json', (log) => log.event('starting', starting));
    assert.equal(
      line,
      '{"level":"info","time":"2026-11-21T19:34:26.213Z","pid":17872,"event":"starting","version":"0.1.0","configFile":"/etc/cmpp-lb/cmpp-lb.yaml","msg":"cmpp-lb 0.1.0 starts with /etc/cmpp-lb/cmpp-lb.yaml"}',
    );
  });

  it('leaves out fields without a value, and writes numbers whole', async () => {
    const end = sessionEndOf({ account: undefined, durationMs: 15_837.6, connectMs: -1 });
    const [line = ''] = await linesOf('json', (log) => log.event('session-end', end));
    const read: Record<string, unknown> = JSON.parse(line);
    assert.equal('account' in read, false);
    assert.equal('status' in read, false);
    assert.equal(read['durationMs'], 15_838);
    assert.equal(read['connectMs'], -1);
    assert.deepEqual(read['pdusIn'], { CONNECT: 1 });
  });

  it('writes no field that the catalogue does not declare', async () => {
    const withSecret = { ...starting, sharedSecret: 'hush', content: 'dear customer' };
    for (const format of ['json', 'tcplog'] as const) {
      const [line = ''] = await linesOf(format, (log) => log.event('starting', withSecret));
      assert.doesNotMatch(line, /hush|dear/);
    }
  });
});

describe('a log in the format tcplog', () => {
  it('has HAProxy’s line for the end of a session, and sentences for the rest, each with local time and pid', async () => {
    const lines = await linesOf('tcplog', (log) => {
      log.event('starting', starting);
      log.event('session-end', sessionEndOf({}));
      log.event('internal-error', { session: undefined, stack });
    });
    assert.deepEqual(lines, [
      'Nov 22 03:34:26 cmpp-lb[17872]: cmpp-lb 0.1.0 starts with /etc/cmpp-lb/cmpp-lb.yaml',
      'Nov 22 03:34:26 cmpp-lb[17872]: 127.0.0.1:49347 [22/Nov/2026:03:34:26.213] fe_norm be_norm/server2 1/0/0 13 -- 1/1/0/0/0 0/0 cmpp{900001|3.0|0|client-terminate}',
      'Nov 22 03:34:26 cmpp-lb[17872]: Internal error: Error: no such state | at close (session.js:80:11)',
    ]);
  });
});

describe('a log', () => {
  it('writes one line of printable ASCII for each event, whatever is in its fields', async () => {
    const hostile = fc.string({ unit: 'binary' });
    const fields = fc.record({ text: hostile, account: fc.uint8Array({ maxLength: 6 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('json' as const, 'tcplog' as const),
        fields,
        async (format, { text, account }) => {
          const lines = await linesOf(format, (log) => {
            log.event(
              'session-end',
              sessionEndOf({ account: printable(account), source: text, frontend: text, server: text }),
            );
            log.event('internal-error', { session: text, stack: text });
            log.event('accept-error', { frontend: text, address: text, error: text });
          });
          assert.equal(lines.length, 3);
          for (const line of lines) {
            assert.match(line, /^[ -~]+$/);
            if (format === 'json') assert.equal(typeof JSON.parse(line), 'object');
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leaves out events below its level', async () => {
    const seen: [Level, string[]][] = [
      ['debug', ['starting', 'lines-lost', 'internal-error']],
      ['info', ['starting', 'lines-lost', 'internal-error']],
      ['warn', ['lines-lost', 'internal-error']],
      ['error', ['internal-error']],
    ];
    for (const [level, expected] of seen) {
      const use = (log: Log) => {
        log.event('starting', starting);
        log.event('lines-lost', { lines: 1, total: 1, why: 'ENOSPC' });
        log.event('internal-error', { session: undefined, stack });
      };
      const names = (await linesOf('json', use, level)).map((line) => JSON.parse(line).event);
      assert.deepEqual(names, expected);
      assert.equal((await linesOf('tcplog', use, level)).length, expected.length);
    }
  });

  it('knows which levels it writes', () => {
    const log = logOf({ level: 'warn', format: 'json', to: { kind: 'file', path: '/dev/null' } });
    assert.deepEqual(
      (['debug', 'info', 'warn', 'error'] as const).map((level) => log.isEnabled(level)),
      [false, false, true, true],
    );
    void log.close();
  });

  it('goes to syslog with priority, local time and pid, in both formats', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const target = { host: '127.0.0.1', port: server.address().port, facility: 'local2' } as const;
    for (const [format, text] of [
      ['tcplog', /^<150>Nov 22 03:34:26 cmpp-lb\[17872\]: 127\.0\.0\.1:49347 \[22\/Nov\/2026:03:34:26\.213\] fe_norm /],
      ['json', /^<150>Nov 22 03:34:26 cmpp-lb\[17872\]: \{"level":"info",.*"event":"session-end",.*\}$/],
    ] as const) {
      const log = logOf({ level: 'info', format, to: { kind: 'syslog', ...target } });
      const datagram = once(server, 'message');
      log.event('session-end', sessionEndOf({}));
      assert.match(String((await datagram)[0]), text);
      await log.close();
    }
    server.close();
  });

  it('is a fault when its file cannot be opened', () => {
    const path = join(folder, 'missing', 'a.log');
    const created = create({ level: 'info', format: 'json', to: { kind: 'file', path } });
    assert.equal(created.kind, 'fault');
    assert.match(created.message, /cannot open the log .*ENOENT/);
  });

  it('counts the lines that a full disk does not take, and closes all the same', async () => {
    const clock = new FakeClock();
    const log = logOf({ level: 'info', format: 'json', to: { kind: 'file', path: '/dev/full' } }, clock);
    log.event('starting', starting);
    const closed = log.close();
    clock.advance(2000);
    await closed;
    assert.equal(log.lostLines, 1);
  });

  it('says in itself how many lines a slow reader cost, once the reader goes on', async () => {
    const path = join(folder, 'slow.fifo');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const clock = new FakeClock();
    const log = logOf({ level: 'warn', format: 'json', to: { kind: 'file', path } }, clock);
    while (log.lostLines < 3) log.event('internal-error', { session: undefined, stack: 'x'.repeat(100_000) });
    let tail = '';
    const buffer = Buffer.alloc(1024 * 1024);
    while (!tail.includes('"event":"lines-lost","lines":3,"total":3')) {
      tail = tail.slice(-200) + readSome(reader, buffer);
      clock.advance(100);
      await eventLoopTurn();
    }
    closeSync(reader);
    await log.close();
  });
});

/** What the pipe has; a pipe without a byte in it has nothing. */
function readSome(descriptor: number, buffer: Buffer): string {
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer));
  } catch (error) {
    assert.match(String(error), /EAGAIN/);
    return '';
  }
}
