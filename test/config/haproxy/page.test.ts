import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convert } from '../../../src/config/haproxy/convert.js';
import { configOf, mqttSample, mysqlSample, notesOf, problemsOf, warningsOf, withLines } from './samples.js';

/** A section with the page, in a sound file. */
function withPage(lines: string, bind = 'bind 127.0.0.1:8081'): string {
  return withLines({ global: `daemon\nlisten st\n mode http\n ${bind}\n ${lines}` });
}

/** The parts of these lines that are about the page: those of its section. */
function about(lines: readonly string[]): string[] {
  return lines.filter((line) => line.includes('listen st')).map((line) => line.replace(/^\d+:\d+: listen st: /, ''));
}

function httpOf(text: string) {
  const { http } = configOf(text).admin;
  assert.ok(http);
  const { address, credentials } = http;
  return [`${address.host}:${address.port}`, credentials?.user, credentials?.password.reveal()];
}

const AUTH = 'stats auth me:mellon-9';

describe('a section that only has the page of statistics', () => {
  const table: [string, ReturnType<typeof httpOf>][] = [
    [withPage(AUTH, 'bind *:8081'), ['0.0.0.0:8081', 'me', 'mellon-9']],
    [withPage('stats auth me:a:b', 'bind 10.0.0.1:8081'), ['10.0.0.1:8081', 'me', 'a:b']],
    [withPage(AUTH, 'bind :::8081'), ['0.0.0.0:8081', 'me', 'mellon-9']],
    [withPage(AUTH, 'bind ::1:8081'), ['::1:8081', 'me', 'mellon-9']],
    [withPage('stats enable'), ['127.0.0.1:8081', undefined, undefined]],
    // Strangers must not reach these as they are written.
    [withPage('stats enable', 'bind *:8081'), ['127.0.0.1:8081', undefined, undefined]],
    [withPage('stats auth admin:123456', 'bind *:8081'), ['127.0.0.1:8081', 'admin', '123456']],
    [withPage('stats auth sms-ops:sms-ops', 'bind *:8081'), ['127.0.0.1:8081', 'sms-ops', 'sms-ops']],
    [withPage(`${AUTH}\n stats http-request deny if X`, 'bind *:8081'), ['127.0.0.1:8081', 'me', 'mellon-9']],
    [withPage(`${AUTH}\n http-request deny if X`, 'bind *:8081'), ['127.0.0.1:8081', 'me', 'mellon-9']],
    [mqttSample, ['127.0.0.1:8081', 'admin', '123456']],
    [mysqlSample, ['127.0.0.1:8081', 'admin', '123456']],
    [mqttSample.replace('123456', 'mellon-9'), ['0.0.0.0:8081', 'admin', 'mellon-9']],
  ];
  for (const [text, expected] of table) {
    const lines = text.split('\n').filter((line) => / *(bind .*8081|stats auth|.*http-request)/.test(line));
    it(`is admin.http: ${lines.map((line) => line.trim()).join('; ')}`, () => assert.deepEqual(httpOf(text), expected));
  }

  it('relays nothing', () => {
    const { frontends, backends } = configOf(mqttSample);
    assert.deepEqual([frontends.length, backends.length], [1, 1]);
  });

  it('inherits the page of its defaults', () => {
    const text = withLines({ global: `daemon\ndefaults\n mode http\n ${AUTH}\nfrontend st\n bind :8081\ndefaults` });
    assert.deepEqual(httpOf(text), ['0.0.0.0:8081', 'me', 'mellon-9']);
  });

  it('may be one that only has the figures for Prometheus', () => {
    const text = withPage('http-request use-service prometheus-exporter if { path /metrics }');
    assert.deepEqual(httpOf(text), ['127.0.0.1:8081', undefined, undefined]);
  });

  it('is without a page if it is disabled', () => {
    assert.equal(configOf(withPage(`${AUTH}\n disabled`)).admin.http, undefined);
  });
});

