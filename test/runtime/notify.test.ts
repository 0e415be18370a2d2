import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ServiceManager } from '../../src/runtime/notify.js';
import { Change } from '../support/change.js';
import { FakeClock } from '../support/fake-clock.js';
import { NotifySocket } from '../support/notify-socket.js';

/** A manager at a socket, by a clock that stands still. */
function managerAt(path: string | undefined, environment: Readonly<Record<string, string>> = {}) {
  const clock = new FakeClock();
  const failures: string[] = [];
  const change = new Change();
  const manager = new ServiceManager({
    clock,
    environment: { PATH: process.env['PATH'], ...(path === undefined ? {} : { NOTIFY_SOCKET: path }), ...environment },
    pid: 4711,
    failed: (message) => {
      failures.push(message);
      change.happened();
    },
  });
  const failed = async (times: number): Promise<void> => {
    while (failures.length < times) await change.next();
  };
  return { clock, failures, failed, manager };
}

const WATCHED = { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711' };

/** A folder with a `systemd-notify` of its own. */
function pathWith(t: TestContext, script: string): { readonly folder: string; readonly PATH: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-path-'));
  t.after(() => rmSync(folder, { recursive: true, maxRetries: 3 }));
  writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'systemd-notify'), 0o755);
  return { folder, PATH: `${folder}:${process.env['PATH']}` };
}

describe('ServiceManager', { timeout: 20_000, concurrency: 2 }, () => {
  it('tells systemd each state in its turn', async (t) => {
    const socket = await NotifySocket.listening(t);
    const { manager, failures } = managerAt(socket.path);
    for (const say of ['ready', 'reloading', 'status', 'stopping'] as const) {
      manager[say](`it is ${say}`);
      await socket.heard(({ words }) => words.at(-1)?.endsWith(say) === true);
    }
    await manager.close();
    assert.deepEqual(socket.words, [
      'READY=1\nSTATUS=it is ready',
      'RELOADING=1\nSTATUS=it is reloading',
      'STATUS=it is status',
      'STOPPING=1\nSTATUS=it is stopping',
    ]);
    assert.deepEqual(failures, []);
  });

  it('gives a sign of life three times within the time that systemd waits, once it is ready', async (t) => {
    const socket = await NotifySocket.listening(t);
    const { clock, manager } = managerAt(socket.path, WATCHED);
    assert.equal(clock.pending, 0);
    manager.ready('on');
    for (const signs of [1, 2, 3]) {
      clock.advance(9_999);
      clock.advance(1);
      await socket.heard(({ words }) => words.filter((word) => word === 'WATCHDOG=1').length === signs);
    }
    await manager.close();
    assert.equal(clock.pending, 0);
    assert.equal(socket.words.length, 4);
  });

  it('gives one sign, not several, after the event loop stood still', async (t) => {
    const socket = await NotifySocket.listening(t);
    const { clock, manager } = managerAt(socket.path, WATCHED);
    manager.ready('on');
    await socket.heard(({ words }) => words.length === 1);
    clock.stall(300_000);
    clock.advance(0);
    await socket.heard(({ words }) => words.length === 2);
    manager.status('last');
    await manager.close();
    await socket.heard(({ words }) => words.at(-1) === 'STATUS=last');
    assert.deepEqual(socket.words.slice(1), ['WATCHDOG=1', 'STATUS=last']);
  });

  for (const [what, environment] of [
    ['systemd waits for another process', { ...WATCHED, WATCHDOG_PID: '4712' }],
    ['systemd waits for nobody', {}],
  ] as const) {
    it(`gives no sign of life where ${what}`, async (t) => {
      const socket = await NotifySocket.listening(t);
      const { clock, manager } = managerAt(socket.path, environment);
      manager.ready('on');
      assert.equal(clock.pending, 0);
      await manager.close();
    });
  }

  it('says nothing where nobody listens', async (t) => {
    const { folder, PATH } = pathWith(t, `echo "$@" >> "$FOLDER/calls"`);
    const { clock, failures, manager } = managerAt(undefined, { PATH, FOLDER: folder });
    manager.ready('on');
    manager.stopping('off');
    await manager.close();
    assert.throws(() => readFileSync(join(folder, 'calls')), /ENOENT/);
    assert.deepEqual([failures, clock.pending], [[], 0]);
  });

  it('says once that it fails, and says the state again until it is heard', async (t) => {
    const socket = await NotifySocket.listening(t);
    const { folder, PATH } = pathWith(
      t,
      `[ -e "$FOLDER/works" ] || { echo x >> "$FOLDER/calls"; echo no bus >&2; exit 1; }\nexec /usr/bin/systemd-notify "$@"`,
    );
    const { clock, failures, failed, manager } = managerAt(socket.path, { PATH, FOLDER: folder });
    manager.ready('on');
    await failed(1);
    assert.match(failures[0] ?? '', /^systemd-notify: Command failed: .*no bus$/s);
    writeFileSync(join(folder, 'works'), '');
    clock.advance(5000);
    await socket.heard(({ words }) => words.length === 1);
    assert.deepEqual(socket.words, ['READY=1\nSTATUS=on']);
    await manager.close();
    assert.deepEqual([failures.length, clock.pending], [1, 0]);
  });

  it('says what is missing on a machine without systemd-notify', async () => {
    const { failures, failed, manager } = managerAt('/nowhere', { PATH: '/nowhere' });
    manager.ready('on');
    await failed(1);
    assert.deepEqual(failures, ['systemd-notify: spawn systemd-notify ENOENT']);
    await manager.close();
  });

  it('keeps only the last state while one is being said', async (t) => {
    const socket = await NotifySocket.listening(t);
    const { manager } = managerAt(socket.path);
    manager.ready('first');
    for (let times = 0; times < 100; times += 1) {
      manager.reloading(`${times}`);
      manager.ready(`${times}`);
    }
    await manager.close();
    await socket.heard(({ words }) => words.length >= 2);
    assert.deepEqual(socket.words, ['READY=1\nSTATUS=first', 'READY=1\nSTATUS=99']);
  });
});
