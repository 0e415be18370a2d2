import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configOf, problemsOf, sound, warningsOf } from './samples.js';

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
        owner: { user: undefined, group: undefined },
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
      {
        address: { kind: 'unix', path: '/run/lb.sock', mode: 0o660 },
        owner: { user: undefined, group: undefined },
        ...rules,
      },
      { address: { kind: 'tcp', host: '::1', port: 9990 }, owner: undefined, ...rules },
    ]);
  });

  it('may be a list, and each entry has rights of its own', () => {
    const text = `admin: { socket: [
      { path: /run/admin.sock, mode: "0660", user: root, group: "990" },
      { path: /run/user.sock, mode: "0666", level: user, maxconn: 50 },
      { address: "127.0.0.1:9990", level: operator } ] }\n${sound}`;
    assert.deepEqual(
      configOf(text).admin.sockets.map(({ address, owner, level, maxconn }) => [
        address.kind === 'unix' ? address.mode : address.port,
        owner,
        level,
        maxconn,
      ]),
      [
        [0o660, { user: 'root', group: '990' }, 'admin', 10],
        [0o666, { user: undefined, group: undefined }, 'user', 50],
        [9990, undefined, 'operator', 10],
      ],
    );
  });

  it('is told apart in a list by its index', () => {
    const text = `admin: { socket: [{ path: /run/a }, { address: "*:1" }, { path: /run/a }, { mode: 600 }] }\n${sound}`;
    assert.deepEqual(
      problemsOf(text).map((line) => line.replace(/^lb\.yaml:1:\d+: /, '').replace(/; .*/, '')),
      [
        'admin.socket[1].address: the runtime API asks for no password, so other machines must not reach it',
        'admin.socket[2].path: unix:/run/a is taken by admin.socket[0].path',
        'admin.socket[3]: expected a path, an address or both',
        'admin.socket[3].mode: expected an octal permission in quotes, such as "0600", got 600',
      ],
    );
  });

  for (const [keys, problem] of [
    ['level: user', /admin\.socket: expected a path, an address or both; write path: \/run/],
    ['address: "*:9990"', /admin\.socket\.address: .* other machines must not reach it; write 127\.0\.0\.1:9990/],
    ['address: 10.0.0.1:9990', /other machines must not reach it/],
    ['address: "unix:/run/lb.sock"', /a unix socket belongs under path; write path: \/run\/lb\.sock/],
    ['address: 127.0.0.1:7890', /127\.0\.0\.1:7890 is taken by frontend sp/],
    ['path: lb.sock', /expected the path of a unix socket, such as \/run/],
    ['path: /run/lb.sock, user: 0', /expected the name of a user, or its number in quotes, got 0; write "0"/],
    ['path: /run/lb.sock, group: "a b"', /expected the name of a group, or its number in quotes, got "a b"/],
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

describe('a socket that every user of the machine reaches', () => {
  const table: [string, string | undefined][] = [
    ['path: /run/a', undefined],
    ['path: /run/a, mode: "0660"', undefined],
    ['path: /run/a, mode: "0666"', 'admin.socket.mode: every user of the machine can open it and end sessions'],
    ['path: /run/a, mode: "0662"', 'admin.socket.mode: every user of the machine can open it'],
    ['path: /run/a, mode: "0666", level: operator', undefined],
    ['address: 127.0.0.1:9990', 'admin.socket.address: every user of the machine can connect to 127.0.0.1:9990'],
    ['address: 127.0.0.1:9990, level: operator', undefined],
  ];
  for (const [keys, warning] of table) {
    it(`${warning === undefined ? 'is none of' : 'is warned about:'} ${keys}`, () => {
      const warnings = warningsOf(withSocket(keys));
      assert.equal(warnings.length, warning === undefined ? 0 : 1, warnings.join('\n'));
      assert.ok(warnings.join('').includes(warning ?? ''));
    });
  }
});
