import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NotedLines } from './noted-lines.js';

const program = fileURLToPath(new URL('run-command.js', import.meta.url));

/** Starts `cmpp-lb` with these arguments; killed when the test is over, if it is still there. */
function start(test: TestContext, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...environment } });
  test.after(() => child.kill('SIGKILL'));
  const lines = new NotedLines();
  createInterface(child.stdout).on('line', lines.say);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  return { child, lines, ended, errors: () => errors };
}

async function run(test: TestContext, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { lines, ended, errors } = start(test, args, environment);
  const code = await ended;
  return { code, lines: lines.all, errors: errors() };
}

async function startSmsc(test: TestContext, args: readonly string[] = []) {
  const smsc = start(test, ['smsc', '--listen', '127.0.0.1:0', '--report-delay', '0', ...args]);
  const port = /\d+$/.exec(await smsc.lines.line(/^listening on/))?.[0] ?? '';
  return { ...smsc, port, server: `127.0.0.1:${port}` };
}

async function folderOf(test: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'simulators-'));
  test.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('the commands smsc and sp', () => {
  it('bring a file of SMS through, and say so with exit code 0', async (test) => {
    const folder = await folderOf(test, {
      'sms.csv': 'to,text,msg-fmt\n13800138000,hello,\n"13800138001,13800138002",你好,15\n',
      'accounts.yaml': 'accounts: { "900001": { shared-secret: opensesame } }\n',
    });
    const accounts = ['--accounts', join(folder, 'accounts.yaml')];
    const smsc = await startSmsc(test, accounts);
    const { code, lines, errors } = await run(test, [
      'sp',
      '--server',
      smsc.server,
      '--file',
      join(folder, 'sms.csv'),
      ...accounts,
    ]);
    assert.deepEqual([code, errors], [0, '']);
    assert.equal(lines.at(-1), '2 of 2 SUBMITs answered with result 0, 3 of 3 reports say DELIVRD');
    assert.match(
      await smsc.lines.line(/13800138001/),
      /SMS from 10690001 to 13800138001,13800138002 \(GB18030\): "你好"$/,
    );
    smsc.child.kill('SIGTERM');
    assert.equal(await smsc.ended, 0);
    assert.match(smsc.lines.all.at(-2) ?? '', new RegExp(`^${smsc.port} +1 +0 +1 +0 +2 +2 +3 +3 .* none$`));
  });

  it('take the secret from the environment, and say with exit code 1 when it is wrong', async (test) => {
    const smsc = await startSmsc(test, ['--secret', '900001=opensesame']);
    const args = ['sp', '--server', smsc.server, '--to', '13800138000', '--text', 'hi', '--secret-env', 'SP_SECRET'];
    assert.equal((await run(test, args, { SP_SECRET: 'opensesame' })).code, 0);
    const { code, lines } = await run(test, args, { SP_SECRET: 'sesame' });
    assert.equal(code, 1);
    assert.ok(lines.includes('CONNECT_RESP status 3 (auth error): 900001 is refused'));
    assert.match((await run(test, args)).errors, /variable that is set, SP_SECRET is not/);
  });

  it('speak 2.0, and end with exit code 1 when a report is not DELIVRD', async (test) => {
    const smsc = await startSmsc(test, ['--report-stat', 'UNDELIV']);
    const sms = ['--to', '13800138000', '--text', '你好', '--protocol', '2.0'];
    const { code, lines } = await run(test, ['sp', '--server', smsc.server, ...sms]);
    assert.equal(code, 1);
    assert.ok(lines.includes('CONNECT_RESP status 0 (ok): 900001 is logged in, CMPP 2.0'));
    assert.equal(lines.at(-1), '1 of 1 SUBMITs answered with result 0, 0 of 1 reports say DELIVRD');
  });

  it('make a fault while they run, by a socket and from standard input', async (test) => {
    const folder = await folderOf(test, {});
    const control = join(folder, 'control.sock');
    const smsc = await startSmsc(test, ['--control', control, '--stdin']);
    const fault = await run(test, ['smsc', 'ctl', control, 'fault', smsc.port, 'result', '8', 'delay', '10ms']);
    assert.deepEqual([fault.code, fault.lines], [0, [`${smsc.port} faults: delay 10ms result 8`]]);
    const sms = ['sp', '--server', smsc.server, '--to', '13800138000', '--text', 'hi'];
    const refused = await run(test, sms);
    assert.equal(refused.code, 1);
    assert.match(refused.lines.find((line) => line.startsWith('SUBMIT_RESP')) ?? '', /result 8 \(flow control\)/);
    smsc.child.stdin.write(`fault ${smsc.port} none\n`);
    await smsc.lines.line(/faults: none$/);
    assert.equal((await run(test, sms)).code, 0);
    const wrong = await run(test, ['smsc', 'ctl', control, 'fault', smsc.port, 'slow']);
    assert.deepEqual([wrong.code, wrong.lines], [1, []]);
    assert.match(wrong.errors, /^error: unknown fault "slow"/);
  });

  it('keep a load up for its time, and account for it', async (test) => {
    const smsc = await startSmsc(test, ['--quiet']);
    const load = [
      '--sessions',
      '3',
      '--rate',
      '100',
      '--duration',
      '1s',
      '--accounts-from',
      '000007',
      '--text',
      'load',
    ];
    const { code, lines } = await run(test, ['sp', '--server', smsc.server, ...load]);
    assert.equal(code, 0);
    assert.match(lines[0] ?? '', /^1 s {2}sessions 3\/3 {2}sent \d+/);
    assert.ok(lines.includes('sessions: 3 logins, 0 refused, 0 not connected, 0 lost'));
  });

  it('end a load at once, with its counts, when it is stopped before its time', async (test) => {
    const smsc = await startSmsc(test, ['--quiet']);
    const load = start(test, ['sp', '--server', smsc.server, '--rate', '50', '--duration', '1h']);
    await load.lines.line(/^1 s /);
    load.child.kill('SIGINT');
    assert.equal(await load.ended, 0);
    assert.match(load.lines.all.at(-1) ?? '', /^milliseconds to the answer: p50/);
  });

  it('say once what is wrong with a load that cannot connect, and end with exit code 1', async (test) => {
    const smsc = await startSmsc(test);
    smsc.child.kill('SIGINT');
    await smsc.ended;
    const { code, lines } = await run(test, ['sp', '--server', smsc.server, '--sessions', '5', '--duration', '300ms']);
    assert.equal(code, 1);
    assert.equal(lines.filter((line) => line.endsWith('refuses connections: nothing listens there')).length, 1);
  });

  const refused: { args: string[]; says: RegExp }[] = [
    { args: ['sp', '--text', 'hi'], says: /^error: expected --to and --text, or --file/ },
    { args: ['sp', '--to', '1', '--text', '你a好', '--msg-fmt', '0'], says: /^error: ASCII has no "你", "好"/ },
    { args: ['sp', '--to', '1', '--text', 'a', '--wait', '10'], says: /Expected a duration .*; write 10ms .* or 10s/ },
    { args: ['sp', '--account', '9000001'], says: /Expected an account of 1 to 6/ },
    { args: ['sp', '--file', 'sms.txt'], says: /^error: expected a file of \.csv, \.tsv or \.jsonl, got sms\.txt/ },
    { args: ['sp', '--file', '/nowhere/sms.csv'], says: /^error: ENOENT.*sms\.csv/ },
    { args: ['sp', '--sessions', '2', '--accounts-from', '999999'], says: /more than six digits/ },
    { args: ['sp', '--source-addresses', '127.0.0.9-127.0.0.2'], says: /Expected IPv4 addresses such as/ },
    { args: ['smsc', '--secret', '900001'], says: /Expected ACCOUNT=SECRET/ },
    { args: ['smsc', '--accounts', '/nowhere.yaml'], says: /\/nowhere\.yaml: there is no such file/ },
    { args: ['smsc', '--report-stat', 'DELIVERED'], says: /Expected a stat of at most 7/ },
    {
      args: ['smsc', '--listen', 'localhost:1'],
      says: /Expected an address such as 127\.0\.0\.1:9315; write 127\.0\.0\.1:1/,
    },
  ];
  it('refuse what they cannot do with a sentence and exit code 2', async (test) => {
    for (const { args, says } of refused) {
      const { code, errors } = await run(test, args);
      assert.match(errors, says);
      assert.equal(code, 2, args.join(' '));
    }
  });
});
