import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { freePorts, missingHaproxy, startHaproxy } from '../support/haproxy.js';
import { Program } from '../support/program.js';
import { SteeredScene } from '../support/steered-scene.js';

async function run(t: TestContext, args: readonly string[], cwd?: string) {
  const program = new Program(t, args, cwd === undefined ? {} : { cwd });
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

async function steered(t: TestContext): Promise<{ scene: SteeredScene }> {
  const scene = new SteeredScene(t);
  await scene.start({ servers: [await scene.gateway({})] });
  return { scene };
}

describe('cmpp-lb ctl and its like', { timeout: 60_000 }, () => {
  it('prints what was answered, and ends with 0 or, when it was refused, 1', async (t) => {
    const { scene } = await steered(t);
    for (const [command, code, stdout] of [
      ['show backend', 0, '# name\nsmsc\n'],
      ['set weight smsc/s1 3', 0, ''],
      ['get weight smsc/s1;show cli level', 0, '3 (initial 1)\n\nadmin\n'],
      ['set weight smsc/s1 x', 1, 'Empty weight string empty or preceded by garbage\n'],
      ['set weight smsc/s9 3;show backend', 1, 'No such server.\n\n# name\nsmsc\n'],
      ['operator;set weight smsc/s1 1', 1, 'Permission denied\n'],
    ] as const) {
      const result = await run(t, ['ctl', '-s', scene.socketPath, ...command.split(' ')]);
      assert.deepEqual({ command, ...result }, { command, code, stdout, stderr: '' });
    }
  });

  it('drains a server, puts it into maintenance, and takes it back', async (t) => {
    const { scene } = await steered(t);
    for (const [wish, stdout] of [
      [
        'drain',
        '0 sessions move, 100 a second\nsmsc refuses logins from now on: 0 of its servers take sessions\n0 moved, 0 not\n',
      ],
      ['maint', ''],
      ['ready', ''],
    ] as const) {
      assert.deepEqual(await run(t, [wish, '-s', scene.socketPath, 'smsc/s1']), { code: 0, stdout, stderr: '' });
    }
    assert.equal((await run(t, ['drain', '--keep', '-s', scene.socketPath, 'smsc/s1'])).stdout, '');
    assert.equal((await run(t, ['ready', '-s', scene.socketPath, 'smsc/s1'])).code, 0);
    const balanced = await run(t, ['rebalance', '--rate', '5', '--no-wait', '-s', scene.socketPath, 'smsc']);
    assert.deepEqual(balanced, { code: 0, stdout: '0 sessions move, 5 a second\n', stderr: '' });
    assert.equal((await run(t, ['rebalance', '--rate', '0', '-s', scene.socketPath, 'smsc'])).code, 2);
    assert.deepEqual(
      scene.log.of('server-wish').map(({ status }) => status),
      ['DRAIN', 'MAINT', 'no check', 'DRAIN', 'no check'],
    );
    const unknown = await run(t, ['drain', '-s', scene.socketPath, 'smsc/s9']);
    assert.deepEqual(unknown, { code: 1, stdout: 'No such server.\n', stderr: '' });
  });

  it('says why a drain that nobody can end waits, and that the balancer goes on when the waiting is interrupted', async (t) => {
    const { scene } = await steered(t);
    await scene.logIn();
    const drain = new Program(t, ['drain', '-s', scene.socketPath, 'smsc/s1']);
    await drain.printed(/^1 session moves, .*\n[^]*0 moved, 1 not\n/m);
    while (!drain.stderr.includes('\n')) await drain.output();
    drain.signal('SIGINT');
    assert.equal(await drain.exited, 'SIGINT');
    assert.deepEqual(drain.stderr.split('\n'), [
      'no other server takes those that have not moved: they stay where they are, and are told again every 10 s; Ctrl-C ends only the waiting',
      'the balancer goes on with it: `cmpp-lb ctl "show moves"` shows how far it has come, `cmpp-lb ready smsc/s1` ends it',
      '',
    ]);
    assert.match(await scene.command('show moves'), /^smsc\/s1 drain running /m);
    assert.equal((await run(t, ['ready', '-s', scene.socketPath, 'smsc/s1'])).code, 0);
    assert.match(await scene.command('show moves'), /^smsc\/s1 drain stopped /m);
  });

  it('finds the socket by the configuration', async (t) => {
    const { scene } = await steered(t);
    const folder = scene.folder();
    const rest =
      'frontends: { sp: { listen: "*:7890", default-backend: a } }\nbackends: { a: { servers: { b: { address: "a:1" } } } }\n';
    writeFileSync(`${folder}/cmpp-lb.yaml`, `admin: { socket: { path: ${scene.socketPath} } }\n${rest}`);
    writeFileSync(`${folder}/none.yaml`, rest);
    assert.equal((await run(t, ['ctl', 'show', 'cli', 'level'], folder)).stdout, 'admin\n');
    const none = await run(t, ['ctl', '-c', 'none.yaml', 'show version'], folder);
    assert.deepEqual(none, { code: 3, stdout: '', stderr: 'none.yaml has no admin.socket; name the socket with -s\n' });
  });

  it('ends with 3 when nobody answers, or it is no balancer', async (t) => {
    const missing = await run(t, ['ctl', '-s', '/nonexistent/lb.sock', 'show version']);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /^the balancer does not answer: connect ENOENT/);
  });

  it('shows a table, or JSON, and ends with 1 when a backend takes no sessions', async (t) => {
    const { scene } = await steered(t);
    await scene.logIn();
    const table = await run(t, ['status', '-s', scene.socketPath]);
    assert.deepEqual([table.code, table.stderr], [0, '']);
    assert.match(table.stdout, /^ {2}smsc\/s1 +no check +1 +1 +0 *$/m);
    await scene.command('set server smsc/s1 state maint');
    const json = await run(t, ['status', '--json', '-s', scene.socketPath]);
    assert.equal(json.code, 1);
    const rows: unknown = JSON.parse(json.stdout);
    const standing = { sessions: 1, queued: 0, lastCheck: '' };
    assert.deepEqual(rows, [
      { backend: 'smsc', status: 'DOWN', weight: 0, ...standing },
      { backend: 'smsc', server: 's1', status: 'MAINT', weight: 1, ...standing },
    ]);
  });
});

