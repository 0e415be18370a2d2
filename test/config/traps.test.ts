import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listening, problemsOf, sound, warningsOf, withKey } from './samples.js';

/** Checks that these warnings and no others are given, and no problem; each text is a part of a line. */
function assertWarnings(text: string, parts: readonly string[]): void {
  assert.deepEqual(problemsOf(text), []);
  const warnings = warningsOf(text);
  assert.equal(warnings.length, parts.length, warnings.join('\n'));
  for (const [index, part] of parts.entries()) assert.ok(warnings[index]?.includes(part), warnings[index]);
}

const twoServers = (rest: string) => sound.replace('7890 } }', `7890 }, ${rest}`);

it('nothing is warned about in a sound file', () => {
  assertWarnings(sound, []);
});

describe('balance', () => {
  it('source is uneven with the hash types of HAProxy', () => {
    assertWarnings(withKey('backend', 'balance: source, hash-type: map-based'), [
      'backends.smsc.hash-type: map-based is the address modulo the weights, so that clients such as 10.0.1.10, 10.0.2.10 and 10.0.3.10 can all land on one server, and a server that is lost moves nearly all clients; write maglev',
    ]);
    assertWarnings(withKey('defaults', 'balance: source, hash-type: consistent'), [
      'lb.yaml:1:41: defaults.hash-type: consistent spreads unevenly, such as 19 to 39 sessions where 30 would be fair; write maglev',
    ]);
    assertWarnings(withKey('backend', 'balance: source, hash-type: maglev'), []);
    assertWarnings(withKey('backend', 'balance: account, hash-type: map-based'), []);
  });

  it('without a hash makes the keys of the hash useless', () => {
    assertWarnings(withKey('backend', 'balance: leastconn, hash-type: consistent, hash-balance-factor: 150'), [
      'backends.smsc.hash-type: has no effect with balance leastconn; remove it, or write balance: source or account',
      'backends.smsc.hash-balance-factor: has no effect; it needs balance source or account, and hash-type maglev or consistent',
    ]);
    assertWarnings(withKey('backend', 'balance: account, hash-type: map-based, hash-balance-factor: 150'), [
      'backends.smsc.hash-balance-factor: has no effect; it needs balance source or account',
    ]);
    assertWarnings(withKey('backend', 'balance: account, hash-type: consistent, hash-balance-factor: 150'), []);
    assertWarnings(withKey('backend', 'hash-balance-factor: 0'), []);
  });

  it('leastload has nothing to count in mode tcp', () => {
    assertWarnings(withKey('defaults', 'mode: tcp, balance: leastload'), [
      'defaults.balance: in mode tcp no unanswered SUBMITs',
    ]);
    assertWarnings(withKey('backend', 'balance: leastload'), []);
  });

  it('first uses no server after one without maxconn', () => {
    const text = twoServers('b: { address: b:1 }, c: { address: c:1, backup: true } }');
    const first = (one: string, other: string) =>
      text
        .replace('smsc: {', 'smsc: { balance: first,')
        .replace('7890 }', `7890${one} }`)
        .replace('b:1 }', `b:1${other} }`);
    assertWarnings(first('', ''), [
      'backends.smsc.servers.smsc1.maxconn: missing: balance first fills this server without end',
    ]);
    assertWarnings(first(', maxconn: 5', ''), []);
  });
});

describe('timeouts', () => {
  it('should outlast the silence before an ACTIVE_TEST', () => {
    assertWarnings(withKey('frontend', 'timeout: { client: 3m }'), [
      'frontends.sp.timeout.client: 3m ends silent sessions, because a peer sends ACTIVE_TEST only after 3m of silence; write 5m or more',
    ]);
    assertWarnings(withKey('defaults', 'timeout: { server: 60s }'), [
      'defaults.timeout.server: 1m ends silent sessions',
    ]);
    assertWarnings(withKey('defaults', 'timeout: { client: 181s }'), []);
    assertWarnings(withKey('defaults', 'mode: tcp, timeout: { client: 1m, server: 1m }'), []);
  });
});

