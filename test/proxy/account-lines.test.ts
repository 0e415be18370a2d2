import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Account } from '../../src/balancer/account.js';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import { createAccounts } from '../../src/proxy/account-lines.js';
import { EventLog } from '../support/event-log.js';
import { FakeClock } from '../support/fake-clock.js';

class Stage {
  readonly clock = new FakeClock();
  readonly log = new EventLog();
  readonly lines = createAccounts({ listed: [], unlisted: NO_RULES }, this.log, this.clock).lines;
  readonly account = new Account('901\xe9', { ...NO_RULES, overRate: 'reject' }, true);

  rejects(times: number): void {
    for (let time = 0; time < times; time += 1) {
      this.account.rejected += 1;
      this.lines.limited(this.account);
    }
  }

  get told(): string[] {
    return this.log.of('account-limited').map(({ rejected, seconds }) => `${rejected} in ${seconds} s`);
  }
}

describe('an account beyond its limits', () => {
  it('has one line when it begins, and one a minute as long as it goes on', () => {
    const stage = new Stage();
    stage.rejects(100);
    assert.deepEqual(stage.told, ['1 in 0 s']);
    stage.clock.advance(60_000);
    stage.rejects(5);
    stage.clock.advance(60_000);
    assert.deepEqual(stage.told, ['1 in 0 s', '99 in 60 s', '5 in 60 s']);
    stage.clock.advance(600_000);
    assert.equal(stage.told.length, 3);
    assert.equal(stage.clock.pending, 0);
    stage.rejects(2);
    assert.deepEqual(stage.told.slice(3), ['1 in 0 s']);
    assert.equal(stage.log.of('account-limited')[0]?.account, '901\\xe9');
  });

  it('has its sum told when all ends, and no timer is left', () => {
    const stage = new Stage();
    stage.rejects(3);
    stage.clock.advance(20_000);
    stage.lines.stop();
    assert.deepEqual(stage.told, ['1 in 0 s', '2 in 20 s']);
    assert.equal(stage.clock.pending, 0);
  });
});

describe('who is locked out', () => {
  for (const [source, from] of [
    [[198, 51, 100, 7], '198.51.100.7'],
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], '2001:db8::/64'],
    [[], 'unix:'],
  ] as const) {
    it(`is named: ${from}`, () => {
      const stage = new Stage();
      stage.lines.lockedOut('901', Uint8Array.from(source));
      const expected = { account: '901', from, attempts: 10, seconds: 60 };
      assert.deepEqual(stage.log.of('account-locked-out'), [expected]);
    });
  }
});
