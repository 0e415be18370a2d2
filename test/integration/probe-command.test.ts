import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LOOPBACK, startSmscForTest } from '../simulator/simulators.js';
import type { SmscForTest } from '../simulator/simulators.js';
import { freePorts } from '../support/haproxy.js';
import { Program } from '../support/program.js';
import { Scene } from '../support/scene.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/probes.md', import.meta.url)), 'utf8');

/** The page's examples: a command line, and what it prints. */
const examples = Array.from(
  page.matchAll(/^ {4}\$ cmpp-lb probe (.*)\n((?: {4}[^$\s].*\n)+)/gm),
  ([, args = '', printed = '']) => ({ args: args.split(' '), printed: printed.replaceAll(/^ {4}/gm, '') }),
);

async function probe(context: TestContext, args: readonly string[], cwd?: string) {
  const program = new Program(context, ['probe', ...args], cwd === undefined ? {} : { cwd });
  const code = await program.exited;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** A folder with the secret of 900001. */
function secretFolder(context: TestContext): string {
  const folder = new Scene(context).folder();
  writeFileSync(`${folder}/900001.secret`, 'opensesame\n');
  writeFileSync(`${folder}/wrong.secret`, 'sesame');
  return folder;
}

/** Gateways that know 900001. */
async function startGateways(context: TestContext, gateways = 1): Promise<SmscForTest> {
  return startSmscForTest(context, { secrets: new Map([['900001', 'opensesame']]) }, gateways);
}

function makeSilent(smsc: SmscForTest, port: number): void {
  smsc.execute({ kind: 'fault', port, changes: { isSilent: true } });
}

/** With every time as `T`, and single spaces. */
function withoutTimes(printed: string): string {
  return printed.replaceAll(/[\d.]+ m?s\b/g, 'T').replaceAll(/ +/g, ' ');
}

describe('cmpp-lb probe', { timeout: 30_000 }, () => {
  it('prints what the page about it shows', async (t) => {
    const smsc = await startGateways(t, 2);
    const [alive = 0, hanging = 0] = smsc.ports;
    makeSilent(smsc, hanging);
    const [dead = 0] = await freePorts(LOOPBACK, 1);
    const ports: ReadonlyMap<string, number> = new Map([
      ['9315', alive],
      ['9316', hanging],
      ['9317', dead],
    ]);
    const real = (text: string): string => text.replaceAll(/:(931\d)/g, (_, port: string) => `:${ports.get(port)}`);
    const cwd = secretFolder(t);
    assert.equal(examples.length, 5);
    for (const { args, printed } of examples) {
      const { code, stdout, stderr } = await probe(t, args.map(real), cwd);
      assert.equal(withoutTimes(stdout), withoutTimes(real(printed)));
      assert.deepEqual([code, stderr], [printed.includes(' fails: ') ? 1 : 0, '']);
    }
  });

  it('says that a login is refused, and ends with 1', async (t) => {
    const { port } = await startGateways(t);
    const args = [`${LOOPBACK}:${port}`, '--account', '900001', '--secret-file', 'wrong.secret'];
    const { code, stdout } = await probe(t, args, secretFolder(t));
    assert.equal(code, 1);
    assert.match(stdout, /^127\.0\.0\.1:\d+ fails: L7STS, login refused: status 3 \(auth error\), .* in all$/m);
  });

  it('takes the secret from the environment, logs in as 2.0, and prints one JSON object', async (t) => {
    const smsc = await startGateways(t);
    process.env['CMPP_PROBE_SECRET'] = 'opensesame';
    t.after(() => delete process.env['CMPP_PROBE_SECRET']);
    const login = ['--account', '900001', '--secret-env', 'CMPP_PROBE_SECRET', '--cmpp-version', '2.0'];
    const { code, stdout } = await probe(t, [`${LOOPBACK}:${smsc.port}`, ...login, '--json']);
    assert.equal(code, 0);
    const found: unknown = JSON.parse(stdout);
    assert.ok(typeof found === 'object' && found !== null && 'steps' in found && Array.isArray(found.steps));
    assert.equal(found.steps.length, 4);
    assert.ok('server' in found && 'hasPassed' in found && 'status' in found);
    assert.deepEqual([found.server, found.hasPassed, found.status], [`${LOOPBACK}:${smsc.port}`, true, 'L7OK']);
    assert.ok(!stdout.includes('opensesame'));
    assert.match(smsc.lines.all.join('\n'), /900001: login from .*, CMPP 2\.0/);
  });

  it('reaches a unix socket', async (t) => {
    const scene = new Scene(t);
    const path = `${scene.folder()}/smsc.sock`;
    await scene.gateway({ status: 3 }, { path });
    const { code, stdout } = await probe(t, [`unix:${path}`]);
    assert.equal(code, 0);
    assert.match(stdout, /smsc\.sock passes: L7OK, alive: it refuses an unknown login \(status 3\)/);
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^error: missing required argument 'address'/],
    [['7890'], /Expected an address such as 127\.0\.0\.1:7890, \[fd00::7\]:7890 or unix:\/run\/smsc\.sock/],
    [['127.0.0.1:1', '--type', 'udp'], /Allowed choices are cmpp, tcp/],
    [['127.0.0.1:1', '--timeout', '5'], /Expected a duration such as 5s/],
    [['127.0.0.1:1', '--account', '900001'], /^error: --account needs its shared secret/],
    [['127.0.0.1:1', '--secret-file', '900001.secret'], /^error: a secret needs its --account/],
    [['127.0.0.1:1', '--account', '1', '--secret-file', '/dev/null'], /needs its shared secret, not empty/],
    [['127.0.0.1:1', '--account', '1', '--secret-file', '/nowhere'], /a file that can be read \(ENOENT/],
    [['127.0.0.1:1', '--account', '1', '--secret-env', 'NO_SUCH_SECRET'], /that is set, NO_SUCH_SECRET is not/],
    [
      ['127.0.0.1:1', '--type', 'tcp', '--account', '1', '--secret-file', '900001.secret'],
      /^error: --type tcp logs in with no --account/,
    ],
  ];
  it('refuses what it cannot do with a sentence and exit code 2', async (t) => {
    const cwd = secretFolder(t);
    for (const [args, says] of refused) {
      const { code, stdout, stderr } = await probe(t, args, cwd);
      assert.match(stderr, says);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    }
  });
});
