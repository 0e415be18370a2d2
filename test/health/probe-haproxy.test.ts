/** What is found by a `tcp-script` probe, beside what HAProxy's tcp-check finds at the same servers. */

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Server as Listener, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { CheckStatus } from '../../src/health/probe.js';
import type { ExpectName, ScriptStep } from '../../src/health/probe-script.js';
import { createProbe } from '../../src/health/probe-table.js';
import { probeLinks } from '../../src/proxy/probe-link.js';
import { Transport } from '../../src/proxy/transport.js';
import { realClock } from '../../src/runtime/clock.js';
import { freePorts, missingHaproxy, portOf, startHaproxy } from '../support/haproxy.js';
import type { Haproxy } from '../support/haproxy.js';

/** A step, and the same in haproxy.cfg. */
interface Rule {
  readonly step: ScriptStep;
  readonly line: string;
}

const LIMITS = { wholeMs: 2000, answerMs: 1000 };

interface Case {
  readonly name: string;
  /** What the server says when somebody comes, and to whatever it is told. */
  readonly greeting: string;
  readonly answer?: string;
  readonly closes?: true;
  readonly rules: readonly Rule[];
  readonly status: CheckStatus;
}

const connect: Rule = { step: { kind: 'connect', port: undefined }, line: 'connect' };
const send: Rule = { step: { kind: 'send', bytes: Buffer.from('x') }, line: 'send x' };

function expect(pattern: string, match: ExpectName = 'string'): Rule {
  return { step: { kind: 'expect', match, pattern }, line: `expect ${match} ${pattern}` };
}

const two = '+OK one\r\n+OK two\r\n';
const cases: readonly Case[] = [
  { name: 'connects', greeting: '', rules: [connect], status: 'L4OK' },
  { name: 'sends', greeting: '', rules: [send], status: 'L7OK' },
  { name: 'in-order', greeting: two, rules: [expect('one'), expect('two')], status: 'L7OK' },
  { name: 'in-no-order', greeting: two, rules: [expect('two'), expect('one')], status: 'L7OK' },
  { name: 'the-same-twice', greeting: two, rules: [expect('one'), expect('one')], status: 'L7OK' },
  { name: 'send-forgets', greeting: two, rules: [expect('one'), send, expect('two')], status: 'L7TOUT' },
  { name: 'answered', greeting: two, answer: 'bye', rules: [expect('one'), send, expect('bye')], status: 'L7OK' },
  { name: 'connects-again', greeting: two, rules: [connect, expect('one'), connect, expect('two')], status: 'L7OK' },
  { name: 'any-of-nothing', greeting: '', rules: [expect('.*', 'rstring')], status: 'L7TOUT' },
  { name: 'start-of-text', greeting: two, rules: [expect('^.OK\\ two', 'rstring')], status: 'L7TOUT' },
  { name: 'beyond-zeros', greeting: '\0\0abc', rules: [expect('a.c', 'rstring')], status: 'L7OK' },
  { name: 'bytes', greeting: two, rules: [expect('2b4F4b', 'binary')], status: 'L7OK' },
  { name: 'hex-is-upper-case', greeting: two, rules: [expect('2b4f', 'rbinary')], status: 'L7TOUT' },
  { name: 'half-bytes', greeting: '\x12\xab', rules: [expect('^1.A', 'rbinary')], status: 'L7OK' },
  { name: 'closed', greeting: 'no', closes: true, rules: [expect('yes')], status: 'L7RSP' },
  { name: 'closed-silently', greeting: '', closes: true, rules: [expect('yes')], status: 'L7RSP' },
  { name: 'full', greeting: `${'x'.repeat(16_381)}+OK`, rules: [expect('+OK')], status: 'L7OK' },
  { name: 'overfull', greeting: `${'x'.repeat(16_382)}+OK`, rules: [expect('+OK')], status: 'L7RSP' },
];

function serve({ greeting, answer, closes }: Case): Listener {
  const accept = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    socket.write(Buffer.from(greeting, 'latin1'));
    socket.on('data', () => {
      if (answer !== undefined) socket.write(answer);
    });
    if (closes === true) socket.end();
  };
  return createServer(accept).listen(0, '127.0.0.1');
}

function sectionOf({ name, rules }: Case, port: number): string {
  const lines = rules.map(({ line }) => `  tcp-check ${line}\n`);
  const server = `  server s1 127.0.0.1:${port} check inter 1s fall 1 rise 1\n`;
  return `backend ${name}\n  option tcp-check\n  timeout check ${LIMITS.answerMs}\n${lines.join('')}${server}`;
}

/** The column check_status of `show stat` by backend, when HAProxy has checked each of them. */
async function statusesOfHaproxy(haproxy: Haproxy): Promise<ReadonlyMap<string, string>> {
  for (;;) {
    const [header = '', ...lines] = (await haproxy.command('show stat')).split('\n');
    const column = header.split(',').indexOf('check_status');
    const servers = lines.map((line) => line.split(',')).filter(([, server]) => server === 's1');
    // A star stands before the last status while it checks again.
    const statuses = servers.map(
      ([name = '', ...rest]) => [name, rest[column - 1]?.replace(/^\* /, '') ?? ''] as const,
    );
    if (statuses.every(([, status]) => status !== 'INI' && status !== '')) return new Map(statuses);
  }
}

async function statusOfOurs({ rules }: Case, port: number): Promise<CheckStatus> {
  const openLink = probeLinks(new Transport(), { kind: 'tcp', host: '127.0.0.1', port });
  const script = rules.map(({ step }) => step);
  const probe = createProbe({ kind: 'tcp-script', script }, { clock: realClock, openLink });
  return new Promise((resolve) => {
    probe.run(LIMITS, ({ status }) => resolve(status));
  });
}

describe('a tcp-script probe beside HAProxy', { skip: missingHaproxy(), timeout: 20_000 }, () => {
  const listeners: Listener[] = [];
  let haproxy: Haproxy | undefined;
  let haproxys: ReadonlyMap<string, string> = new Map();
  let ours: readonly CheckStatus[] = [];

  before(async () => {
    listeners.push(...cases.map(serve));
    const ports = await Promise.all(listeners.map((listener) => portOf(listener)));
    const [ownPort = 0] = await freePorts('127.0.0.1', 1);
    const frontend = `frontend unused\n  bind 127.0.0.1:${ownPort}\n`;
    haproxy = await startHaproxy(cases.map((each, index) => sectionOf(each, ports[index] ?? 0)).join('') + frontend);
    ours = await Promise.all(cases.map((each, index) => statusOfOurs(each, ports[index] ?? 0)));
    haproxys = await statusesOfHaproxy(haproxy);
  });

  after(async () => {
    await haproxy?.stop();
    for (const listener of listeners) listener.close();
  });

  for (const [index, { name, rules, status }] of cases.entries()) {
    it(`${name}: ${rules.map(({ line }) => line).join(', ')}`, () => {
      assert.deepEqual({ ours: ours[index], haproxys: haproxys.get(name) }, { ours: status, haproxys: status });
    });
  }
});
