import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configOf, problemsOf, sound } from './samples.js';

function withSocket(keys: string): string {
  return `admin: { socket: { ${keys} } }\n${sound}`;
}

describe('admin.socket', () => {
  it('listens nowhere when it is left out', () => {
    assert.deepEqual(configOf(sound).admin.sockets, []);
  });

  it('fills in its defaults', () => {
    assert.deepEqual(configOf(withSocket('path: /run/lb.sock')).admin.sockets, [
      {
        address: { kind: 'unix', path: '/run/lb.sock', mode: 0o600 },
        level: 'admin',
        timeoutMs: 10_000,
        maxconn: 10,
      },
    ]);
  });

  it('listens on a path and on a port of the loopback interface, with the same rules', () => {
    const { sockets } = configOf(
      withSocket('path: /run/lb.sock, mode: "0660", address: "[::1]:9990", level: operator, timeout: 1m, maxconn: 3'),
    ).admin;
    const rules = { level: 'operator', timeoutMs: 60_000, maxconn: 3 };
    assert.deepEqual(sockets, [
      { address: { kind: 'unix', path: '/run/lb.sock', mode: 0o660 }, ...rules },
      { address: { kind: 'tcp', host: '::1', port: 9990 }, ...rules },
    ]);
  });

  for (const [keys, problem] of [
    ['level: user', /admin\.socket: expected a path, an address or both; write path: \/run/],
    ['address: "*:9990"', /admin\.socket\.address: .* other machines must not reach it; write 127\.0\.0\.1:9990/],
    ['address: 10.0.0.1:9990', /other machines must not reach it/],
    ['address: "unix:/run/lb.sock"', /a unix socket belongs under path; write path: \/run\/lb\.sock/],
    ['address: 127.0.0.1:7890', /127\.0\.0\.1:7890 is taken by frontend sp/],
    ['path: lb.sock', /expected the path of a unix socket, such as \/run/],
    ['path: /run/lb.sock, level: root', /expected one of user, operator, admin/],
  ] as const) {
    it(`refuses ${keys}`, () => {
      const [first = '', ...more] = problemsOf(withSocket(keys));
      assert.match(first, problem);
      assert.deepEqual(more, []);
    });
  }

  it('needs descriptors for its callers', () => {
    const without = configOf(sound).global.maxconn;
    assert.equal(configOf(withSocket('path: /run/lb.sock, maxconn: 19')).global.maxconn, without - 10);
  });
});
