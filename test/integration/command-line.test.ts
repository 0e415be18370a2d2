import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { portOf } from '../support/haproxy.js';
import { Program } from '../support/program.js';
import type { Surroundings } from '../support/program.js';
import { configText, Scene } from '../support/scene.js';

const packageFile: unknown = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../package.json', import.meta.url)), 'utf8'),
);

/** What a command prints and ends with. */
async function ranToEnd(context: TestContext, args: readonly string[], surroundings: Surroundings = {}) {
  const program = new Program(context, args, surroundings);
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** The same of a command that prints JSON. */
async function jsonOf(context: TestContext, args: readonly string[]): Promise<unknown[]> {
  const { code, stdout, stderr } = await ranToEnd(context, [...args, '--json']);
  return [code, stderr, JSON.parse(stdout)];
}

/** A configuration in a file of its own. */
function written(context: TestContext, text: string): string {
  const path = `${new Scene(context).folder()}/lb.yaml`;
  writeFileSync(path, text);
  return path;
}

const sound = configText({ servers: ['address: "127.0.0.1:7890"'] });

describe('cmpp-lb', { timeout: 30_000, concurrency: 2 }, () => {
  it('--version says the version of the package', async (t) => {
    assert.ok(typeof packageFile === 'object' && packageFile !== null && 'version' in packageFile);
    const expected = { code: 0, stdout: `${String(packageFile.version)}\n`, stderr: '' };
    assert.deepEqual(await ranToEnd(t, ['--version']), expected);
  });

  it('--help names the commands', async (t) => {
    const { code, stdout } = await ranToEnd(t, ['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}start /m);
    assert.match(stdout, /^ {2}check /m);
  });

  it('start --help names its option and where it looks', async (t) => {
    const { code, stdout } = await ranToEnd(t, ['start', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /--config <file>[\s\S]*\.\/cmpp-lb\.yaml[\s\S]*\/etc\/cmpp-lb\/cmpp-lb\.yaml/);
  });

  for (const [args, complaint] of [
    [['start', '--frobnicate'], "error: unknown option '--frobnicate'"],
    [['strat'], "error: unknown command 'strat'\n(Did you mean start?)"],
    [['check'], "error: missing required argument 'file'"],
    [
      ['start', '--daemon'],
      'error: there is no --daemon: it stays in the foreground, so that whoever starts it sees when it ends\nRun it by systemd (config/systemd/cmpp-lb.service) or as it is in a container; --pid-file writes its number.',
    ],
    [
      ['drain', '--keep', '--rate', '5', 'smsc/s1'],
      "error: option '--keep' cannot be used with option '--rate <sessions>'",
    ],
    [['start', 'lb.yaml'], "error: too many arguments for 'start'. Expected 0 arguments but got 1."],
  ] as const) {
    it(`${args.join(' ')} is refused with a hint`, async (t) => {
      const stderr = `${complaint}\n(cmpp-lb --help lists the commands and options)\n`;
      assert.deepEqual(await ranToEnd(t, args), { code: 2, stdout: '', stderr });
    });
  }
});

describe('cmpp-lb check', { timeout: 30_000, concurrency: 2 }, () => {
  it('ends with 0 for a sound file', async (t) => {
    const path = written(t, sound);
    assert.deepEqual(await ranToEnd(t, ['check', path]), { code: 0, stdout: `${path} is valid\n`, stderr: '' });
  });

  it('ends with 0 where there are only warnings', async (t) => {
    const path = written(
      t,
      sound
        .replace('    servers:', '    balance: leastload\n    mode: tcp\n    servers:')
        .replace('defaults: {', 'defaults: { mode: tcp'),
    );
    const { code, stdout, stderr } = await ranToEnd(t, ['check', path]);
    assert.deepEqual([code, stdout], [0, `${path} is valid\n`]);
    assert.match(stderr, /^warning: .*lb\.yaml:\d+:\d+: backends\.smsc\.balance: /);
  });

  it('ends with 1 for a bad file, and shows all that is wrong', async (t) => {
    const path = written(t, sound.replace('default-backend: smsc', 'default-backend: smcs, bakclog: 5'));
    const { code, stdout, stderr } = await ranToEnd(t, ['check', path]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^error: .*frontends\.sp\.default-backend: no backend is called "smcs"; write smsc$/m);
    assert.match(stderr, /^error: .*frontends\.sp\.bakclog: unknown key "bakclog"; did you mean "backlog"\?$/m);
  });

  it('ends with 1 for a file that is not there', async (t) => {
    const { code, stderr } = await ranToEnd(t, ['check', '/nowhere/lb.yaml']);
    assert.deepEqual([code, stderr], [1, 'error: /nowhere/lb.yaml: there is no such file\n']);
  });
});

describe('cmpp-lb check and convert --json', { timeout: 30_000, concurrency: 2 }, () => {
  it('check says of a sound file that it is, with empty lists', async (t) => {
    const file = written(t, sound);
    const lists = { problems: [], warnings: [], notes: [] };
    assert.deepEqual(await jsonOf(t, ['check', file]), [0, '', { file, isValid: true, ...lists }]);
  });

  it('check gives each problem with its place', async (t) => {
    const file = written(t, sound.replace('default-backend: smsc', 'default-backend: smsc, bakclog: 5'));
    const place = { file, line: 4, column: 55, key: 'frontends.sp.bakclog' };
    const [code, stderr, found] = await jsonOf(t, ['check', file]);
    assert.deepEqual([code, stderr], [1, '']);
    const message = 'unknown key "bakclog"; did you mean "backlog"?';
    assert.deepEqual(found, { file, isValid: false, problems: [{ ...place, message }], warnings: [], notes: [] });
  });

  it('convert gives the YAML, and what is different', async (t) => {
    const file = `${new Scene(t).folder()}/lb.cfg`;
    writeFileSync(file, 'global\n daemon\nlisten a\n bind :1\n mode tcp\n server b a:1\n');
    const [code, stderr, found] = await jsonOf(t, ['convert', file]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(
      typeof found === 'object' && found !== null && 'yaml' in found && 'notes' in found && 'isConverted' in found,
    );
    assert.match(String(found.yaml), /^frontends:\n {2}a:/m);
    assert.match(JSON.stringify(found.notes), /"line":2,.*it stays in the foreground/);
    assert.equal(found.isConverted, true);
    assert.match(
      JSON.stringify(await jsonOf(t, ['convert', '/nowhere.cfg'])),
      /^\[1,"",\{.*"isConverted":false,"problems":\[/,
    );
  });
});

describe('cmpp-lb start', { timeout: 30_000, concurrency: 2 }, () => {
  it('says with what it starts, where it listens and when it is ready', async (t) => {
    const path = written(t, sound);
    const program = new Program(t, ['start', '-c', path]);
    await program.event('ready');
    assert.deepEqual(
      program.lines.map(({ event }) => event),
      ['starting', 'listening', 'ready'],
    );
    assert.equal((await program.event('starting'))['configFile'], path);
    assert.equal((await program.event('listening'))['address'], `127.0.0.1:${await program.port()}`);
    assert.equal((await program.event('ready'))['pid'], program.pid);
  });

  it('takes ./cmpp-lb.yaml, and says so', async (t) => {
    const cwd = new Scene(t).folder();
    writeFileSync(`${cwd}/cmpp-lb.yaml`, sound);
    const program = new Program(t, ['start'], { cwd });
    assert.equal((await program.event('starting'))['configFile'], 'cmpp-lb.yaml');
    await program.event('ready');
  });

  it('does not start when its port is taken, and says so in a sentence', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    const address = `127.0.0.1:${await portOf(other)}`;
    const { code, stderr, stdout } = await ranToEnd(t, [
      'start',
      '-c',
      written(t, sound.replace('127.0.0.1:0', address)),
    ]);
    const why = 'the address is in use; another process listens there, perhaps HAProxy or another cmpp-lb';
    assert.deepEqual([code, stderr], [1, `cmpp-lb does not start: frontend sp: cannot listen on ${address}: ${why}\n`]);
    assert.doesNotMatch(stdout, /listening|ready|accept-error/);
    // Whoever reads only the log is told too.
    assert.match(stdout, /"event":"not-started","error":"frontend sp: cannot listen on .*\}\n$/);
  });

  it('does not start without its file, and says so in a sentence', async (t) => {
    const expected = {
      code: 1,
      stdout: '',
      stderr: 'cmpp-lb does not start: /nowhere/lb.yaml: there is no such file\n',
    };
    assert.deepEqual(await ranToEnd(t, ['start', '-c', '/nowhere/lb.yaml']), expected);
  });

  it('does not start with a bad file, and shows all that is wrong', async (t) => {
    const path = written(t, sound.replace('default-backend: smsc', 'default-backend: smcs, bakclog: 5'));
    const { code, stdout, stderr } = await ranToEnd(t, ['start', '-c', path]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^error: .*default-backend/m);
    assert.match(stderr, /^error: .*bakclog/m);
    assert.match(stderr, new RegExp(`^cmpp-lb does not start: ${path} has 2 problems, see above$`, 'm'));
  });

  it('does not start with a maxconn beyond its descriptors, and says what to do', async (t) => {
    const path = written(t, sound.replace('global: {', 'global: { maxconn: 1000'));
    const { code, stderr } = await ranToEnd(t, ['start', '-c', path], { descriptorLimit: 256 });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /global\.maxconn: a maxconn of 1000 needs \d+ file descriptors, and the limit is 256; raise the limit/,
    );
  });

  it('does not start when its log cannot be opened, and says so in a sentence', async (t) => {
    const path = written(t, sound.replace('global: {', 'global: { log: { to: /nowhere/lb.log }'));
    const { code, stderr } = await ranToEnd(t, ['start', '-c', path]);
    assert.equal(code, 1);
    assert.match(stderr, /^cmpp-lb does not start: cannot open the log \/nowhere\/lb\.log: .*\n$/);
  });
});
