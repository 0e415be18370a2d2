import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { checkConfig } from '../../src/config/check-config.js';
import { fileSchema } from '../../src/config/file-schema.js';
import { keysOf } from '../../tools/schema-keys.js';
import { configOf, limits, listening, problemsOf, sound, withKey } from './samples.js';

it('reports every problem at once, each at its place', () => {
  const text = `global:
  maxconn: 50000
  log: { level: warning, to: stdot }
defaults:
  timeout: { connect: 5 sec, client: 3600000, sever: 1h }
frontends:
  sp:
    listen: ["*:9999", { address: "*:9998", acept-proxy: [10.0.0.0/8], mode: 0600 }]
    default-backend: smcs
    dontlognull: yes
    timeout:
backends:
  smsc:
    ballance: source
    hash-balance-factor: 90
    servers:
      s1: { address: 127.0.0.1, weight: 300 }
      s 2: { address: 127.0.0.1:9316, weight: "1" }
    retries: 3
    retries: 4
  other: 5
`;
  assert.deepEqual(problemsOf(text), [
    'lb.yaml:2:12: global.maxconn: a maxconn of 50000 needs 100130 file descriptors, and the limit is 20000; raise the limit (ulimit -n 100130, or LimitNOFILE=100130 in the systemd unit) or write 9935',
    'lb.yaml:3:17: global.log.level: expected one of debug, info, warn, error, got "warning"; write warn',
    'lb.yaml:3:30: global.log.to: expected stdout, stderr, syslog:HOST:PORT, or the path of a file with a / in it, got "stdot"; write stdout',
    'lb.yaml:5:23: defaults.timeout.connect: expected a duration such as 5s or 200ms, at most 24d, got "5 sec"; write 5s',
    'lb.yaml:5:38: defaults.timeout.client: expected a duration such as 5s or 200ms, at most 24d, got 3600000; write 1h if milliseconds are meant, as in haproxy.cfg, or 3600000s',
    'lb.yaml:5:47: defaults.timeout.sever: unknown key "sever"; did you mean "server"?',
    'lb.yaml:8:45: frontends.sp.listen[1].acept-proxy: unknown key "acept-proxy"; did you mean "accept-proxy"?',
    'lb.yaml:8:78: frontends.sp.listen[1].mode: expected an octal permission in quotes, such as "0600", got 600; write "0600" with the quotes',
    'lb.yaml:9:22: frontends.sp.default-backend: no backend is called "smcs"; write smsc',
    'lb.yaml:10:18: frontends.sp.dontlognull: expected true or false, got "yes"; write true',
    'lb.yaml:11:5: frontends.sp.timeout: expected keys (login, client, client-fin), got nothing; write some, or remove the line',
    'lb.yaml:14:5: backends.smsc.ballance: unknown key "ballance"; did you mean "balance"?',
    'lb.yaml:15:26: backends.smsc.hash-balance-factor: expected 0, or a percentage above 100 such as 150, got 90',
    'lb.yaml:17:22: backends.smsc.servers.s1.address: expected an address such as 10.0.0.7:7890, smsc1.example.net:7890 or unix:/run/smsc.sock, got "127.0.0.1"; write the port too: "127.0.0.1:7890"',
    'lb.yaml:17:41: backends.smsc.servers.s1.weight: expected a whole number from 0 to 256, got 300',
    'lb.yaml:18:7: backends.smsc.servers.s 2: expected a name of letters, digits and . _ - : only, got "s 2"',
    'lb.yaml:18:47: backends.smsc.servers.s 2.weight: expected a whole number from 0 to 256, got "1"; write 1 without quotes',
    'lb.yaml:20:5: backends.smsc.retries: written twice, first in line 19; remove one',
    'lb.yaml:21:10: backends.other: expected keys (mode, balance, hash-type, hash-balance-factor, stick, servers, timeout, retries, redispatch, check, observe, on-marked-down, on-link-lost, in-doubt, login-concurrency, move-rate, rebalance, heartbeat, on-marked-up, min-up, slowstart, allbackups), got a single value; write some, or remove the line',
  ]);
});

