import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import { REMEMBERED_ACCOUNTS } from '../../src/balancer/accounts.js';
import { ATTEMPTS, LOCK_MS } from '../../src/balancer/lockout.js';
import { AccountTable, Member, WALL_MS, listed, networks, secret } from './account-table.js';
import { signedLogin } from './signed-login.js';

describe('allow-from', () => {
  const table: readonly (readonly [readonly string[], string, string])[] = [
    [['10.0.0.0/8'], '10.255.0.1', 'in'],
    [['10.0.0.0/8'], '11.0.0.1', 'account-address'],
    [['10.0.0.0/8', '192.0.2.1'], '192.0.2.1', 'in'],
    [['10.0.0.0/8', '192.0.2.1'], '192.0.2.2', 'account-address'],
    [['2001:db8::/32'], '2001:db8::7', 'in'],
    [['2001:db8::/32'], '2001:db9::7', 'account-address'],
    // A socket for both families shows IPv4 clients in this form.
    [['10.0.0.0/8'], '::ffff:10.0.0.1', 'in'],
    [['10.0.0.0/8'], 'unix', 'account-address'],
    [['unix'], 'unix', 'in'],
    [['unix'], '10.0.0.1', 'account-address'],
    [['10.0.0.0/8', 'unix'], 'unix', 'in'],
  ];
  for (const [allowed, from, outcome] of table) {
    it(`${allowed.join(', ')}: ${from} is ${outcome === 'in' ? 'let in' : 'refused'}, listed or not`, () => {
      const rules = { ...NO_RULES, allowFrom: networks(...allowed) };
      const stage = new AccountTable([listed('900001', rules)], rules);
      assert.deepEqual([stage.tries('900001', from), stage.tries('900002', from)], [outcome, outcome]);
    });
  }
});

describe('accounts that are not listed', () => {
  it('are let in by default', () => {
    assert.equal(new AccountTable([listed('900001')]).tries('900009'), 'in');
  });

  it('are refused where they are to be, and only counted', () => {
    const stage = new AccountTable([listed('900001')], 'refuse');
    assert.deepEqual(
      [stage.tries('900009'), stage.tries(''), stage.tries('900001')],
      ['account-unknown', 'account-unknown', 'in'],
    );
    assert.equal(stage.accounts.refusedUnknown, 2);
    assert.deepEqual(
      stage.accounts.figures().map(({ account }) => account),
      ['900001'],
    );
  });

  it('are known by their bytes, without the padding', () => {
    const stage = new AccountTable([listed('\x0b\xb8sp')], 'refuse');
    assert.deepEqual([stage.tries('\x0b\xb8sp'), stage.tries('\x0b\xb8sp  ')], ['in', 'in']);
    assert.equal(stage.tries('\x0b\xb9sp'), 'account-unknown');
  });

  it('are remembered without a session, so many and no more', () => {
    const stage = new AccountTable([], { ...NO_RULES, maxConnections: 1 });
    const member = new Member();
    assert.equal(stage.tries('busy', '10.0.0.1', {}, member), 'in');
    for (let nth = 0; nth < REMEMBERED_ACCOUNTS + 5; nth += 1) {
      const name = `a${nth}`;
      const one = new Member();
      const outcome = stage.accounts.admit(signedLogin(name), Uint8Array.of(10, 0, 0, 1), one, 0);
      if (outcome.kind === 'admitted') stage.accounts.leave(outcome, one);
    }
    assert.equal(stage.accounts.figures().length, REMEMBERED_ACCOUNTS + 1);
    assert.equal(stage.figures('a4'), undefined);
    assert.notEqual(stage.figures('a5'), undefined);
    assert.equal(stage.tries('busy'), 'account-maxconn');
  });
});

