import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { StickTable } from '../../src/balancer/stick-table.js';
import { requester } from '../support/servers.js';

const [ann, bob, cat, dan] = [requester(1), requester(2), requester(3), requester(4)];

function tableOf(rules: Partial<ConstructorParameters<typeof StickTable>[0]> = {}): StickTable {
  return new StickTable({ on: 'source', sizeEntries: 100, expireMs: 1000, ...rules });
}

describe('StickTable', () => {
  it('knows the last server of everybody who had a session', () => {
    const table = tableOf();
    table.established(ann, 's1', 0);
    table.established(bob, 's2', 0);
    table.established(ann, 's3', 10);
    assert.equal(table.match(ann, 20), 's3');
    assert.equal(table.match(bob, 20), 's2');
    assert.equal(table.match(cat, 20), undefined);
    assert.equal(table.storedNow, 2);
  });

  it('tells apart by source or by account, and does not keep who has none', () => {
    const sameAccount = { ...bob, account: ann.account };
    const sameSource = { ...bob, source: ann.source };
    const bySource = tableOf();
    bySource.established(ann, 's1', 0);
    assert.equal(bySource.match(sameSource, 0), 's1');
    assert.equal(bySource.match(sameAccount, 0), undefined);
    const byAccount = tableOf({ on: 'account' });
    byAccount.established(ann, 's1', 0);
    assert.equal(byAccount.match(sameSource, 0), undefined);
    assert.equal(byAccount.match(sameAccount, 0), 's1');
    const nobody = { source: new Uint8Array(0), account: undefined };
    for (const table of [bySource, byAccount]) {
      table.established(nobody, 's2', 0);
      assert.equal(table.match(nobody, 0), undefined);
      table.ended(nobody, 0);
      assert.equal(table.storedNow, 1);
    }
  });

  it('expires an entry when its time after the last session is over', () => {
    const table = tableOf();
    table.established(ann, 's1', 0);
    table.ended(ann, 500);
    assert.equal(table.match(ann, 1499), 's1');
    assert.equal(table.match(ann, 2498), 's1', 'a match begins the time anew');
    assert.equal(table.match(ann, 3498), undefined);
    assert.equal(table.storedNow, 0);
  });

  it('never expires an entry while one of its sessions lives', () => {
    const table = tableOf();
    table.established(ann, 's1', 0);
    table.established(ann, 's1', 10);
    table.ended(ann, 20);
    assert.equal(table.match(ann, 1_000_000), 's1');
    table.ended(ann, 2_000_000);
    assert.equal(table.match(ann, 2_000_999), 's1');
    assert.equal(table.match(ann, 2_001_999), undefined);
  });

  it('never expires anything without an end', () => {
    const table = tableOf({ expireMs: Infinity });
    table.established(ann, 's1', 0);
    table.ended(ann, 0);
    assert.equal(table.match(ann, Number.MAX_SAFE_INTEGER), 's1');
  });

  it('drops the entry that was used longest ago and has no session when it is full', () => {
    const table = tableOf({ sizeEntries: 3, expireMs: Infinity });
    for (const who of [ann, bob, cat]) table.established(who, 's1', 0);
    for (const who of [bob, cat]) table.ended(who, 1);
    table.match(bob, 2);
    table.established(dan, 's2', 3);
    assert.deepEqual(
      [ann, bob, cat, dan].map((who) => table.match(who, 4)),
      ['s1', 's1', undefined, 's2'],
    );
    assert.equal(table.storedNow, 3);
    assert.equal(table.notStored, 0);
  });

  it('stores nothing and counts it when it is full of living sessions', () => {
    const table = tableOf({ sizeEntries: 2 });
    for (const who of [ann, bob, cat]) table.established(who, 's1', 0);
    assert.equal(table.match(cat, 0), undefined);
    assert.equal(table.notStored, 1);
    table.ended(ann, 0);
    table.established(cat, 's2', 0);
    assert.equal(table.match(cat, 0), 's2');
    assert.equal(table.match(ann, 0), undefined);
    table.ended(cat, 0);
    assert.equal(table.match(cat, 5000), 's2', 'its second session lives');
  });

  it('lists what would match, each with the time that it has left', () => {
    const table = tableOf({ on: 'account' });
    table.established(ann, 's1', 0);
    table.established(bob, 's2', 0);
    table.established(cat, 's1', 0);
    table.ended(bob, 300);
    table.ended(cat, 600);
    const shown = (nowMs: number): string[] =>
      Array.from(table.entries(nowMs), ({ key, serverName, sessionsNow, expiresInMs }) =>
        [key, serverName, sessionsNow, expiresInMs].join(' '),
      );
    assert.deepEqual(shown(700), [`${ann.account} s1 1 1000`, `${bob.account} s2 0 600`, `${cat.account} s1 0 900`]);
    assert.deepEqual(shown(1300), [`${ann.account} s1 1 1000`, `${cat.account} s1 0 300`]);
  });

  it('forgets a key that it is told to, also under a living session, which ends as usual', () => {
    const table = tableOf({ on: 'account', sizeEntries: 1 });
    table.established(ann, 's1', 0);
    assert.equal(table.forget(ann.account ?? ''), true);
    assert.equal(table.match(ann, 1), undefined);
    assert.deepEqual([table.storedNow, table.forget(ann.account ?? ''), table.forget('nobody')], [0, false, false]);
    table.established(bob, 's2', 2);
    table.ended(ann, 3);
    table.ended(bob, 4);
    assert.equal(table.forget(bob.account ?? ''), true);
    assert.deepEqual([table.storedNow, [...table.entries(5)]], [0, []]);
  });

  it('refuses the end of a session that it does not know', () => {
    const table = tableOf();
    assert.throws(() => table.ended(ann, 0), /0a000001 ended that was not established/);
    table.established(ann, 's1', 0);
    table.ended(ann, 0);
    assert.throws(() => table.ended(ann, 0), /was not established/);
  });

  it('is never larger than its size, and always knows a living session that it stored', () => {
    const step = fc.record({ who: fc.nat(9), ends: fc.boolean(), afterMs: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const table = tableOf({ sizeEntries: 4 });
        const living = new Map<number, number>();
        let nowMs = 0;
        for (const { who, ends, afterMs } of steps) {
          nowMs += afterMs;
          const sessions = living.get(who) ?? 0;
          if (ends && sessions > 0) {
            table.ended(requester(who), nowMs);
            living.set(who, sessions - 1);
          } else {
            const refused = table.notStored;
            table.established(requester(who), `s${who}`, nowMs);
            living.set(who, sessions + 1);
            if (table.notStored === refused) assert.equal(table.match(requester(who), nowMs), `s${who}`);
          }
          assert.ok(table.storedNow <= 4);
          const known = [...living].filter(
            ([each, count]) => count > 0 && table.match(requester(each), nowMs) !== undefined,
          );
          const alive = [...living.values()].filter((count) => count > 0).length;
          assert.ok(known.length === alive || table.notStored > 0);
        }
      }),
    );
  });

  it('clears a crowd of expired entries little by little', () => {
    const table = tableOf();
    for (let number = 0; number < 100; number += 1) {
      table.established(requester(number), 's1', 0);
      table.ended(requester(number), 0);
    }
    const sizes = Array.from({ length: 14 }, () => (table.match(requester(1000), 5000), table.storedNow));
    assert.deepEqual([sizes[0], sizes[11], sizes[12], sizes[13]], [92, 4, 0, 0]);
  });
});

describe('other rules of a StickTable', () => {
  it('hold for the entries that there are: the oldest without a session go, and time counts as it has', () => {
    const table = tableOf();
    for (const [at, who] of [ann, bob, cat].entries()) {
      table.established(who, `s${at}`, at);
      if (who !== bob) table.ended(who, 10 + at);
    }
    table.use({ on: 'source', sizeEntries: 2, expireMs: 100 });
    assert.deepEqual([table.match(ann, 20), table.match(bob, 20), table.match(cat, 20)], [undefined, 's1', 's2']);
    assert.deepEqual([table.match(bob, 130), table.match(cat, 130)], ['s1', undefined]);
    table.use({ on: 'source', sizeEntries: 0, expireMs: 100 });
    assert.equal(table.match(bob, 140), 's1');
    assert.throws(() => table.use({ on: 'account', sizeEntries: 2, expireMs: 100 }), /one kind of key/);
  });
});