describe('a file that is no configuration', () => {
  const table: [string, RegExp[]][] = [
    [
      '',
      [
        /^lb\.yaml:1:1: expected keys \(global, admin, defaults, frontends, backends, accounts, unknown-accounts, default-account\), got nothing/,
      ],
    ],
    ['# nothing yet\n', [/got nothing/]],
    ['- a\n- b\n', [/got a list/]],
    ['just words\n', [/got a single value/]],
    [
      '{}',
      [
        /^lb\.yaml:1:1: frontends: missing; write at least one frontend/,
        /: backends: missing; write at least one backend/,
      ],
    ],
    [
      'frontends: {}\nbackends: []\n',
      [/: frontends: expected at least one frontend$/, /: backends: expected backends by name, got a list/],
    ],
  ];
  for (const [text, expected] of table) {
    it(`is ${JSON.stringify(text)}`, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, expected.length, problems.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
    });
  }
});

describe('a value of the wrong form', () => {
  const table: [Parameters<typeof withKey>[0], string, string][] = [
    ['frontend', 'source-maxconn: 1.5', 'source-maxconn: expected a whole number from 1 to 10000000, got 1.5'],
    ['frontend', 'backlog: 0', 'backlog: expected a whole number from 1 to 2147483647, got 0'],
    ['defaults', 'max-frame: 38', 'max-frame: expected a size from 39 to 1m, such as 8k, got 38'],
    ['defaults', 'max-frame: 2m', 'max-frame: expected a size from 39 to 1m, such as 8k, got "2m"'],
    ['defaults', 'max-frame: 8KB', 'max-frame: expected a size from 39 to 1m, such as 8k, got "8KB"; write 8k'],
    ['defaults', 'max-frame: [8k]', 'max-frame: expected a size from 39 to 1m, such as 8k, got a list'],
    ['backend', 'stick: { on: source, size: 17m }', 'stick.size: expected a size from 1 to 16m, such as 8k, got "17m"'],
    ['backend', 'stick: { expire: 1h }', 'stick.on: missing; write one of source, account'],
    ['backend', 'stick: { on: source, expire: 0 }', 'write how long at most, up to 24d: nothing waits for ever'],
    ['backend', 'balance: leastcon', 'got "leastcon"; write leastconn'],
    ['backend', 'timeout: { queue: 25d }', 'at most 24d, got "25d"'],
    ['backend', 'timeout: { queue: { s: 5 } }', 'at most 24d, got keys'],
    ['defaults', 'max-frame: big', 'such as 8k, got "big"'],
    ['server', 'send-proxy: true', 'send-proxy: expected one of v1, v2, got true'],
    ['server', 'weight: 257', 'weight: expected a whole number from 0 to 256, got 257'],
    ['server', 'weight: .inf', 'weight: expected a whole number from 0 to 256, got Infinity'],
    ['global', 'log: { to: syslog:127.0.0.1 }', 'syslog:HOST:PORT'],
    ['global', 'log: { facility: local9 }', 'got "local9"; write local0'],
    ['defaults', `balance: ${'x'.repeat(300)}`, `got "${'x'.repeat(56)}…`],
  ];
  for (const [section, line, expected] of table) {
    it(`is ${section} ${line.slice(0, 40)}`, () => {
      const problems = problemsOf(withKey(section, line));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.ok(problems[0]?.includes(expected), problems[0]);
    });
  }

  it('begins where the range ends', () => {
    const bounds = ['max-frame: 39', 'max-frame: 1024k', 'timeout: { client: 24d }', 'retries: 0'];
    for (const line of [...bounds, 'retries: 100', 'maxconn: 1'])
      assert.deepEqual(problemsOf(withKey('defaults', line)), []);
    for (const line of ['weight: 0', 'weight: 256']) assert.deepEqual(problemsOf(withKey('server', line)), []);
  });

  it('is a name that YAML takes for a number', () => {
    const text = sound.replace('default-backend: smsc', 'default-backend: 7');
    assert.deepEqual(problemsOf(text), [
      'lb.yaml:2:50: frontends.sp.default-backend: expected the name of a backend, got 7; write "7"',
    ]);
  });

  it('is one of the three forms of listen, and is complained of as that', () => {
    const first = 'lb.yaml:2:17: frontends.sp.listen';
    assert.deepEqual(problemsOf(listening('7890')), [
      `${first}: expected an address such as "*:9999", keys ({ address: "*:9999", accept-proxy: [10.0.0.0/8] }), or a list of these, got 7890; write "*:7890"`,
    ]);
    assert.deepEqual(problemsOf(listening('[]')), ['lb.yaml:2:9: frontends.sp.listen: expected at least one address']);
    assert.match(
      problemsOf(listening('["*:1", "*"]'))[0] ?? '',
      /^lb\.yaml:2:25: frontends\.sp\.listen\[1\]: expected an address/,
    );
    assert.match(
      problemsOf(listening('{ mode: "0600" }'))[0] ?? '',
      /^lb\.yaml:2:9: frontends\.sp\.listen\.address: missing; write an address/,
    );
    assert.match(
      problemsOf(listening('{ address: "*:1", accept-proxy: [all] }'))[0] ?? '',
      /accept-proxy\[0\]: expected a network/,
    );
    assert.match(
      problemsOf(listening('{ address: "*:1", accept-proxy: 10.0.0.1 }'))[0] ?? '',
      /accept-proxy: expected a list such as/,
    );
    assert.match(
      problemsOf(listening('{ address: "*:1", accept-proxy: [] }'))[0] ?? '',
      /accept-proxy: expected at least one sender/,
    );
  });
});