describe('how often it is drawn, and what it may do', () => {
  for (const [lines, expected] of [
    ['stats refresh 5', / refresh: 5s$/m],
    ['stats refresh 500ms', / refresh: 500ms$/m],
    ['stats admin if TRUE', / level: admin$/m],
    ['stats admin if true', / level: admin$/m],
    ['stats admin if LOCALHOST', / level: user #/],
    ['stats enable', / level: user #/],
  ] as const) {
    it(`is ${expected.source.trim()} by ${lines}`, () => {
      const text = withPage(`${AUTH}\n ${lines}`);
      assert.deepEqual(problemsOf(text), []);
      assert.match(
        convert('h.cfg', text, 'tcp', () => undefined),
        expected,
      );
    });
  }
});

describe('a warning', () => {
  const SECRET = /a secret stands in the file/;
  const table: [string, string, string][] = [
    [
      'stats enable',
      'bind *:8081',
      'other machines could read it without a password: so the page listens on 127.0.0.1:8081, and not on *:8081; write stats auth USER:PASSWORD',
    ],
    [
      'stats auth me:test',
      'bind *:8081',
      'stats auth: other machines could guess the password: so the page listens on 127.0.0.1:8081, and not on *:8081; write another one',
    ],
    ['stats auth me:test', 'bind 127.0.0.1:8081', 'stats auth: this password is the user’s name or widely known'],
    [
      `${AUTH}\n stats http-request deny unless X`,
      'bind *:8081',
      'stats http-request: cmpp-lb does not ask this rule on who may read: so the page listens on 127.0.0.1:8081',
    ],
    [
      `${AUTH}\n stats auth you:mellon-8`,
      'bind :8081',
      'stats auth: the page has one user, that of line 6; this one is not let in',
    ],
    [
      `${AUTH}\n stats admin if LOCALHOST`,
      'bind :8081',
      'stats admin: cmpp-lb asks no conditions, so that the page steers nothing; write stats admin if TRUE',
    ],
    [
      'stats admin if TRUE',
      'bind 127.0.0.1:8081',
      'stats admin: a page without stats auth steers nothing, because anybody could; write stats auth too',
    ],
    [AUTH, 'bind :8081,:8082', 'bind: the page listens on one address, *:8081; not on *:8082'],
    [
      AUTH,
      'bind /run/x.sock',
      'the page listens on a port only, and none is written; nothing listens on unix:/run/x.sock; write bind :8081',
    ],
  ];
  for (const [lines, bind, expected] of table) {
    it(expected, () => {
      const warnings = about(warningsOf(withPage(lines, bind), 'tcp')).filter((line) => !SECRET.test(line));
      assert.ok(
        warnings.some((line) => line.startsWith(expected)),
        warnings.join('\n'),
      );
    });
  }

  it('is not given for what is sound, but that the password stands in the file', () => {
    const lines = `${AUTH}\n stats uri /s\n stats refresh 5s\n stats realm X\n stats hide-version\n timeout client 5s`;
    const warnings = about(warningsOf(withPage(lines, 'bind *:8081'), 'tcp'));
    assert.deepEqual(warnings.length, 1);
    assert.match(warnings[0] ?? '', SECRET);
    assert.doesNotMatch(warnings.join(''), /mellon/);
    assert.deepEqual(
      about(notesOf(withPage(lines, 'bind *:8081'))).map((line) => line.replace(/[:;].*/, '')),
      ['becomes the page of cmpp-lb (admin.http) on *', 'stats uri', 'stats realm', 'stats hide-version'],
    );
  });

  it('says of a second page that there is one', () => {
    const text = `${withPage(AUTH)}listen two\n mode http\n bind :8082\n stats enable\n`;
    const warning = warningsOf(text, 'tcp').find((line) => line.includes('listen two'));
    assert.match(warning ?? '', /cmpp-lb has one page, that of line 3, with \/metrics .*; nothing listens on \*:8082$/);
  });
});

describe('a page that is refused', () => {
  const table: [string, string, RegExp][] = [
    ['stats auth mellon-9', 'bind :8081', /stats auth: expected USER:PASSWORD, neither of them empty$/],
    ['stats auth me:', 'bind :8081', /stats auth: expected USER:PASSWORD, neither of them empty$/],
    ['stats auth', 'bind :8081', /stats auth: expected USER:PASSWORD, neither of them empty$/],
    [`${AUTH}\n stats refresh 5x`, 'bind :8081', /stats refresh: expected a duration such as 5s or 5 \(seconds\)$/],
    [`${AUTH}\n stats refrsh 5s`, 'bind :8081', /unknown stats "refrsh"; did you mean refresh\?$/],
    [AUTH, 'bind :8081 ssl crt x.pem', /bind: ssl: cmpp-lb ends no TLS/],
    [AUTH, 'bind :8081 accept-proxy', /bind: accept-proxy: the page reads no PROXY header; remove it$/],
    [AUTH, 'bind 127.0.0.1:19999', /127\.0\.0\.1:19999 is taken by frontend sp/],
  ];
  for (const [lines, bind, expected] of table) {
    it(`${bind} ${lines}`, () => {
      const [problem = ''] = problemsOf(withPage(lines, bind));
      assert.match(problem, expected);
      assert.doesNotMatch(problem, /mellon/);
    });
  }
});