describe('timeouts of a connection and a login', () => {
  it('should leave the time that a network needs', () => {
    assertWarnings(withKey('backend', 'timeout: { connect: 99ms, login: 5ms }'), [
      'backends.smsc.timeout.connect: 99ms is too short for a network; write 1s or more',
      'backends.smsc.timeout.login: 5ms is too short for a network; write 1s or more',
    ]);
    assertWarnings(withKey('defaults', 'timeout: { login: 99ms }'), ['defaults.timeout.login: 99ms is too short']);
    assertWarnings(withKey('defaults', 'timeout: { connect: 100ms, login: 100ms }'), []);
  });
});

describe('max-frame', () => {
  it('should let the longest legal SUBMIT pass', () => {
    assertWarnings(withKey('defaults', 'max-frame: 3470'), [
      'defaults.max-frame: a legal SUBMIT to 99 numbers has 3471 bytes, and 3470 would end its session; write 8k',
    ]);
    assertWarnings(withKey('frontend', 'max-frame: 1k'), ['frontends.sp.max-frame: a legal SUBMIT']);
    assertWarnings(withKey('defaults', 'max-frame: 3471'), []);
  });

  it('and timeout login mean nothing in mode tcp', () => {
    const text = `defaults: { mode: tcp, max-frame: 1k, timeout: { login: 1s } }\n${sound}`;
    assertWarnings(text, []);
    assertWarnings(text.replace('default-backend: smsc', '$&, max-frame: 1k, timeout: { login: 1s }'), [
      'frontends.sp.max-frame: has no effect in mode tcp; remove it',
      'frontends.sp.timeout.login: has no effect in mode tcp; remove it',
    ]);
    assertWarnings(`defaults: { mode: tcp }\n${withKey('backend', 'timeout: { login: 1s }')}`, [
      'backends.smsc.timeout.login: has no effect in mode tcp; remove it',
    ]);
  });

  it('but timeout login is for PROXY headers too', () => {
    const text = listening('{ address: "*:1", accept-proxy: [10.0.0.0/8] }, timeout: { login: 1s }');
    assertWarnings(`defaults: { mode: tcp }\n${text}`, []);
  });
});

describe('servers', () => {
  it('should not all have weight 0', () => {
    assertWarnings(withKey('server', 'weight: 0'), ['backends.smsc.servers: every server has weight 0']);
    assertWarnings(twoServers('b: { address: b:1, weight: 0 } }'), []);
  });

  it('should not share an address', () => {
    assertWarnings(twoServers('b: { address: 10.0.0.7:7890 } }'), [
      'backends.smsc.servers.b.address: 10.0.0.7:7890 is the address of server smsc1 too',
    ]);
  });
});

describe('frontends and backends', () => {
  it('should need one another', () => {
    assertWarnings(`${sound}  spare: { check: off, servers: { a: { address: a:1 } } }\n`, [
      'lb.yaml:5:3: backends.spare: no frontend uses it; write default-backend: spare in one, or remove it',
    ]);
  });

  it('should not promise more connections than the process takes', () => {
    assertWarnings(`global: { maxconn: 100 }\n${withKey('frontend', 'maxconn: 101')}`, [
      'frontends.sp.maxconn: 101 is never reached, because the whole process takes 100 sessions (global.maxconn)',
    ]);
    assertWarnings(withKey('defaults', 'maxconn: 50000'), ['lb.yaml:1:22: defaults.maxconn: 50000 is never reached']);
    assertWarnings(withKey('frontend', 'maxconn: 9935'), []);
  });

  it('should not believe everybody', () => {
    const text = listening('{ address: "*:1", accept-proxy: [10.0.0.0/8, 0.0.0.0/0] }');
    assertWarnings(text, ['frontends.sp.listen.accept-proxy: anybody can forge the address he comes from']);
    assertWarnings(text.replace(', 0.0.0.0/0', ''), []);
  });
});

it('a facility means nothing without syslog', () => {
  assertWarnings(withKey('global', 'log: { facility: local0 }'), ['global.log.facility: has no effect without syslog']);
  assertWarnings(withKey('global', 'log: { facility: local0, to: syslog:127.0.0.1:514 }'), []);
});

it('warnings are given beside problems too, but not for what is faulty', () => {
  const text = `${sound}  spare: { balance: source, hash-type: mapbased, check: off, servers: { a: { address: a:1, weight: 0 } } }\n`;
  assert.equal(problemsOf(text).length, 1);
  assert.deepEqual(
    warningsOf(text).map((line) => line.split(': ')[1]),
    ['backends.spare', 'backends.spare.servers'],
  );
});
