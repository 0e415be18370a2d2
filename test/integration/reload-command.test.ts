import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { Program } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';

interface Stage {
  readonly scene: ProgramScene;
  readonly file: string;
  /** Changes the file. */
  readonly edit: (from: RegExp | string, to: string) => void;
  /** Runs `cmpp-lb` with these words and the file. */
  readonly run: (...words: readonly string[]) => Promise<{ code: number | string; stdout: string; stderr: string }>;
}

async function running(t: TestContext): Promise<Stage> {
  const scene = new ProgramScene(t);
  const file = `${scene.folder()}/lb.yaml`;
  const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
  writeFileSync(
    file,
    `global: { maxconn: 100 }
admin: { socket: { path: ${scene.folder()}/lb.sock } }
frontends: { sp: { listen: 127.0.0.1:0, default-backend: smsc } }
backends:
  smsc:
    check: off
    servers:
      s1: { address: "${one.address}" }
      s2: { address: "${two.address}", weight: 1 }
`,
  );
  scene.runProgram(file);
  await scene.program.port();
  return {
    scene,
    file,
    edit: (from, to) => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to)),
    run: async (...words) => {
      const program = new Program(t, [...words, '-c', file]);
      const code = await program.exited;
      return { code, stdout: program.stdout, stderr: program.stderr };
    },
  };
}

describe('SIGHUP', { timeout: 60_000 }, () => {
  it('has the program read its configuration anew, and leaves the sessions alone', async (t) => {
    const { scene, edit } = await running(t);
    const sp = await scene.loggedInSp();
    edit('weight: 1', 'weight: 3');
    edit(/ +s1: .*\n/, '');
    scene.program.signal('SIGHUP');
    const line = await scene.program.event('reload');
    assert.equal(line['by'], 'SIGHUP');
    assert.deepEqual(line['changes'], ['~ smsc/s2 weight 1→3', '- smsc/s1: 1 session drains']);
    assert.equal((await sp.submit()).result, 0);
    assert.equal(await scene.serverOf(await scene.loggedInSp()), 's2');
  });

  it('with a bad file says what is wrong with it, and changes nothing', async (t) => {
    const { scene, edit, file } = await running(t);
    edit('weight: 1', 'weight: lots');
    scene.program.signal('SIGHUP');
    const { problems } = await scene.program.event('reload-refused');
    assert.deepEqual(problems, [
      `${file}:9:${readFileSync(file, 'utf8').split('\n')[8]?.indexOf('lots') ?? 0}`.replace(/\d+$/, (column) =>
        String(Number(column) + 1),
      ) + ': backends.smsc.servers.s2.weight: expected a whole number from 0 to 256, got "lots"',
    ]);
    edit('weight: lots', 'weight: 2');
    scene.program.signal('SIGHUP');
    assert.deepEqual((await scene.program.event('reload'))['changes'], ['~ smsc/s2 weight 1→2']);
  });

  it('changes the level of the log, and the time of the end, and says what it can’t', async (t) => {
    const { scene, edit } = await running(t);
    edit('maxconn: 100', 'maxconn: 100, log: { level: error, to: stderr }, hard-stop-after: 1s');
    scene.program.signal('SIGHUP');
    // The line itself is of a level that is not written any more.
    const quiet = await scene.comingSp();
    assert.equal((await quiet.logIn()).status, 0);
    edit('level: error', 'level: info');
    scene.program.signal('SIGHUP');
    const { changes } = await scene.program.event('reload');
    assert.deepEqual(changes, ['~ global log.level error→info', '! global log.to stdout→stderr needs a restart']);
    scene.program.signal('SIGTERM');
    assert.equal(await scene.program.exited, 0);
  });
});

