import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Config } from '../../src/config/config.js';
import type { Path } from '../../src/config/problem.js';
import { inEffect, planOf } from '../../src/config/reload-plan.js';
import { planLines } from '../../src/config/reload-plan-text.js';
import { isSame } from '../../src/config/same.js';
import { configOf, inTcp, listening, sound, withCheck, withKey } from './samples.js';

/** What a reload of `after` says where `before` runs. */
function linesOf(before: string, after: string): string[] {
  return planLines(planOf(configOf(before), configOf(after)));
}

const two = sound.replace('smsc1:', 'smsc0: { address: 10.0.0.6:7890 }, smsc1:');
const stuck = (keys: string): string => withKey('backend', `stick: { ${keys} }`);
const socket = (keys: string): string => `admin: { socket: { ${keys} } }\n${sound}`;
const accounts = (keys: string): string => `accounts: { ${keys} }\n${sound}`;
const http = (keys: string): string => `admin: { http: { listen: 127.0.0.1:8081, ${keys} } }\n${sound}`;

function many(count: number, keys: string): string {
  return accounts(Array.from({ length: count }, (_, at) => `${100 + at}: { ${keys} }`).join(', '));
}

/** How many lines that are, the first and the last. */
function endsOf(before: string, after: string): unknown[] {
  const lines = linesOf(before, after);
  return [lines.length, lines[0], lines.at(-1)];
}