describe('of several sockets', { timeout: 60_000 }, () => {
  it('the one with the highest level is taken, or else the first that lets one in', async (t) => {
    const scene = new SteeredScene(t);
    const folder = scene.folder();
    const paths = ['user', 'admin', 'operator'].map((level) => ({ level, path: `${folder}/${level}.sock` }));
    const entries = paths.map(({ level, path }) => `{ path: ${path}, level: ${level} }`);
    await scene.start({ servers: [await scene.gateway({})], admin: `socket: [${entries.join(', ')}]` });
    const rest =
      'frontends: { sp: { listen: "*:7890", default-backend: a } }\nbackends: { a: { servers: { b: { address: "a:1" } } } }\n';
    writeFileSync(`${folder}/cmpp-lb.yaml`, `admin: { socket: [${entries.join(', ')}] }\n${rest}`);
    const level = async () => (await run(t, ['ctl', 'show cli level'], folder)).stdout;
    assert.equal(await level(), 'admin\n');
    renameSync(`${folder}/admin.sock`, `${folder}/gone.sock`);
    assert.equal(await level(), 'operator\n');
  });
});

describe('--json', { timeout: 60_000 }, () => {
  const text = String.raw`No such server.`;
  it('says of each command what it came to', async (t) => {
    const { scene } = await steered(t);
    for (const [args, code, printed] of [
      [['drain', 'smsc/s1'], 0, { outcome: 'done', moved: 0, failed: 0 }],
      [['ready', 'smsc/s9'], 1, { outcome: 'refused', answers: [{ outcome: 'refused', text }] }],
      [
        ['ctl', 'show backend;maint;get weight smsc/s9;set weight smsc/s1 7'],
        1,
        {
          outcome: 'refused',
          answers: [
            { outcome: 'done', text: '# name\nsmsc' },
            'unknown',
            { outcome: 'refused', text },
            { outcome: 'done', text: '' },
          ],
        },
      ],
    ] as const) {
      const result = await run(t, [...args, '--json', '-s', scene.socketPath]);
      const value: unknown = JSON.parse(result.stdout, (_key, inner: unknown) =>
        typeof inner === 'object' &&
        inner !== null &&
        'text' in inner &&
        String(inner.text).startsWith('Unknown command')
          ? 'unknown'
          : inner,
      );
      assert.deepEqual([result.code, result.stderr, value], [code, '', printed]);
    }
  });

  it('says so when nobody answers, too', async (t) => {
    for (const args of [['status'], ['ctl', 'show version'], ['maint', 'a/b']]) {
      const { code, stdout, stderr } = await run(t, [...args, '--json', '-s', '/nonexistent/lb.sock']);
      assert.deepEqual([code, stderr], [3, '']);
      const message = 'the balancer does not answer: connect ENOENT /nonexistent/lb.sock';
      assert.deepEqual(JSON.parse(stdout), { outcome: 'unreached', message });
    }
  });
});

describe('cmpp-lb ctl at HAProxy’s socket', { timeout: 30_000, skip: missingHaproxy() }, () => {
  it('says that it is another one', async (t) => {
    const [port = 0] = await freePorts('127.0.48.1', 1);
    const haproxy = await startHaproxy(`listen a\n  bind 127.0.48.1:${port}\n  server b 127.0.48.1:1\n`);
    t.after(() => haproxy.stop());
    const { code, stderr } = await run(t, ['ctl', '-s', haproxy.socketPath, 'show version']);
    assert.deepEqual([code, stderr], [3, 'this is no runtime API of cmpp-lb\n']);
  });
});
