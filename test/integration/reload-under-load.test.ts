/** Sessions under load do not notice reloads: nobody is lost, nothing goes unanswered, and nothing that is counted is forgotten. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { GatewayProcess } from '../support/gateway-process.js';
import { Program } from '../support/program.js';
import { ProgramScene } from '../support/program-scene.js';

const SESSIONS = Number(process.env['RELOAD_SESSIONS'] ?? 2000);
const RELOADS = 100;
const RATE = Number(process.env['RELOAD_RATE'] ?? 3000);

/** The nth file: weights change every time, and the last server comes and goes. */
function fileText(round: number, addresses: readonly string[], socket: string): string {
  const shown = addresses.slice(0, round % 2 === 0 ? addresses.length : -1);
  const servers = shown.map((address, index) => {
    return `      s${index + 1}: { ${address}, weight: ${1 + ((round + index) % 5)} }`;
  });
  return `global: { maxconn: 4000 }
admin: { socket: { path: ${socket} } }
frontends: { sp: { listen: 127.0.0.1:0, default-backend: smsc } }
backends:
  smsc:
    # Thousands of logins at once may well keep the gateways of a busy machine from answering for seconds.
    observe: off
    check: { type: tcp, inter: ${20 + (round % 3)}s }
    on-marked-down: close
    stick: { on: account, size: 100k, expire: 1h }
    servers:
${servers.join('\n')}
`;
}

/** A server's number is its place in the file. */
function withoutTimes(rows: string): string {
  return rows.replaceAll(/ exp=\d+| server_id=\d+/g, '');
}

/** How many SUBMITs and SUBMIT_RESPs the only frontend or backend has counted. */
function submitsOf(snapshot: string, place: 'frontends' | 'backends'): readonly number[] {
  const [, rows = ''] = new RegExp(`"${place}":\\[(\\{.*)`).exec(snapshot) ?? [];
  // Of a backend its own figures come behind those of its servers.
  const counts = [/"pdusIn":\{[^}]*"SUBMIT":(\d+)/g, /"pdusOut":\{[^}]*"SUBMIT_RESP":(\d+)/g];
  const end = place === 'frontends' ? rows.indexOf('"listeners"') : rows.length;
  return counts.map((count) => Number([...rows.slice(0, end).matchAll(count)].at(-1)?.[1]));
}

it(`${RELOADS} reloads lose none of ${SESSIONS} sessions, and no message`, { timeout: 110_000 }, async (t) => {
  const gateways = await GatewayProcess.started(t, { count: 4 });
  const scene = new ProgramScene(t);
  const folder = scene.folder();
  const write = (round: number): void =>
    writeFileSync(
      `${folder}/lb.yaml`,
      fileText(
        round,
        [0, 1, 2, 3].map((index) => gateways.server(index)),
        `${folder}/lb.sock`,
      ),
    );
  write(0);
  const program = scene.runProgram(`${folder}/lb.yaml`);
  const port = await program.port();
  const load = [
    '--sessions',
    String(SESSIONS),
    '--rate',
    String(RATE),
    '--accounts-from',
    '100001',
    '--no-report',
    '--ramp',
    '2s',
  ];
  const text = ['--to', '13800138000', '--text', 'reload'];
  const sp = new Program(t, ['sp', '--server', `127.0.0.1:${port}`, ...load, ...text]);
  const command = async (line: string): Promise<string> => {
    const ctl = new Program(t, ['ctl', '-s', `${folder}/lb.sock`, line]);
    assert.equal(await ctl.exited, 0);
    return ctl.stdout;
  };
  // The lines are many, and are counted as they are.
  const seen = async (event: string, times: number): Promise<void> => {
    while (program.stdout.split(`"event":"${event}"`).length <= times) await program.output();
  };
  await seen('session-start', SESSIONS);
  const table = await command('show table smsc');

  for (let round = 1; round <= RELOADS; round += 1) {
    write(round);
    program.signal('SIGHUP');
    await seen('reload', round);
  }

  assert.equal(withoutTimes(await command('show table smsc')), withoutTimes(table));
  sp.signal('SIGTERM');
  assert.equal(await sp.exited, 0, sp.stdout + sp.stderr);
  const [, sent = '0', answered] = await sp.printed(/SUBMITs: (\d+) sent, (\d+) answered .* 0 unanswered/);
  assert.equal(answered, sent);
  await sp.printed(new RegExp(`sessions: ${SESSIONS} logins, 0 refused, 0 not connected, 0 lost`));
  await seen('session-end', SESSIONS);
  // What the backend has counted in all is what the SPs have sent, through all servers that were there meanwhile.
  const [head = '', row = ''] = (await command('show stat smsc 2 -1')).split('\n');
  const counted = row.split(',')[head.split(',').indexOf('stot')];
  assert.equal(counted, String(SESSIONS));
  const snapshot = await command('show snapshot');
  for (const place of ['frontends', 'backends'] as const) {
    assert.deepEqual(submitsOf(snapshot, place), [Number(sent), Number(sent)], place);
  }
  const ends = program.lines.filter(({ event }) => event === 'session-end');
  assert.deepEqual([...new Set(ends.map(({ reason }) => reason))], ['client-terminate']);
  assert.deepEqual(
    program.lines.filter(({ event }) => event === 'internal-error' || event === 'server-down'),
    [],
  );
  const tookMs = program.lines.filter(({ event }) => event === 'reload').map((line) => Number(line['tookMs']));
  t.diagnostic(`${sent} SUBMITs; a reload took ${Math.max(...tookMs)} ms at most`);
});
