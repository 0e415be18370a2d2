import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AccountBook } from '../../src/stats/accounts.js';
import { Traffic } from '../../src/stats/traffic.js';

const namesIn = (book: AccountBook): string[] => Array.from(book.entries(), ([name]) => name).sort();

describe('the book of accounts', () => {
  it('counts sessions, their most, and when the last one came', () => {
    const book = new AccountBook();
    book.entered('a', 0, 1000);
    book.entered('a', 0, 2000);
    book.left('a').bytesIn += 5;
    book.entered('b', 0, 3000);
    const account = book.of('a');
    assert.ok(account !== undefined);
    const { sessions, lastLoginWallMs, traffic } = account;
    assert.deepEqual([sessions.now, sessions.most, sessions.arrivals.total], [1, 2, 2]);
    assert.deepEqual([lastLoginWallMs, traffic.bytesIn], [2000, 5]);
    assert.equal(book.of('c'), undefined);
  });

  it('counts who was refused, with a session beside it and without', () => {
    const book = new AccountBook();
    book.refused('a', 'login-refused');
    book.entered('a', 0, 0);
    book.refused('a', 'maxconn');
    book.refused('a', 'maxconn');
    assert.deepEqual(book.of('a')?.refused.counts, { 'login-refused': 1, maxconn: 2 });
    assert.equal(book.of('a')?.sessions.now, 1);
    assert.equal(book.size, 1);
  });

  it('forgets those that have been without a session for the longest time, and nobody who has one', () => {
    const book = new AccountBook(2);
    for (const name of ['a', 'b', 'c', 'd']) book.entered(name, 0, 0);
    for (const name of ['c', 'a', 'b']) book.left(name);
    assert.deepEqual(namesIn(book), ['a', 'b', 'd']);
    book.refused('a', 'no-server');
    book.refused('e', 'no-server');
    assert.deepEqual(namesIn(book), ['a', 'd', 'e']);
  });

  it('remembers no more than its limit and those with sessions, whatever happens', () => {
    const step = fc.record({
      what: fc.constantFrom('enter', 'leave', 'refuse'),
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(4), (steps, limit) => {
        const book = new AccountBook(limit);
        const living = new Map<string, number>();
        for (const { what, name } of steps) {
          const now = living.get(name) ?? 0;
          if (what === 'enter') book.entered(name, 0, 0);
          else if (what === 'refuse') book.refused(name, 'no-server');
          else if (now > 0) book.left(name);
          if (what === 'enter') living.set(name, now + 1);
          if (what === 'leave' && now > 0) living.set(name, now - 1);
        }
        const busy = [...living].filter(([, now]) => now > 0);
        for (const [name, now] of busy) assert.equal(book.of(name)?.sessions.now, now);
        assert.ok(book.size <= busy.length + limit);
        assert.equal(namesIn(book).length, book.size);
      }),
    );
  });

  it('begins anew without forgetting who is there', () => {
    const book = new AccountBook();
    book.entered('a', 0, 1000);
    book.entered('a', 0, 1000);
    book.left('a').bytesIn += 7;
    book.refused('a', 'maxconn');
    book.refused('b', 'maxconn');
    const living = new Traffic();
    living.bytesIn = 100;
    book.clear(false, () => living, 0);
    assert.deepEqual([book.of('a')?.sessions.most, book.of('a')?.sessions.arrivals.total], [1, 2]);
    book.clear(true, () => living, 0);
    const account = book.of('a');
    assert.ok(account !== undefined);
    assert.deepEqual([account.sessions.now, account.sessions.arrivals.total, account.refused.counts], [1, 0, {}]);
    // What the living session has had so far is taken off what it will have had at its end.
    assert.equal(account.traffic.plus([living]).bytesIn, 0);
    assert.deepEqual(namesIn(book), ['a']);
  });
});
