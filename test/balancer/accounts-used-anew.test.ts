import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import { isAuthentic } from '../../src/cmpp/authenticator.js';
import { connectTimestamp } from '../../src/cmpp/timestamp.js';
import { AccountTable, Member, WALL_MS, listed, networks, secret } from './account-table.js';
import { signedConnect, signedLogin } from './signed-login.js';

describe('a login that is signed anew', () => {
  for (const [account, form] of [
    ['900001', 'unpadded'],
    ['901', 'unpadded'],
    ['901', 'padded'],
  ] as const) {
    it(`is that of ${account} (${form}) but for Timestamp and AuthenticatorSource`, () => {
      const stage = new AccountTable([listed(account, { secret })]);
      const login = signedLogin(account, { form, wallMs: WALL_MS - 86_400_000, sequenceId: 0xfffffffe });
      stage.nowMs = 90_000;
      const signed = stage.accounts.signLogin(login);
      const expected = signedConnect(account, { form, wallMs: WALL_MS + 90_000, sequenceId: 0xfffffffe });
      assert.deepEqual(Buffer.from(signed?.frame ?? []), Buffer.from(expected));
      assert.deepEqual({ ...signed, frame: login.frame }, login);
      const claim = {
        sourceAddr: account,
        timestamp: connectTimestamp(WALL_MS + 90_000),
        authenticatorSource: expected.subarray(18, 34),
      };
      assert.ok(isAuthentic(claim, 'secret'));
    });
  }

  it('is none where the secret is not known, or was another one', () => {
    const { accounts } = new AccountTable([listed('901', { secret }), listed('902')]);
    assert.equal(accounts.signLogin(signedLogin('901', { secret: 'former' })), undefined);
    assert.equal(accounts.signLogin(signedLogin('902')), undefined);
    assert.equal(accounts.signLogin(signedLogin('903')), undefined);
  });
});

describe('other rules', () => {
  it('hold for those who come, and those who are here are told', () => {
    const stage = new AccountTable([listed('900001', { maxConnections: 3 }), listed('900002')]);
    const members = [new Member(), new Member(), new Member()];
    for (const member of members) assert.equal(stage.tries('900001', '10.0.0.1', {}, member), 'in');
    assert.equal(stage.tries('900009', '10.0.0.1', {}, members[0]), 'in');
    stage.accounts.use({ listed: [listed('900001', { maxConnections: 2 })], unlisted: undefined }, 5);
    assert.equal(stage.tries('900001'), 'account-maxconn');
    assert.equal(stage.tries('900002'), 'account-unknown');
    assert.deepEqual(members[1]?.told, ['limits changed']);
    assert.equal(stage.figures('900001')?.connectionsNow, 3);
    assert.equal(stage.figures('900009')?.connectionsNow, 1);
  });

  it('leave what was spent spent, and the counts as they are', () => {
    const rate = { perSecond: 1, burst: 10 };
    const stage = new AccountTable([listed('900001', { submitRate: rate })]);
    const member = new Member();
    const outcome = stage.accounts.admit(signedLogin('900001'), Uint8Array.of(10, 0, 0, 1), member, 0);
    assert.ok(outcome.kind === 'admitted');
    const { account } = outcome;
    account.rejected = 7;
    assert.equal(account.bucket(0)?.take(10, 0), true);
    stage.accounts.use(
      { listed: [listed('900001', { submitRate: { perSecond: 2, burst: 10 } })], unlisted: undefined },
      0,
    );
    assert.equal(account.bucket(0)?.take(1, 499), false);
    assert.equal(account.bucket(0)?.take(1, 500), true);
    assert.equal(stage.figures('900001')?.rejected, 7);
    // Not listed any more, it has no limits; listed again, it is the same account.
    stage.accounts.use({ listed: [], unlisted: NO_RULES }, 500);
    assert.equal(account.bucket(500), undefined);
    assert.equal(stage.figures('900001')?.isListed, false);
    stage.accounts.use({ listed: [listed('900001')], unlisted: undefined }, 600);
    assert.deepEqual([stage.figures('900001')?.isListed, stage.figures('900001')?.connectionsNow], [true, 1]);
    stage.accounts.leave(outcome, member);
    assert.equal(stage.figures('900001')?.connectionsNow, 0);
  });

  it('may take an address away', () => {
    const stage = new AccountTable([listed('900001')]);
    stage.accounts.use({ listed: [listed('900001', { allowFrom: networks('192.0.2.0/24') })], unlisted: undefined }, 0);
    assert.deepEqual([stage.tries('900001'), stage.tries('900001', '192.0.2.9')], ['account-address', 'in']);
  });
});