/** What is written before and after, and what the plan says. */
const plans: readonly (readonly [string, string, string, ...string[]])[] = [
  ['nothing', sound, sound, 'no change'],
  ['a comment', sound, `# another\n${sound}`, 'no change'],
  ['what was the default already', sound, withKey('server', 'weight: 1'), 'no change'],
  [
    'another order of servers',
    two,
    two.replace(/(smsc0: .*?}), (smsc1: .*?})/, '$2, $1'),
    '~ backend smsc servers smsc0 smsc1→smsc1 smsc0',
  ],

  ['a server more', sound, two, '+ smsc/smsc0 10.0.0.6:7890'],
  ['a server less', two, sound, '- smsc/smsc0'],
  ['a server with another name', sound, sound.replace('smsc1:', 'one:'), '+ smsc/one 10.0.0.7:7890', '- smsc/smsc1'],
  ['its weight', sound, withKey('server', 'weight: 3'), '~ smsc/smsc1 weight 1→3'],
  ['its maxconn', sound, withKey('server', 'maxconn: 30'), '~ smsc/smsc1 maxconn no limit→30'],
  [
    'its address',
    sound,
    sound.replace('0.7:', '0.8:'),
    '~ smsc/smsc1 address 10.0.0.7:7890→10.0.0.8:7890, for new sessions',
  ],
  ['that it is disabled', sound, withKey('server', 'disabled: true'), '~ smsc/smsc1 disabled false→true'],
  ['its PROXY header', sound, withKey('server', 'send-proxy: v2'), '~ smsc/smsc1 send-proxy off→v2, for new sessions'],
  ['its slowstart', sound, withKey('server', 'slowstart: 90s'), '~ smsc/smsc1 slowstart off→90s'],
  ['that it is checked', sound, withCheck('type: tcp'), '~ backend smsc observe off→on', '~ smsc/smsc1 check off→on'],
  [
    'how often',
    withCheck('inter: 2s'),
    withCheck('inter: 3s, downinter: 2s'),
    '~ smsc/smsc1 check.inter 2s→3s',
    '~ smsc/smsc1 check.fastinter 2s→3s',
  ],
  [
    'where',
    withCheck(''),
    withCheck('', { server: 'check: { port: 99 }' }),
    '~ smsc/smsc1 check.address its own→10.0.0.7:99',
  ],
  [
    'the secret of the probes, which is not shown',
    withCheck('account: "900001", shared-secret: { env: A }'),
    withCheck('account: "900001", shared-secret: { env: B }'),
    '~ smsc/smsc1 check cmpp 3.0 account 900001→cmpp 3.0 account 900001 with another secret',
  ],

  ['the algorithm', sound, withKey('backend', 'balance: leastconn'), '~ backend smsc balance roundrobin→leastconn'],
  [
    'a timeout',
    sound,
    withKey('backend', 'timeout: { server: 90s }'),
    '~ backend smsc timeout.server 1h→90s, for new sessions',
  ],
  [
    'what the stick table remembers',
    stuck('on: source, size: 10'),
    stuck('on: account, size: 200k'),
    '~ backend smsc stick.on source→account',
    '~ backend smsc stick.size 10→200k',
  ],
  ['that nothing is remembered', stuck('on: source, size: 10'), sound, '~ backend smsc stick on→off'],
  [
    'the mode of both',
    sound,
    inTcp(sound),
    '~ frontend sp mode cmpp→tcp, for new sessions',
    '~ frontend sp heartbeat on→off',
    '~ backend smsc mode cmpp→tcp, for new sessions',
    '~ backend smsc on-marked-down move→keep',
    '~ backend smsc on-link-lost move→close, for new sessions',
    '~ backend smsc heartbeat on→off',
  ],
  [
    'a backend more',
    sound,
    `${sound}  late: { servers: { b: { address: b:1 }, a: { address: a:1 } }, check: off }\n`,
    '+ backend late b a',
  ],
  ['a backend less', `${sound}  late: { servers: { a: { address: a:1 } }, check: off }\n`, sound, '- backend late'],

  ['the maxconn of a frontend', sound, withKey('frontend', 'maxconn: 7'), '~ frontend sp maxconn 9935→7'],
  ['an address more', sound, listening('["127.0.0.1:7890", "[::1]:7891"]'), '+ frontend sp [::1]:7891'],
  [
    'another address',
    sound,
    listening('127.0.0.1:7891'),
    '+ frontend sp 127.0.0.1:7891',
    '- frontend sp 127.0.0.1:7890',
  ],
  [
    'one more port of the system',
    listening('["127.0.0.1:0"]'),
    listening('["127.0.0.1:0", "127.0.0.1:0"]'),
    '+ frontend sp 127.0.0.1:0 #2',
  ],
  [
    'whose PROXY header is believed',
    sound,
    listening('{ address: 127.0.0.1:7890, accept-proxy: [10.0.0.0/8] }'),
    '~ frontend sp 127.0.0.1:7890 accept-proxy nobody→10.0.0.0/8, for new sessions',
  ],
  ['the backlog', sound, withKey('frontend', 'backlog: 100'), '! frontend sp backlog 65535→100 needs a restart'],
  ['the name of a frontend', sound, sound.replace('sp:', 'sp2:'), '+ frontend sp2 127.0.0.1:7890', '- frontend sp'],

  [
    'the maxconn of the process',
    withKey('global', 'maxconn: 90'),
    withKey('global', 'maxconn: 80'),
    '~ global maxconn 90→80',
    '~ frontend sp maxconn 90→80',
  ],
  ['the level of the log', sound, withKey('global', 'log: { level: debug }'), '~ global log.level info→debug'],
  [
    'where the log goes',
    sound,
    withKey('global', 'log: { to: stderr }'),
    '! global log.to stdout→stderr needs a restart',
  ],
  ['how long the end may take', sound, withKey('global', 'hard-stop-after: 5s'), '~ global hard-stop-after 30s→5s'],
  ['what callers may', socket('path: /run/x'), socket('path: /run/x, level: user'), '~ admin socket level admin→user'],
  [
    'where they come',
    socket('path: /run/x'),
    socket('path: /run/y'),
    '! admin socket unix:/run/x 0600→unix:/run/y 0600 needs a restart',
  ],
  [
    'the password of the page',
    http('user: a, password: { env: A }'),
    http('user: a, password: { env: B }'),
    '! admin http 127.0.0.1:8081 user a maxconn 32→127.0.0.1:8081 user a maxconn 32 with another secret needs a restart',
  ],

  [
    'accounts that come and go',
    accounts('a: {}, c: { window: 2 }'),
    accounts('b: { submit-rate: 30/m, max-connections: 4, shared-secret: { env: A } }, c: { window: 2 }, "\\x80": {}'),
    '+ account b max-connections 4, submit-rate 30/m, shared-secret known',
    '+ account \\x80',
    '- account a',
  ],
  [
    'the limits of an account',
    accounts('a: { submit-rate: 500/s, window: 4, over-rate: reject }'),
    accounts('a: { submit-rate: 600/s, burst: 900, max-connections: 1, on-max-connections: replace }'),
    '~ account a max-connections no limit→1',
    '~ account a on-max-connections refuse→replace',
    '~ account a submit-rate 500/s→600/s burst 900',
    '~ account a window 4→no limit',
    '~ account a over-rate reject→delay',
  ],
  [
    'where an account may come from, and how it signs',
    accounts('a: { shared-secret: { env: A } }, b: {}'),
    accounts(
      'a: { shared-secret: { env: B }, clock-window: 5m }, b: { allow-from: [10.0.0.0/8, unix], shared-secret: { env: A } }',
    ),
    '~ account a shared-secret known→known with another secret, for new sessions',
    '~ account a clock-window no limit→5m, for new sessions',
    '~ account b allow-from everywhere→10.0.0.0/8 unix, for new sessions',
    '~ account b shared-secret unknown→known, for new sessions',
  ],
  ['the order of accounts', accounts('a: {}, b: {}'), accounts('b: {}, a: {}'), 'no change'],
  [
    'the limits of all other accounts',
    sound,
    `default-account: { window: 16 }\n${sound}`,
    '~ default-account window no limit→16',
  ],
  [
    'whether there may be others',
    `default-account: { window: 16 }\n${accounts('a: {}')}`,
    `unknown-accounts: refuse\n${accounts('a: {}')}`,
    '~ unknown-accounts allow→refuse, for new sessions',
  ],
];

