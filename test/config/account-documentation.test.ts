/** Checks that docs/accounts.md says what is true: its examples are sound, its table is the code's, its numbers are. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { HELD_LIMIT_BYTES } from '../../src/balancer/account-limiter.js';
import { REMEMBERED_ACCOUNTS } from '../../src/balancer/accounts.js';
import { closeReasons } from '../../src/balancer/close-reason.js';
import { ATTEMPTS } from '../../src/balancer/lockout.js';
import { refusalStatus } from '../../src/balancer/refusal.js';
import { configOf, sound, warningsOf } from './samples.js';

const page = readFileSync('docs/accounts.md', 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => text);

describe('docs/accounts.md', () => {
  it('has examples', () => assert.equal(blocks.length, 5));

  for (const [nth, block] of blocks.entries()) {
    it(`has a sound example: the ${nth + 1}.`, () => {
      const text = sound + block;
      assert.deepEqual(warningsOf(text), []);
      const { listed, unlisted } = configOf(text).accounts;
      assert.ok(listed.length > 0 || unlisted?.maxConnections === 8);
    });
  }

  it('shows the keys that its first example is about', () => {
    const [first = ''] = blocks;
    const { listed, unlisted } = configOf(sound + first).accounts;
    assert.deepEqual(
      listed.map(({ account, submitRate, window }) => [account, submitRate?.perSecond, window]),
      [
        ['900001', 500, 32],
        ['900002', 50, Infinity],
      ],
    );
    assert.equal(unlisted, undefined);
  });

  it('says which status goes with which reason, for each that refuses', () => {
    const rows = [...page.matchAll(/^\|[^|]+\| (\d) +\| `(account-[a-z]+)` +\|$/gm)];
    const said = rows.map(([, status, reason]) => [reason, Number(status)]);
    const refusing = closeReasons.filter((reason) => reason.startsWith('account-') && reason !== 'account-replaced');
    assert.equal(said.length, refusing.length);
    for (const reason of refusing)
      assert.ok(said.some(([name, status]) => name === reason && status === refusalStatus(reason)));
  });

  it('has the numbers of the code', () => {
    assert.ok(page.includes(`${ATTEMPTS} wrong secrets`) && page.includes(`${HELD_LIMIT_BYTES / 1024} kB held back`));
    assert.ok(page.includes(`${REMEMBERED_ACCOUNTS.toLocaleString('en')} are remembered without a session`));
  });
});
