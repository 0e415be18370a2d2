import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configOf, problemsOf, sound, warningsOf } from './samples.js';

function withHttp(keys: string, socket = ''): string {
  return `admin: { http: { ${keys} }, ${socket} }\n${sound}`;
}

/** The runtime API and HTTP at one address. */
function withBoth(address: string): string {
  return withHttp(`listen: ${address}`, `socket: { address: ${address} }`);
}

describe('admin.http', () => {
  it('is open to every user of the machine without a password', () => {
    assert.deepEqual(configOf(withHttp('listen: 127.0.0.1:8081')).admin.http, {
      address: { kind: 'tcp', host: '127.0.0.1', port: 8081 },
      credentials: undefined,
      level: 'operator',
      refreshMs: 5000,
      hosts: [],
      maxconn: 32,
    });
  });

  for (const [place, password] of [
    ['{ env: HTTP }', 'secret of HTTP'],
    ['{ file: /etc/http }', 'secret of /etc/http'],
    ['plain', 'plain'],
  ] as const) {
    it(`takes the password ${place}, and shows it to nobody`, () => {
      const { http } = configOf(withHttp(`listen: "*:8081", user: me, password: ${place}, maxconn: 3`)).admin;
      assert.deepEqual([http?.credentials?.user, http?.credentials?.password.reveal()], ['me', password]);
      assert.deepEqual([http?.address.host, http?.maxconn], ['0.0.0.0', 3]);
      assert.doesNotMatch(JSON.stringify(http), new RegExp(password));
    });
  }

  for (const [keys, problem] of [
    ['maxconn: 3', /^lb\.yaml:1:\d+: admin\.http\.listen: missing; write an address such as 127\.0\.0\.1:8081/],
    ['listen: "unix:/run/http"', /admin\.http\.listen: expected an address such as 127\.0\.0\.1:8081/],
    ['listen: "*:8081"', /^lb\.yaml:1:26: admin\.http\.listen: .*without a password; write user and password, or 127/],
    ['listen: "[::]:8081"', /other machines must not read it without a password/],
    ['listen: 10.0.0.1:8081, user: me', /admin\.http\.user: there is no password/],
    ['listen: 127.0.0.1:8081, user: me', /admin\.http\.user: there is no password; write password: \{ env: NAME \}/],
    ['listen: 127.0.0.1:8081, password: { env: A }', /admin\.http\.password: there is no user; write user: NAME/],
    ['listen: "*:8081", user: me, password: { env: missing }', /the environment variable missing holds no secret/],
    ['listen: "*:8081", user: "a:b", password: { env: A }', /admin\.http\.user: expected a name of 1 to 64/],
    ['listen: "*:8081", user: me, password: ME', /^lb\.yaml:1:56: admin\.http\.password: .* the user’s name or widely/],
    ['listen: "*:8081", user: me, password: Password', /other machines could guess it; write a long one/],
    ['listen: 127.0.0.1:8081, level: admin', /^lb\.yaml:1:49: admin\.http\.level: every user of the machine could/],
    ['listen: 127.0.0.1:8081, level: root', /admin\.http\.level: expected one of user, operator, admin/],
    ['listen: 127.0.0.1:8081, hosts: lb1', /admin\.http\.hosts: expected a list such as \[lb1\.example\.net\]/],
    ['listen: 127.0.0.1:8081, hosts: ["lb1:80"]', /admin\.http\.hosts\[?\.?0\]?: expected the name of a host/],
    ['listen: 127.0.0.1:7890', /127\.0\.0\.1:7890 is taken by frontend sp; write another one/],
  ] as const) {
    it(`refuses ${keys}`, () => {
      const [first = '', ...more] = problemsOf(withHttp(keys));
      assert.match(first, problem);
      assert.deepEqual(more, []);
    });
  }

  it('refuses the address of the runtime API, and lets both have ports of the system', () => {
    assert.match(
      problemsOf(withBoth('127.0.0.1:9990')).join(),
      /http\.listen: 127\.0\.0\.1:9990 is taken by admin\.socket/,
    );
    assert.deepEqual(problemsOf(withBoth('127.0.0.1:0')), []);
  });

  it('warns of a password that stands in the file', () => {
    const warnings = warningsOf(withHttp('listen: 127.0.0.1:8081, user: me, password: hush'));
    const shown = warnings.find((text) => text.includes('admin.http.password')) ?? '';
    assert.match(shown, /a secret stands in the file; write \{ env: NAME \}/);
    assert.doesNotMatch(shown, /hush/);
  });

  it('takes any password where only this machine can connect', () => {
    const http = configOf(withHttp('listen: 127.0.0.1:8081, user: me, password: me, level: admin, hosts: [LB1]')).admin
      .http;
    assert.deepEqual([http?.level, http?.hosts], ['admin', ['lb1']]);
  });

  it('needs descriptors for its connections', () => {
    const without = configOf(sound).global.maxconn;
    assert.equal(configOf(withHttp('listen: 127.0.0.1:8081, maxconn: 19')).global.maxconn, without - 10);
  });
});
