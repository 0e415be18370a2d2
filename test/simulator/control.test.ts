import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { answerLineOf, answerLines, listenForCommands, sendCommand } from '../../src/simulator/smsc/control-socket.js';
import { sendForTest, startSmscForTest, submitsTo } from './simulators.js';

const noDuration = () => undefined;

async function startControlled(test: TestContext) {
  const smsc = await startSmscForTest(test, { reports: undefined }, 2);
  const answerLine = answerLineOf(smsc, noDuration);
  return { smsc, answerLine };
}

describe('a running SMSC simulator', () => {
  it('obeys commands that come by TCP', async (test) => {
    const { smsc, answerLine } = await startControlled(test);
    const control = await listenForCommands({ host: '127.0.0.1', port: 0 }, answerLine);
    test.after(() => control.close());
    const address = { host: '127.0.0.1', port: control.port ?? 0 };
    assert.deepEqual(await sendCommand(address, `fault ${smsc.port} result 8`), {
      kind: 'done',
      text: `${smsc.port} faults: result 8`,
    });
    const { figures } = await sendForTest(smsc.port, submitsTo('hi')).outcome;
    assert.equal(figures.refused, 1);
    const { text } = await sendCommand(address, 'status');
    const rows = text.split('\n').map((row) => row.split(/ {2,}/));
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[0]?.slice(0, 7), ['port', 'code', 'sessions', 'logins', 'refused', 'submits', 'accepted']);
    assert.deepEqual(rows[1]?.slice(0, 7), [String(smsc.port), '1', '0', '1', '0', '1', '0']);
    assert.equal(rows[1]?.at(-1), 'result 8');
    assert.deepEqual(rows[2]?.slice(0, 7), [String(smsc.ports[1]), '2', '0', '0', '0', '0', '0']);
  });

  it('obeys commands that come by a unix socket, several by one connection', async (test) => {
    const { smsc, answerLine } = await startControlled(test);
    const folder = await mkdtemp(join(tmpdir(), 'smsc-'));
    const control = await listenForCommands({ path: join(folder, 'control.sock') }, answerLine);
    test.after(async () => {
      await control.close();
      await rm(folder, { recursive: true });
    });
    const sp = sendForTest(smsc.port, submitsTo('hi'));
    await sp.lines.line(/^SUBMIT_RESP/);
    const address = { path: join(folder, 'control.sock') };
    assert.deepEqual(await sendCommand(address, 'close all'), { kind: 'done', text: 'closing 1 connections' });
    await sp.outcome;
    assert.equal((await sendCommand(address, 'fault 1 silent')).kind, 'wrong');
    assert.deepEqual(await sendCommand(address, 'nonsense'), {
      kind: 'wrong',
      text: 'unknown command "nonsense": expected fault, status, deliver, close or help',
    });
  });

  it('takes the place of a socket that was left behind, and of no other', async (test) => {
    const { answerLine } = await startControlled(test);
    const folder = await mkdtemp(join(tmpdir(), 'smsc-'));
    test.after(() => rm(folder, { recursive: true }));
    const [path, former] = [join(folder, 'control.sock'), join(folder, 'former.sock')];
    const killed = await listenForCommands({ path: former }, answerLine);
    await rename(former, path);
    await assert.rejects(listenForCommands({ path }, answerLine), /EADDRINUSE/);
    // Its file has another name by now, and stays, as that of a process that was killed.
    await killed.close();
    const control = await listenForCommands({ path }, answerLine);
    assert.equal((await sendCommand({ path }, 'help')).kind, 'done');
    await control.close();
    await writeFile(path, 'notes');
    await assert.rejects(listenForCommands({ path }, answerLine), /EADDRINUSE/);
    assert.equal(await readFile(path, 'utf8'), 'notes');
  });

  it('answers every line of a terminal, wherever the input is cut', async (test) => {
    const { smsc, answerLine } = await startControlled(test);
    const input = new PassThrough();
    const output = new PassThrough({ encoding: 'utf8' });
    answerLines(input, output, answerLine);
    for (const piece of ['fault ', `${smsc.port} sil`, `ent\n\nfault ${smsc.port} none\nnon`, 'sense'])
      input.write(piece);
    input.end();
    await new Promise((resolve) => input.once('end', resolve));
    assert.equal(
      output.read(),
      `${smsc.port} faults: silent\n\n${smsc.port} faults: none\n\n` +
        'error: unknown command "nonsense": expected fault, status, deliver, close or help\n\n',
    );
  });

  it('rejects a command that nobody listens for', async (test) => {
    const { answerLine } = await startControlled(test);
    const control = await listenForCommands({ host: '127.0.0.1', port: 0 }, answerLine);
    const address = { host: '127.0.0.1', port: control.port ?? 0 };
    await control.close();
    await assert.rejects(sendCommand(address, 'status'), { code: 'ECONNREFUSED' });
  });
});