it('explains an address with * in front and no quotes, at each place', () => {
  const text = listening('*:9999').replace('10.0.0.7:7890', '*:7890');
  const message =
    'a value that begins with * needs quotes, such as "*:9999"; without them it is a YAML alias, and nothing has that name';
  assert.deepEqual(problemsOf(text), [
    `lb.yaml:2:17: frontends.sp.listen: ${message}`,
    `lb.yaml:4:40: backends.smsc.servers.smsc1.address: ${message}`,
  ]);
});

it('knows nothing of keys that this version does not have', () => {
  for (const line of ['max-frame: 8k', 'http-check: { send: x }', 'accounts: {}', 'email-alert: x']) {
    assert.match(problemsOf(withKey('backend', line))[0] ?? '', /unknown key/);
  }
  assert.match(problemsOf(`sessions: {}\n${sound}`).join('\n'), /unknown key "sessions"/);
});

it('finds no fault in what it says itself to be sound', () => {
  assert.deepEqual(problemsOf(sound), []);
});

/** Any structure under the names that mean something, and a few that mean nothing. */
const words = [
  ...new Set(keysOf(fileSchema).flatMap(({ path }) => path)),
  '__proto__',
  'constructor',
  '',
  'x y',
  '7',
  '<<',
];
const scalar = fc.oneof(
  fc.constantFrom(
    '5s',
    '8k',
    '*:9999',
    '10.0.0.7:1',
    'unix:/x',
    'source',
    'account',
    'tcp',
    'smsc',
    'never',
    null,
    true,
    1,
    0,
  ),
  fc.string({ maxLength: 5 }),
  fc.double(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie('tree'), { maxKeys: 6 }),
  ),
}));

it('answers for whatever a file holds, and resolves only what is sound', () => {
  const sections = fc.record({ global: tree, defaults: tree, frontends: tree, backends: tree }, { requiredKeys: [] });
  fc.assert(
    fc.property(sections, (file) => {
      const result = checkConfig('f', JSON.stringify(file), limits);
      if (result.kind === 'invalid') assert.ok(result.problems.length > 0);
    }),
    { numRuns: 200 },
  );
});

it('reports a fault wherever one is put into a sound file', () => {
  const keys = keysOf(fileSchema).filter(({ path }) => path[0] === 'defaults' && path.length > 1);
  fc.assert(
    fc.property(fc.constantFrom(...keys), ({ path }) => {
      const nested = path.toReversed().reduce((inner, key) => `{ ${key}: ${inner} }`, '[[]]');
      const problems = problemsOf(`${nested.slice(2, -2)}\n${sound}`);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.ok(problems[0]?.includes(` ${path.join('.')}: expected `), problems[0]);
    }),
  );
});

it('takes what a sound file says', () => {
  assert.equal(configOf(withKey('backend', 'balance: leastconn')).backends[0]?.balance, 'leastconn');
});
