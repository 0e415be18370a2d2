import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { LONGEST_LINE_CHARACTERS } from '../../src/admin/runtime-connection.js';
import { realClock } from '../../src/runtime/clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { LARGE_BYTES, TalkingStage } from './talking.js';

describe('what the runtime API answers, to the byte', { timeout: 20_000 }, () => {
  for (const [sent, answer] of [
    ['show version\n', '1.2.3\n\n'],
    ['show version\r\n', '1.2.3\n\n'],
    ['show lines\n', 'one\ntwo\n\n'],
    ['show version;show lines\n', '1.2.3\n\none\ntwo\n\n'],
    ['show version\nshow lines\n', '1.2.3\n\none\ntwo\n\n'],
    ['show slowly;show version\nshow slowly\n', 'slow\n\n1.2.3\n\nslow\n\n'],
    ['set it\n', '\n'],
    ['set it wrong\n', 'No.\n\n'],
    ['set it;set it;show version\n', '\n\n1.2.3\n\n'],
    ['prompt\nquit\n', '\n> '],
    ['prompt\nset timeout cli 60\nshow version\nset it\nquit\n', '\n> \n> 1.2.3\n\n> \n> '],
    ['show version;prompt;show version;quit\n', '1.2.3\n\n\n> 1.2.3\n\n> '],
    ['prompt\nprompt\nshow version\n', '\n> \n1.2.3\n\n'],
    ['quit;show version\n', ''],
    ['show version;quit;show version\n', '1.2.3\n\n'],
    ['operator;show cli level\n', '\noperator\n\n'],
    ['operator;set it\n', '\nPermission denied\n\n'],
    ['user;show errors;operator;show cli level\n', '\nPermission denied\n\nPermission denied\n\nuser\n\n'],
    ['set timeout\n', "'set timeout' only supports 'cli'.\n\n"],
    ['set timeout cli x\n', 'Invalid timeout value.\n\n'],
    ['verdict;set it;set it wrong;show version\n', '# done\n\n# done\n\nNo.\n# refused\n\n1.2.3\n# done\n\n'],
    ['set broken;show version\n', 'Internal error; the log has more about it.\n\n1.2.3\n\n'],
  ] as const) {
    it(`answers ${JSON.stringify(sent)}`, async (t) => {
      const stage = new TalkingStage(t, realClock);
      await stage.listening();
      assert.equal(await stage.caller().says(sent).all(), answer);
    });
  }

  it('answers a line that comes in pieces, and ends with a caller that ends', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    const caller = stage.caller().says('prompt\nshow ver');
    await caller.hears('\n> ');
    caller.says('sion\nshow lines');
    await caller.hears('\n> 1.2.3\n\n> ');
    caller.socket.end();
    assert.equal(await caller.all(), '\n> 1.2.3\n\n> ');
  });

  it('answers a caller that has said all that it will', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    const caller = stage.caller();
    caller.socket.end('show version;show slowly\n');
    assert.equal(await caller.all(), '1.2.3\n\nslow\n\n');
  });

  it('loses no answer to what a caller says behind its end', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    const caller = stage.caller().says('show version\n');
    await caller.hears('1.2.3\n\n');
    caller.says('x'.repeat(100_000));
    assert.equal(await caller.all(), '1.2.3\n\n');
  });
});

describe('the limits of the runtime API', { timeout: 20_000 }, () => {
  for (const end of ['', '\n']) {
    it(`refuses a line that is too long${end === '' ? ' and has no end' : ''}`, async (t) => {
      const stage = new TalkingStage(t, realClock);
      await stage.listening();
      const answer = await stage
        .caller()
        .says(`${'x'.repeat(LONGEST_LINE_CHARACTERS + 1)}${end}`)
        .all();
      assert.equal(answer, `A line has at most ${LONGEST_LINE_CHARACTERS} characters.\n\n`);
    });
  }

  it('leaves a caller that is silent for longer than its timeout, which it may change', async (t) => {
    const clock = new FakeClock();
    const stage = new TalkingStage(t, clock);
    const socket = await stage.listening({ timeoutMs: 10_000 });
    const caller = stage.caller().says('prompt\nset timeout cli 60\n');
    await caller.hears('\n> \n> ');
    clock.advance(59_000);
    assert.equal(socket.connectionsNow, 1);
    clock.advance(1000);
    assert.equal(await caller.all(), '\n> \n> ');
  });

  it('holds one answer for a caller that does not read, and then leaves it', async (t) => {
    const clock = new FakeClock();
    const stage = new TalkingStage(t, clock);
    const socket = await stage.listening();
    const caller = stage.caller();
    caller.socket.pause();
    caller.says('prompt\n').says('show large\n'.repeat(50)).says('set it\n');
    const other = stage.caller().says('show version\n');
    assert.equal(await other.all(), '1.2.3\n\n');
    clock.advance(10_000);
    caller.socket.resume();
    assert.ok((await caller.all()).length < 2 * LARGE_BYTES);
    assert.equal(stage.log.of('command').length, 0);
    assert.ok(socket.connectionsNow <= 1);
  });

  it('gives a slow reader all of a large answer', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    const answer = await stage.caller().says('show large;show version\n').all();
    assert.equal(answer.length, LARGE_BYTES + '\n\n1.2.3\n\n'.length);
  });

  it('tells one caller too many, and takes the next when one is gone', async (t) => {
    const stage = new TalkingStage(t, realClock);
    const socket = await stage.listening({ maxconn: 1 });
    const first = stage.caller().says('prompt\n');
    await first.hears('\n> ');
    assert.match(await stage.caller().all(), /^Too many connections/);
    first.says('quit\n');
    await first.all();
    first.socket.end();
    while (socket.connectionsNow > 0) await eventLoopTurn();
    assert.equal(await stage.caller().says('show version\n').all(), '1.2.3\n\n');
  });
});

