/** Checks that docs/peers.md and the tests here tell of the same peculiarities, each in one place. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { closeReasons } from '../../src/balancer/close-reason.js';

const FOLDER = 'test/quirks';
const page = readFileSync('docs/peers.md', 'utf8');
const rows = [...page.matchAll(/^\| (Q\d+) +\|(.*)\|(.*)\|$/gm)];
const allQuirks = Array.from({ length: 17 }, (_, index) => `Q${index + 1}`);

describe('docs/peers.md', () => {
  it('has a line for each of Q1 to Q17, which says what peers do and what is done about it', () => {
    assert.deepEqual(
      rows.map(([, quirk]) => quirk),
      allQuirks,
    );
    for (const [, quirk, peers = '', answer = ''] of rows) {
      assert.match(peers.trim(), /^[A-Z].*\.$/, quirk);
      assert.match(answer.trim(), /^[A-Z].*\.$/, quirk);
    }
  });

  it('has a describe block for every line, and a line for every describe block', () => {
    const blocks = readdirSync(FOLDER)
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/^describe\('(Q\d+): /gm)])
      .map(([, quirk = '']) => quirk);
    assert.deepEqual(
      blocks.sort((one, other) => Number(one.slice(1)) - Number(other.slice(1))),
      rows.map(([, quirk]) => quirk),
    );
  });

  it('names only close reasons that there are', () => {
    const named = [...page.matchAll(/`((?:login|client|server)-[a-z-]+)`/g)].map(([, reason = '']) => reason);
    assert.ok(named.length > 0);
    const known: readonly string[] = closeReasons;
    for (const reason of named) assert.ok(known.includes(reason), reason);
  });
});
