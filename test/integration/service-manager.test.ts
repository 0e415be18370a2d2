import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { NotifySocket } from '../support/notify-socket.js';
import type { Program } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';

/** A program that systemd watches, with less patience than it has in the field. */
async function watched(t: TestContext) {
  const notify = await NotifySocket.listening(t);
  const scene = new ProgramScene(t);
  const environment = { NOTIFY_SOCKET: notify.path, WATCHDOG_USEC: '300000' };
  const program: Program = scene.run({ servers: [await scene.gateway({})] }, { environment });
  const signs = (): number => notify.words.filter((word) => word === 'WATCHDOG=1').length;
  return { notify, scene, program, signs };
}

describe('The program under systemd', { timeout: 30_000, concurrency: 2 }, () => {
  it('is ready once it listens, gives signs of life, and says when it stops', async (t) => {
    const { notify, scene, program, signs } = await watched(t);
    await notify.heard(({ words }) => words.length > 0);
    assert.equal(notify.words[0], 'READY=1\nSTATUS=Serving');
    await (await scene.loggedInSp()).submit();
    await notify.heard(() => signs() >= 3);
    program.signal('SIGTERM');
    await notify.heard(({ words }) => words.some((word) => word.startsWith('STOPPING=1')));
    program.signal('SIGKILL');
    await program.exited;
    assert.equal(program.lines.filter(({ event }) => event === 'notify-failed').length, 0);
  });

  it('on SIGUSR1 does not say that it stops, so that systemd lets its sessions live', async (t) => {
    const { notify, scene, program } = await watched(t);
    const sp = await scene.loggedInSp();
    program.signal('SIGUSR1');
    await notify.heard(({ words }) => words.includes('STATUS=Accepting no more, until the last session has ended'));
    await sp.submit();
    sp.peer.finish();
    assert.equal(await program.exited, 0);
    assert.ok(notify.words.every((word) => !word.startsWith('STOPPING')));
  });

  it('gives no sign of life while its event loop stands still', async (t) => {
    const [stalled, going] = [await watched(t), await watched(t)];
    await stalled.notify.heard(() => stalled.signs() >= 1);
    stalled.program.signal('SIGSTOP');
    const before = stalled.signs();
    // The other one says how much time has gone: more than systemd's patience.
    const from = going.signs();
    await going.notify.heard(() => going.signs() >= from + 6);
    // One may have been on its way.
    assert.ok(stalled.signs() <= before + 1);
    stalled.program.signal('SIGCONT');
    await stalled.notify.heard(() => stalled.signs() >= before + 2);
  });

  it('serves where systemd-notify is missing, and says so', async (t) => {
    const scene = new ProgramScene(t);
    const environment = { NOTIFY_SOCKET: '/nowhere', PATH: '/nowhere' };
    const program = scene.run({ servers: [await scene.gateway({})] }, { environment });
    const { error } = await program.event('notify-failed');
    assert.equal(error, 'systemd-notify: spawn systemd-notify ENOENT');
    await (await scene.loggedInSp()).submit();
  });
});