describe('cmpp-lb reload', { timeout: 60_000 }, () => {
  it('prints what has changed; with --dry-run, what would', async (t) => {
    const { edit, run } = await running(t);
    assert.deepEqual(await run('reload'), { code: 0, stdout: 'no change\n', stderr: '' });
    edit('weight: 1', 'weight: 3');
    const planned = { code: 0, stdout: '~ smsc/s2 weight 1→3\n', stderr: '' };
    assert.deepEqual(await run('reload', '--dry-run'), planned);
    assert.equal((await run('ctl', 'get weight smsc/s2')).stdout, '1 (initial 1)\n');
    assert.deepEqual(await run('reload'), planned);
    assert.equal((await run('ctl', 'get weight smsc/s2')).stdout, '3 (initial 3)\n');
    edit('weight: 3', 'weight: 4');
    const { code, stdout } = await run('reload', '--json');
    const path = ['backends', 'smsc', 'servers', 's2', 'weight'];
    const changes = [{ kind: 'change', path, from: '3', to: '4', effect: 'at-once' }];
    assert.deepEqual([code, JSON.parse(stdout)], [0, { outcome: 'done', changes, warnings: [] }]);
  });

  it('ends with 1 where it is refused, with the problems on stderr, and with 3 where nobody answers', async (t) => {
    const { edit, file, run, scene } = await running(t);
    edit('weight: 1', 'weight: -1');
    const refused =
      /^\S+lb.yaml:9:\d+: backends\.smsc\.servers\.s2\.weight: .*\nthe reload was refused; nothing has changed\n$/;
    const own = await run('reload');
    assert.deepEqual([own.code, own.stdout], [1, '']);
    assert.match(own.stderr, refused);
    const path = /path: (\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    const other = new Program(t, ['reload', '-s', path]);
    assert.equal(await other.exited, 1);
    assert.match(other.stderr, refused);
    assert.equal((await scene.program.event('reload-refused'))['by'], `unix:${path}`);
    for (const place of [
      ['-c', file],
      ['-s', path],
    ] as const) {
      const program = new Program(t, ['reload', '--json', ...place]);
      assert.equal(await program.exited, 1);
      assert.equal(program.stderr, '');
      const told: unknown = JSON.parse(program.stdout);
      const problems = own.stderr.split('\n').slice(0, 1);
      assert.deepEqual(told, { outcome: 'refused', problems });
    }
    edit('weight: -1', 'weight: 1');
    scene.program.signal('SIGTERM');
    await scene.program.exited;
    assert.equal((await run('reload')).code, 3);
    const { code, stdout } = await run('reload', '--json');
    assert.equal(code, 3);
    assert.match(stdout, /"outcome": "unreached"/);
  });

  it('reads a haproxy.cfg anew, with the mode that it was started with', async (t) => {
    const scene = new ProgramScene(t);
    const folder = scene.folder();
    const file = `${folder}/haproxy.cfg`;
    const [one, two] = await Promise.all([scene.gateway({}), scene.gateway({})]);
    const text = (more: string): string => `
global
  maxconn 100
  log stdout local2
  stats socket ${folder}/lb.sock level admin
defaults
  log global
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend sp
  bind 127.0.0.1:0
  default_backend smsc
backend smsc
  server s1 ${one.address}
${more}`;
    writeFileSync(file, text(''));
    scene.runProgram(file, '--mode', 'cmpp');
    const [, port] = await scene.program.printed(/Frontend sp listens on 127.0.0.1:(\d+)[^]*Ready/);
    // In mode tcp a CONNECT would be relayed as it is, and not be known as one.
    const sp = await scene.sp({ host: '127.0.0.1', port: Number(port) });
    assert.equal((await sp.logIn()).status, 0);
    writeFileSync(file, text(`  server s2 ${two.address} weight 9\n`));
    scene.program.signal('SIGHUP');
    const [, change] = await scene.program.printed(/Reloaded on SIGHUP in \d+ ms: (.*?)"/);
    assert.equal(change, `+ smsc/s2 ${two.address}`);
  });
});