describe('a reload that changes', () => {
  for (const [what, before, after, ...lines] of plans) {
    it(`${what}, says: ${lines.join('; ')}`, () => assert.deepEqual(linesOf(before, after), lines));
  }

  it('nothing but what needs a restart, says so every time', () => {
    const before = configOf(withKey('global', 'maxconn: 90'));
    const keys = 'maxconn: 90, log: { to: stderr }';
    const after = configOf(`admin: { socket: { path: /run/x } }\n${withKey('global', keys)}`);
    const lines = planLines(planOf(before, after));
    assert.equal(lines.length, 2);
    assert.deepEqual(planLines(planOf(inEffect(before, after), after)), lines);
  });
});

it('shows twenty accounts of those that come, change and go, and how many there are more', () => {
  const [none, some, most] = [sound, many(22, 'window: 1'), many(22, 'window: 2, submit-rate: 1/s')];
  assert.deepEqual(endsOf(none, some), [21, '+ account 100 window 1', '+ 2 more accounts']);
  assert.deepEqual(endsOf(some, most), [41, '~ account 100 submit-rate no limit→1/s', '~ 2 more accounts']);
  assert.deepEqual(endsOf(many(21, ''), none), [21, '- account 100', '- 1 more account']);
  assert.equal(planOf(configOf(none), configOf(some)).changes.length, 22);
});

it('says how many sessions stay of an account that is removed', () => {
  const standing = { sessionsAt: ([, name]: Path) => (name === 'a' ? 1 : 2), originOf: () => '' };
  const plan = planOf(configOf(accounts('a: {}, b: {}')), configOf(sound), standing);
  assert.deepEqual(planLines(plan), ['- account a: 1 session stays', '- account b: 2 sessions stay']);
});

it('says how many sessions a removed server has, and that no file had it', () => {
  const standing = { sessionsAt: () => 212, originOf: () => 'added by command' };
  const plan = planOf(configOf(two), configOf(sound), standing);
  assert.deepEqual(plan.changes, [
    { kind: 'remove', path: ['backends', 'smsc', 'servers', 'smsc0'], sessions: 212, note: 'added by command' },
  ]);
  assert.deepEqual(planLines(plan), ['- smsc/smsc0 (added by command): 212 sessions drain']);
});

it('shows no secret', () => {
  const keys = 'account: "900001", shared-secret: { env: A }';
  const signed = accounts('a: { shared-secret: { env: A } }');
  const configs: Config[] = [withCheck(keys), sound, http('user: a, password: { env: A }'), signed].map((text) =>
    configOf(text),
  );
  for (const before of configs) {
    for (const after of configs) assert.doesNotMatch(JSON.stringify(planOf(before, after)), /secret of/);
  }
});

it('is empty only where two configurations are the same', () => {
  const differing = plans.filter(([what]) => what !== 'the order of accounts');
  const configs = differing.flatMap(([, before, after]) => [before, after]).map((text) => comparable(configOf(text)));
  for (const before of configs) {
    for (const after of configs) assert.equal(planOf(before, after).changes.length === 0, isSame(before, after));
  }
});

/** No server that is there is checked by `serverCheck`. */
function comparable(config: Config): Config {
  return { ...config, backends: config.backends.map((backend) => ({ ...backend, serverCheck: CHECK })) };
}

const CHECK = configOf(sound).backends[0]?.serverCheck ?? assert.fail('no backend');
