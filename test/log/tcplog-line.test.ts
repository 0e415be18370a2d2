import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeReasons, factsOf } from '../../src/balancer/close-reason.js';
import { printable } from '../../src/log/escape.js';
import type { SessionEnd } from '../../src/log/session-fields.js';
import { tcplogLine } from '../../src/log/tcplog-line.js';
import { sessionEndOf } from './session-values.js';

/** HAProxy's format, as its users' parsers read it: they do not look behind the queues. */
const TCPLOG = new RegExp(
  [
    /^(?<source>[\da-f.:]+):(?<port>\d+) \[(?<accepted>\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d\.\d{3})\]/,
    /(?<frontend>\S+) (?<backend>[^ /]+)\/(?<server>\S+) (?<times>-?\d+\/-?\d+\/\d+) (?<bytes>\d+) (?<ending>[-A-Za-z]{2})/,
    /(?<connections>\d+\/\d+\/\d+\/\d+\/\+?\d+) (?<queues>\d+\/\d+)(?: |$)/,
  ]
    .map((part) => part.source)
    .join(' '),
);

/** Lines that HAProxy 2.6.12 wrote, and a session that must give the same line. */
const fromHaproxy: [string, Partial<SessionEnd>][] = [
  [
    '127.0.0.1:49347 [21/Nov/2026:19:34:26.213] fe_norm be_norm/server2 1/0/0 13 -- 1/1/0/0/0 0/0',
    { reason: 'client-terminate' },
  ],
  [
    '127.0.0.1:55943 [21/Nov/2026:19:34:26.466] fe_norm be_norm/server2 1/0/0 13 CD 1/1/0/0/0 0/0',
    { source: '127.0.0.1:55943', acceptedMs: Date.parse('2026-11-21T19:34:26.466Z'), reason: 'client-reset' },
  ],
  [
    '127.0.0.1:51349 [21/Nov/2026:19:34:28.220] fe_sto be_sto/a1 1/0/1001 0 sD 1/1/0/0/0 0/0',
    {
      source: '127.0.0.1:51349',
      acceptedMs: Date.parse('2026-11-21T19:34:28.220Z'),
      frontend: 'fe_sto',
      backend: 'be_sto',
      server: 'a1',
      durationMs: 1001,
      bytesOut: 0,
      reason: 'server-timeout',
    },
  ],
  [
    '127.0.0.1:38139 [21/Nov/2026:19:34:29.473] fe_down be_refused/a2 1/-1/0 0 SC 1/1/0/0/+3 0/0',
    {
      source: '127.0.0.1:38139',
      acceptedMs: Date.parse('2026-11-21T19:34:29.473Z'),
      frontend: 'fe_down',
      backend: 'be_refused',
      server: 'a2',
      connectMs: -1,
      bytesOut: 0,
      reason: 'connect-refused',
      retries: 3,
      redispatched: true,
    },
  ],
  [
    '127.0.0.1:45783 [21/Nov/2026:19:34:29.724] fe_q be_q/<NOSRV> 1002/-1/1001 0 sQ 2/2/1/0/0 0/1',
    {
      source: '127.0.0.1:45783',
      acceptedMs: Date.parse('2026-11-21T19:34:29.724Z'),
      frontend: 'fe_q',
      backend: 'be_q',
      server: undefined,
      waitMs: 1002,
      connectMs: -1,
      durationMs: 1001,
      bytesOut: 0,
      reason: 'queue-timeout',
      actconn: 2,
      feconn: 2,
      beconn: 1,
      backendQueue: 1,
    },
  ],
  [
    '127.0.0.1:40953 [21/Nov/2026:19:34:31.227] fe_rej fe_rej/<NOSRV> -1/-1/0 0 PR 1/1/0/0/0 0/0',
    {
      source: '127.0.0.1:40953',
      acceptedMs: Date.parse('2026-11-21T19:34:31.227Z'),
      frontend: 'fe_rej',
      backend: undefined,
      server: undefined,
      waitMs: -1,
      connectMs: -1,
      bytesOut: 0,
      reason: 'login-length',
    },
  ],
];

const inUtc = () => 0;

describe('tcplogLine', () => {
  for (const [line, known] of fromHaproxy) {
    it(`writes HAProxy’s line of a session that ended with ${known.reason}`, () => {
      assert.match(line, TCPLOG);
      const ours = tcplogLine(sessionEndOf(known), inUtc);
      assert.equal(ours, `${line} cmpp{900001|3.0|0|${known.reason}}`);
    });
  }

  it('is read by the expression that reads HAProxy’s lines, whatever the reason', () => {
    for (const reason of closeReasons) {
      const found = TCPLOG.exec(tcplogLine(sessionEndOf({ reason }), inUtc));
      assert.equal(found?.groups?.['ending'], factsOf(reason).tcplog);
      assert.equal(found.groups['connections'], '1/1/0/0/0');
    }
  });

  it('writes the time of accept in local time', () => {
    const atUtcPlus8 = tcplogLine(sessionEndOf({}), () => 480);
    assert.equal(TCPLOG.exec(atUtcPlus8)?.groups?.['accepted'], '22/Nov/2026:03:34:26.213');
  });

  it('writes an IPv6 source without brackets, as HAProxy does', () => {
    const { groups } = TCPLOG.exec(tcplogLine(sessionEndOf({ source: '[2001:db8::7]:40001' }), inUtc)) ?? {};
    assert.equal(groups?.['source'], '2001:db8::7');
    assert.equal(groups['port'], '40001');
  });

  it('leaves account and version empty in mode tcp', () => {
    const line = tcplogLine(sessionEndOf({ account: undefined, version: undefined, reason: 'client-closed' }), inUtc);
    assert.match(line, / cmpp\{\|\|0\|client-closed\}$/);
  });

  it('gives an account no way to look like other fields', () => {
    const hostile = ['a|2.0|', '}{x}{|', 'a b\n-', '\\x7b\0'];
    for (const account of hostile) {
      const line = tcplogLine(sessionEndOf({ account: printable(account) }), inUtc);
      const [, braces = ''] = /cmpp\{([^{}]*)\}$/.exec(line) ?? [];
      const fields = braces.split('|');
      assert.equal(fields.length, 4, line);
      assert.deepEqual(fields.slice(1), ['3.0', '0', 'client-terminate']);
      assert.equal(line.split(' ').length, 10, line);
    }
  });
});
