import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { Gateway } from '../support/gateway.js';
import { Program } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';

/** One machine, on which the program is started again and again with the same files. */
async function machine(t: TestContext) {
  const scene = new ProgramScene(t);
  const folder = scene.folder();
  const path = `${folder}/state`;
  const socket = `${folder}/lb.sock`;
  const servers = [await scene.gateway({}), await scene.gateway({}), await scene.gateway({})];
  const keys = {
    admin: `socket: { path: ${socket} }`,
    global: `state-file: ${path}, log: { level: debug }`,
    backend: 'balance: roundrobin\nstick: { on: account }',
  };
  const start = (all: readonly (Gateway | string)[] = servers): Program => scene.run({ ...keys, servers: all });
  const ctl = async (command: string): Promise<string> => {
    const program = new Program(t, ['ctl', command, '-s', socket]);
    assert.equal(await program.exited, 0, program.stdout + program.stderr);
    return program.stdout;
  };
  /** Logs in, out again, and says which server it was. */
  const visit = async (account: string): Promise<unknown> => {
    const sp = await scene.comingSp();
    assert.equal((await sp.logIn(account)).status, 0);
    sp.peer.finish();
    await sp.left();
    return (await scene.endIn(sp))['server'];
  };
  return { path, servers, start, ctl, visit };
}

describe('The program with a state-file', { timeout: 30_000, concurrency: 2 }, () => {
  it('comes back as it was, after SIGTERM and then after kill -9', async (t) => {
    const { path, start, ctl, visit } = await machine(t);
    const first = start();
    await first.event('ready');
    const seen = { a: await visit('900001'), b: await visit('900002'), c: await visit('900003') };
    assert.deepEqual(seen, { a: 's1', b: 's2', c: 's3' });
    await ctl('set server smsc/s1 state drain');
    await ctl('set server smsc/s2 weight 7');
    first.signal('SIGTERM');
    assert.equal(await first.exited, 0);
    assert.equal(statSync(path).mode & 0o777, 0o600);

    for (const ending of ['SIGKILL', 'SIGTERM'] as const) {
      const again = start();
      const { servers, entries, unknown } = await again.event('state-read');
      assert.deepEqual([servers, entries, unknown], [2, 3, 0]);
      await again.event('ready');
      const events = again.lines.map(({ event }) => event);
      assert.ok(events.indexOf('state-read') < events.indexOf('listening'), 'nobody is let in before');
      const wish = await again.event('server-wish', ({ server }) => server === 's1');
      assert.deepEqual([wish['status'], wish['why']], ['DRAIN', 'kept over the restart']);
      assert.match(await ctl('get weight smsc/s2'), /^7 \(initial 1\)/);
      await again.event('state-written');
      again.signal(ending);
      await again.exited;
    }

    const last = start();
    await last.event('ready');
    await ctl('set server smsc/s1 state ready');
    assert.deepEqual({ a: await visit('900001'), b: await visit('900002'), c: await visit('900003') }, seen);
  });

  it('starts with a configuration that lacks a server of the state, and says so', async (t) => {
    const { servers, start, ctl, visit } = await machine(t);
    const first = start();
    await first.event('ready');
    for (const account of ['900001', '900002', '900003']) await visit(account);
    await ctl('set server smsc/s3 state maint');
    first.signal('SIGTERM');
    await first.exited;
    const [one, two] = servers;
    assert.ok(one && two);
    const again = start([one, two]);
    const { servers: restored, entries, unknown } = await again.event('state-read');
    assert.deepEqual([restored, entries, unknown], [0, 2, 2]);
    await again.event('state-written');
  });

  it('starts with a broken state all the same, and keeps it aside', async (t) => {
    const { path, start, visit } = await machine(t);
    writeFileSync(path, '{"kind":"cmpp-lb-state","version":1');
    const program = start();
    const { keptAs, msg } = await program.event('state-not-read');
    assert.equal(keptAs, `${path}.broken`);
    assert.match(String(msg), /^Starting without the state in .*state: line 1 is not of a state file/);
    await visit('900001');
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.match(readFileSync(path, 'utf8'), /"kind":"stick".*"key":"900001"/);
  });

  it('that does not get its port leaves the file to the process that has it', async (t) => {
    const { path, start } = await machine(t);
    const first = start();
    const port = await first.port();
    await first.event('state-written');
    const before = readFileSync(path, 'utf8');
    const scene = new ProgramScene(t);
    const second = scene.run({
      listen: `"127.0.0.1:${port}"`,
      global: `state-file: ${path}`,
      servers: ['address: "127.0.0.1:7890"'],
    });
    assert.equal(await second.exited, 1);
    assert.equal(readFileSync(path, 'utf8'), before);
    first.signal('SIGTERM');
    await first.exited;
    assert.deepEqual(
      first.lines.filter(({ event }) => event === 'state-left'),
      [],
    );
  });
});
