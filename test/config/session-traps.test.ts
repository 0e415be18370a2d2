import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOf, sound, warningsOf, withCheck, withKey } from './samples.js';

/** Each: what is written, and the warning that it gets, or that it gets none. */
type Table = readonly (readonly [string, string | undefined])[];

function assertEach(table: Table, textOf: (written: string) => string): void {
  for (const [written, warning] of table) {
    it(`${warning === undefined ? 'not for' : 'for'} ${written}`, () => {
      const text = textOf(written);
      assert.deepEqual(problemsOf(text), []);
      const warnings = warningsOf(text);
      assert.equal(warnings.length, warning === undefined ? 0 : 1, warnings.join('\n'));
      assert.ok(warnings.join('').includes(warning ?? ''), warnings.join(''));
    });
  }
}

describe('half-closed sessions that stay are warned about', () => {
  const stay = 'sessions of which one side has closed stay so long, and count for maxconn and leastconn; write 30s';
  assertEach(
    [
      ['client-fin: 1h', `defaults.timeout.client-fin: client-fin is 1h: ${stay} for client-fin`],
      ['server-fin: 301s', `defaults.timeout.server-fin: server-fin is 301s: ${stay} for server-fin`],
      ['client-fin: 5m', undefined],
      ['server-fin: 30s', undefined],
    ],
    (timeout) => withKey('defaults', `timeout: { ${timeout} }`),
  );
  assertEach([['client-fin: 1h', 'frontends.sp.timeout.client-fin: client-fin is 1h']], (timeout) =>
    withKey('frontend', `timeout: { ${timeout} }`),
  );
});

describe('a stick table that forgets too soon is warned about', () => {
  assertEach(
    [
      [
        'stick: { on: source, expire: 5m }',
        'backends.smsc.stick.expire: a client that is away for 5m is placed anew, though its session may be silent for 1h (timeout.server); write 1h or more',
      ],
      ['stick: { on: source, expire: 1h }', undefined],
      ['stick: { on: source, expire: never }', undefined],
      ['stick: { on: source, expire: 30m }, timeout: { server: 2h }', 'may be silent for 2h'],
      ['stick: { on: source, expire: 30m }, timeout: { server: 30m }', undefined],
    ],
    (keys) => withKey('backend', keys),
  );
});

describe('a stick table beside the hash that needs none is warned about', () => {
  const warning =
    'backends.smsc.stick: balance: source places each source alike without a table; with it, clients of a server that was down never return there; remove stick';
  const stick = 'stick: { on: source, expire: never }';
  assertEach(
    [
      [`balance: source, ${stick}`, warning],
      [`balance: account, ${stick}`, undefined],
      [`balance: roundrobin, ${stick}`, undefined],
      [`balance: source, hash-balance-factor: 150, ${stick}`, undefined],
      ['balance: account, stick: { on: account, expire: never }', 'balance: account places each account alike'],
    ],
    (keys) => withKey('backend', keys),
  );
  it('not for a hash that moves nearly all clients, where the table keeps them', () => {
    const warnings = warningsOf(withKey('backend', `balance: source, hash-type: map-based, ${stick}`));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /hash-type: map-based is/);
  });
});

describe('on-marked-down where nobody is marked down is warned about', () => {
  const account = 'account: "900000", shared-secret: { env: P }';
  assertEach(
    [
      [
        sound.replace('check: off', 'check: off, on-marked-down: close'),
        'on-marked-down: has no effect: no server has a check',
      ],
      [sound.replace('check: off', 'check: off, on-marked-down: keep'), undefined],
      [withCheck(account, { backend: 'on-marked-down: close,' }), undefined],
    ],
    (text) => text,
  );
});
