import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { nearest } from '../../src/config/nearest.js';

const known = ['balance', 'hash-type', 'default-backend', 'timeout', 'servers', 'warn', 'leastconn', 'leastload', 'on'];

it('finds the word that a slip of the finger made another', () => {
  const table = {
    ballance: 'balance',
    balacne: 'balance',
    blance: 'balance',
    Balance: 'balance',
    default_backend: 'default-backend',
    hashtype: 'hash-type',
    timeouts: 'timeout',
    server: 'servers',
    warning: 'warn',
    leastconns: 'leastconn',
    no: 'on',
  };
  for (const [word, meant] of Object.entries(table)) assert.equal(nearest(word, known), meant, word);
});

it('suggests nothing for another word', () => {
  for (const word of ['check', 'bind', 'x', '', 'option']) assert.equal(nearest(word, known), undefined, word);
});

it('finds every word that has one letter too many, one too few, or two swapped', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...known.filter((word) => word.length > 4)),
      fc.nat(20),
      fc.nat(2),
      (word, at, kind) => {
        const index = at % (word.length - 1);
        const [one = '', other = ''] = word.slice(index, index + 2);
        const slip = [`${one}q${other}`, one, `${other}${one}`][kind] ?? '';
        assert.equal(nearest(word.slice(0, index) + slip + word.slice(index + 2), known), word);
      },
    ),
  );
});
