import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileKindOf } from '../../../src/config/file-kind.js';
import { Program } from '../../support/program.js';
import { Scene } from '../../support/scene.js';
import { cmppSample, httpSample, mqttSample, mysqlSample } from './samples.js';

async function ranToEnd(context: TestContext, args: readonly string[]) {
  const program = new Program(context, args);
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** A socket of the file is put into the file's own folder. */
function written(context: TestContext, text: string, name = 'haproxy.cfg'): string {
  const folder = new Scene(context).folder();
  const path = `${folder}/${name}`;
  writeFileSync(path, text.replace('/var/run/', `${folder}/`));
  return path;
}

/** On a port of the system's choice, and within the limits of any machine. */
const small = cmppSample
  .replaceAll('50000', '50')
  .replace('*:9999', '127.0.0.1:0')
  .replace('log 127.0.0.1 local2', 'log stdout local2');

describe('the kind of a file', () => {
  const table: [string, string, 'haproxy' | 'yaml'][] = [
    ['x.cfg', 'frontends: {}', 'haproxy'],
    ['x.yaml', 'global\n', 'yaml'],
    ['x.YML', 'global\n', 'yaml'],
    ['x', '# words\n\n  global # all\n', 'haproxy'],
    ['x.conf', 'listen a\n', 'haproxy'],
    ['x.conf', '# words\nglobal:\n  maxconn: 5\n', 'yaml'],
    ['x', '', 'yaml'],
  ];
  for (const [file, text, kind] of table) {
    it(`is ${kind} for ${file} ${JSON.stringify(text)}`, () => assert.equal(fileKindOf(file, text), kind));
  }
});

describe('the commands take a haproxy.cfg', { timeout: 30_000, concurrency: 2 }, () => {
  it('check prints notes, warnings and problems', async (t) => {
    const path = written(t, small.replace('balance source', 'balance sorce'));
    const { code, stdout, stderr } = await ranToEnd(t, ['check', path]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^note: .*haproxy\.cfg:5:5: global: daemon: it stays in the foreground/m);
    assert.match(stderr, /^warning: .*: defaults: mode: what passes is bytes to cmpp-lb/m);
    assert.match(stderr, /^error: .*: backend persistent_connection_backend: balance: expected one of/m);
  });

  it('check ends with 0 for one that is sound', async (t) => {
    const path = written(t, small);
    const { code, stdout } = await ranToEnd(t, ['check', '--mode', 'cmpp', path]);
    assert.deepEqual([code, stdout], [0, `${path} is valid\n`]);
  });

  it('check refuses --mode for a file that says it itself', async (t) => {
    const path = written(t, 'frontends: {}\n', 'lb.yaml');
    const { code, stderr } = await ranToEnd(t, ['check', '--mode', 'cmpp', path]);
    assert.deepEqual([code, stderr], [1, `error: ${path}: is a cmpp-lb.yaml; write mode: cmpp in it\n`]);
  });

  it('start starts with it, and says so', async (t) => {
    const path = written(t, small);
    const program = new Program(t, ['start', '-c', path, '--mode', 'cmpp']);
    await program.event('ready');
    assert.equal((await program.event('starting'))['configFile'], path);
    assert.match(program.stderr, /^note: .*: global: daemon: /m);
    const why = 'it stays in the foreground, for systemd to run';
    const { where, key, level } = await program.event('config-note', (line) => line['why'] === why);
    assert.deepEqual([where, key, level], [`${path}:5:5`, 'global: daemon', 'info']);
    const warning = await program.event('config-warning', (line) => String(line['why']).startsWith('map-based is'));
    assert.deepEqual([warning['where'], warning['level']], [`${path}:24:13`, 'warn']);
  });

  for (const [name, sample] of Object.entries({ mqttSample, mysqlSample })) {
    it(`start serves the page of ${name} to its user`, async (t) => {
      const ports = sample
        .replaceAll('50000', '50')
        .replace('*:8081', '127.0.0.1:0')
        .replace(/bind \*:\d+/, 'bind 127.0.0.1:0');
      const program = new Program(t, [
        'start',
        '-c',
        written(
          t,
          ports.replace('maxconn', 'log stdout local0\n maxconn').replace('defaults', 'defaults\n log global'),
        ),
        '--mode',
        'tcp',
      ]);
      const { address } = await program.event('http-listening');
      const statusOf = async (user: string): Promise<number> => {
        const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
        return (await fetch(`http://${String(address)}/stats;csv`, { headers: { authorization } })).status;
      };
      assert.deepEqual([await statusOf('admin:123456'), await statusOf('admin:other')], [200, 401]);
    });
  }

  it('ctl asks who listens at its stats socket', async (t) => {
    const path = written(t, small);
    await new Program(t, ['start', '-c', path, '--mode', 'cmpp']).event('ready');
    const socket = path.replace('.cfg', '.sock');
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    const { code, stdout } = await ranToEnd(t, ['ctl', '--socket', socket, 'show', 'stat']);
    assert.equal(code, 0);
    assert.match(stdout, /^persistent_connection_backend,server1,/m);
  });

  it('convert prints what check takes', async (t) => {
    const { code, stdout, stderr } = await ranToEnd(t, ['convert', '--mode', 'cmpp', written(t, small)]);
    assert.deepEqual([code, stderr], [0, '']);
    const path = written(t, stdout, 'lb.yaml');
    assert.equal((await ranToEnd(t, ['check', path])).code, 0);
  });

  it('convert -o writes a file, and does not overwrite one', async (t) => {
    const path = written(t, small);
    const target = path.replace('haproxy.cfg', 'lb.yaml');
    assert.deepEqual(await ranToEnd(t, ['convert', path, '-o', target]), {
      code: 0,
      stdout: `${target} is written\n`,
      stderr: '',
    });
    const text = readFileSync(target, 'utf8');
    const again = await ranToEnd(t, ['convert', path, '-o', target]);
    assert.deepEqual(
      [again.code, again.stderr],
      [1, `error: ${target}: is there already; remove it, or name another\n`],
    );
    assert.equal(readFileSync(target, 'utf8'), text);
  });

  it('convert writes nothing for one with problems', async (t) => {
    const { code, stdout, stderr } = await ranToEnd(t, ['convert', written(t, httpSample)]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^error: .*:24:10: frontend http_front: mode http/m);
  });
});