describe('max-connections', () => {
  it('refuses one more, until somebody leaves', () => {
    const stage = new AccountTable([listed('900001', { maxConnections: 2 })]);
    const member = new Member();
    const outcome = stage.accounts.admit(signedLogin('900001'), Uint8Array.of(10, 0, 0, 1), member, 0);
    assert.deepEqual(
      [stage.tries('900001'), stage.tries('900001'), stage.tries('900002')],
      ['in', 'account-maxconn', 'in'],
    );
    if (outcome.kind === 'admitted') stage.accounts.leave(outcome, member);
    assert.deepEqual([stage.tries('900001'), stage.tries('900001')], ['in', 'account-maxconn']);
    assert.equal(stage.figures('900001')?.connectionsNow, 2);
    assert.deepEqual([...(stage.figures('900001')?.refused ?? [])], [['account-maxconn', 2]]);
  });

  it('with replace lets it in, and the session that is silent for longest makes way', () => {
    const stage = new AccountTable([listed('900001', { maxConnections: 2, onMaxConnections: 'replace' })]);
    const [first, second, third] = [new Member(), new Member(), new Member()];
    first.activityMs = 50;
    second.activityMs = 40;
    for (const member of [first, second, third]) assert.equal(stage.tries('900001', '10.0.0.1', {}, member), 'in');
    assert.deepEqual([first.told, second.told, third.told], [[], ['makes way at 0'], []]);
    assert.equal(stage.figures('900001')?.connectionsNow, 2);
  });

  it('with replace is not for those whose secret is wrong', () => {
    const rules = { maxConnections: 1, onMaxConnections: 'replace', secret } as const;
    const stage = new AccountTable([listed('900001', rules)]);
    const member = new Member();
    assert.equal(stage.tries('900001', '10.0.0.1', {}, member), 'in');
    assert.equal(stage.tries('900001', '10.0.0.2', { secret: 'guess' }), 'account-secret');
    assert.deepEqual(member.told, []);
  });
});

describe('a shared secret', () => {
  it('is right in either form of Source_Addr, or wrong', () => {
    const stage = new AccountTable([listed('901', { secret })]);
    assert.equal(stage.tries('901', '10.0.0.1', { form: 'unpadded' }), 'in');
    assert.equal(stage.tries('901', '10.0.0.1', { form: 'padded' }), 'in');
    assert.equal(stage.tries('901', '10.0.0.1', { secret: 'Secret' }), 'account-secret');
    assert.equal(stage.tries('901', '10.0.0.1', { secret: '' }), 'account-secret');
  });

  it('is not asked for where it is not known', () => {
    assert.equal(new AccountTable([listed('901')]).tries('901', '10.0.0.1', { secret: 'whatever' }), 'in');
  });

  const window = 300_000;
  for (const [offMs, outcome] of [
    [0, 'in'],
    [window, 'in'],
    [-window, 'in'],
    [window + 1000, 'account-clock'],
    [-window - 1000, 'account-clock'],
    [8 * 3_600_000, 'account-clock'],
  ] as const) {
    it(`with a clock ${offMs / 1000} s off and a clock-window of 5m is ${outcome}`, () => {
      const stage = new AccountTable([listed('901', { secret, clockWindowMs: window })]);
      assert.equal(stage.tries('901', '10.0.0.1', { wallMs: WALL_MS + offMs }), outcome);
      // Whoever has the secret does not guess.
      for (let time = 0; time < ATTEMPTS; time += 1) stage.tries('901', '10.0.0.1', { wallMs: WALL_MS + offMs });
      assert.equal(stage.tries('901'), 'in');
    });
  }
});

describe('guessing', () => {
  it('locks the account out from that address for a minute, even with the right secret', () => {
    const stage = new AccountTable([listed('901', { secret }), listed('902', { secret })]);
    const guess = { secret: 'guess' };
    for (let time = 0; time < ATTEMPTS; time += 1)
      assert.equal(stage.tries('901', '10.0.0.1', guess), 'account-secret');
    assert.deepEqual(stage.lockedOut, ['901 10.0.0.1']);
    stage.nowMs = LOCK_MS - 1;
    assert.equal(stage.tries('901'), 'account-locked');
    assert.deepEqual([stage.tries('901', '10.0.0.2'), stage.tries('902')], ['in', 'in']);
    stage.nowMs = LOCK_MS;
    assert.equal(stage.tries('901'), 'in');
    assert.deepEqual(
      [...(stage.figures('901')?.refused ?? [])],
      [
        ['account-secret', ATTEMPTS],
        ['account-locked', 1],
      ],
    );
  });

  it('begins anew after a right secret', () => {
    const table = new AccountTable([listed('901', { secret })]);
    for (const _ of [1, 2]) {
      for (let time = 1; time < ATTEMPTS; time += 1) table.tries('901', '10.0.0.1', { secret: 'guess' });
      assert.equal(table.tries('901'), 'in');
    }
  });

  it('counts for the whole /64 of an IPv6 address', () => {
    const stage = new AccountTable([listed('901', { secret })]);
    for (let time = 0; time < ATTEMPTS; time += 1) stage.tries('901', `2001:db8::${time + 1}`, { secret: 'guess' });
    assert.equal(stage.tries('901', '2001:db8::ffff'), 'account-locked');
    assert.equal(stage.tries('901', '2001:db8:0:1::1'), 'in');
  });
});