describe('the port of the runtime API', { timeout: 20_000 }, () => {
  it('answers as the unix socket does', async (t) => {
    const stage = new TalkingStage(t, realClock);
    const socket = await stage.listening({ address: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
    const [, port = ''] = /^127\.0\.0\.1:(\d+)$/.exec(socket.address) ?? [];
    const caller = stage.caller({ host: '127.0.0.1', port: Number(port) }).says('show version;set it\n');
    assert.equal(await caller.all(), '1.2.3\n\n\n');
    assert.equal(stage.log.of('command')[0]?.from, socket.address);
  });
});

describe('the unix socket of the runtime API', { timeout: 20_000 }, () => {
  it('has the permission that was asked for, and is gone afterwards', async (t) => {
    const stage = new TalkingStage(t, realClock);
    const socket = await stage.listening({ address: { kind: 'unix', path: stage.path, mode: 0o640 } });
    assert.equal(statSync(stage.path).mode & 0o777, 0o640);
    socket.close();
    assert.equal(existsSync(stage.path), false);
  });

  it('takes the place of one that nobody listens on', async (t) => {
    const stage = new TalkingStage(t, realClock);
    const left = createServer().listen(`${stage.path}.left`);
    await once(left, 'listening');
    // Under this name its file stays when it is closed.
    renameSync(`${stage.path}.left`, stage.path);
    left.close();
    await stage.listening();
    assert.equal(await stage.caller().says('show version\n').all(), '1.2.3\n\n');
  });

  it('leaves one alone that somebody listens on', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    const bound = await stage.socket().bind();
    assert.equal(bound.kind, 'fault');
    assert.match(bound.kind === 'fault' ? bound.message : '', /cannot listen on unix:.*: the address is in use/);
    assert.equal(await stage.caller().says('show version\n').all(), '1.2.3\n\n');
  });

  it('leaves a file alone that is no socket', async (t) => {
    const stage = new TalkingStage(t, realClock);
    writeFileSync(stage.path, 'precious');
    const bound = await stage.socket().bind();
    assert.match(bound.kind === 'fault' ? bound.message : '', /there is a file that is no socket/);
  });

  it('logs changes and refusals, and not what only looks', async (t) => {
    const stage = new TalkingStage(t, realClock);
    await stage.listening();
    await stage.caller().says('show version;set it a\\ b;set it wrong;operator;set it;set broken\n').all();
    const from = `unix:${stage.path}`;
    assert.deepEqual(stage.log.of('command'), [
      { from, access: 'admin', command: 'set it a\\ b', outcome: 'done', answer: '' },
      { from, access: 'admin', command: 'set it wrong', outcome: 'refused', answer: 'No.' },
      { from, access: 'operator', command: 'set it', outcome: 'refused', answer: 'Permission denied' },
      { from, access: 'operator', command: 'set broken', outcome: 'refused', answer: 'Permission denied' },
    ]);
  });
});

it('a socket that cannot be given to its group serves its owner, and the log says why', async (t) => {
  const stage = new TalkingStage(t, realClock);
  const socket = stage.socket({ owner: { user: undefined, group: 'none-of-that-name' } });
  assert.deepEqual(await socket.bind(), { kind: 'bound' });
  assert.deepEqual(stage.log.of('admin-owner'), [
    { address: `unix:${stage.path}`, why: 'this machine knows no group none-of-that-name' },
  ]);
  assert.equal(await stage.caller().says('show version\n').all(), '1.2.3\n\n');
});
