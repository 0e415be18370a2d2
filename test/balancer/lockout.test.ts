import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ATTEMPTS, LOCK_MS, Lockout } from '../../src/balancer/lockout.js';

function guesses(lockout: Lockout, guesser: string, times: number, nowMs: number): boolean[] {
  return Array.from({ length: times }, () => lockout.wasWrong(guesser, nowMs));
}

describe('a guesser', () => {
  it('is locked out by the tenth wrong secret in a minute, for a minute from then on', () => {
    const lockout = new Lockout();
    assert.deepEqual(guesses(lockout, 'a', ATTEMPTS - 1, 0), Array(ATTEMPTS - 1).fill(false));
    assert.equal(lockout.lockedUntilMs('a', 30_000), undefined);
    assert.equal(lockout.wasWrong('a', 30_000), true);
    assert.equal(lockout.lockedUntilMs('a', 30_000), 30_000 + LOCK_MS);
    assert.equal(lockout.lockedUntilMs('a', 30_000 + LOCK_MS - 1), 30_000 + LOCK_MS);
    assert.equal(lockout.lockedUntilMs('a', 30_000 + LOCK_MS), undefined);
    assert.equal(lockout.wasWrong('a', 30_000 + LOCK_MS), false);
  });

  it('begins anew after a minute, and after a right secret', () => {
    const lockout = new Lockout();
    guesses(lockout, 'a', ATTEMPTS - 1, 0);
    assert.equal(lockout.wasWrong('a', LOCK_MS), false);
    guesses(lockout, 'a', ATTEMPTS - 2, LOCK_MS);
    lockout.wasRight('a');
    assert.deepEqual(guesses(lockout, 'a', ATTEMPTS - 1, LOCK_MS).includes(true), false);
  });

  it('is one for itself', () => {
    const lockout = new Lockout();
    guesses(lockout, 'a', ATTEMPTS, 0);
    assert.equal(lockout.lockedUntilMs('b', 0), undefined);
    assert.equal(lockout.wasWrong('b', 0), false);
  });

  it('is forgotten when too many others have come', () => {
    const lockout = new Lockout(3);
    guesses(lockout, 'a', ATTEMPTS, 0);
    for (const other of ['b', 'c', 'd']) lockout.wasWrong(other, 1);
    assert.equal(lockout.rememberedNow, 3);
    assert.equal(lockout.lockedUntilMs('a', 1), undefined);
  });
});
