import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  durationAdvice,
  durationMs,
  durationPattern,
  durationText,
  sizeAdvice,
  sizeOf,
  sizePattern,
  sizeText,
} from '../../src/config/quantity.js';

describe('durations', () => {
  it('have the value of their unit', () => {
    const table = { '200ms': 200, '5s': 5000, '10m': 600_000, '1h': 3_600_000, '24d': 2_073_600_000, '007s': 7000 };
    for (const [text, ms] of Object.entries(table)) {
      assert.match(text, durationPattern);
      assert.equal(durationMs(text), ms);
    }
  });

  it('are not spelt otherwise', () => {
    for (const text of ['5', '5 s', 's', '5S', '5sec', '1.5h', '-5s', '+5s', '5s ', '', '5us', '1h30m']) {
      assert.doesNotMatch(text, durationPattern);
    }
  });

  it('come back from their text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (ms) => assert.equal(durationMs(durationText(ms)), ms)),
    );
  });

  it('are shown in the largest unit that leaves a whole number', () => {
    assert.deepEqual([1, 1000, 1500, 5_400_000, 86_400_000].map(durationText), ['1ms', '1s', '1500ms', '90m', '1d']);
  });

  it('that are misspelt are understood where they can be', () => {
    const table: [string | number | boolean, string | undefined][] = [
      ['5 sec', '5s'],
      ['5 Seconds', '5s'],
      ['5S', '5s'],
      ['1.5h', '90m'],
      ['100 msec', '100ms'],
      ['2 hrs', '2h'],
      ['3days', '3d'],
      [5000, '5s if milliseconds are meant, as in haproxy.cfg, or 5000s'],
      ['5000', '5s if milliseconds are meant, as in haproxy.cfg, or 5000s'],
      [0, 'how long at most, up to 24d: nothing waits for ever'],
      ['0s', 'how long at most, up to 24d: nothing waits for ever'],
      ['5 fortnights', undefined],
      ['1000d', undefined],
      ['0.0001ms', undefined],
      ['soon', undefined],
      [true, undefined],
    ];
    for (const [input, advice] of table) assert.equal(durationAdvice(input), advice, String(input));
  });

  it('advise only what is a duration', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.constantFrom('seconds', ' min', 'H', '.5h', ' msecs', 'D'), (amount, unit) => {
        const advice = durationAdvice(`${amount}${unit}`);
        if (amount > 0 && advice !== undefined) assert.match(advice, durationPattern);
      }),
    );
  });
});

describe('sizes', () => {
  it('count in powers of 1024', () => {
    const table = { '0': 0, '8192': 8192, '8k': 8192, '200k': 204_800, '1m': 1_048_576, '1g': 1_073_741_824 };
    for (const [text, size] of Object.entries(table)) {
      assert.match(text, sizePattern);
      assert.equal(sizeOf(text), size);
    }
  });

  it('are not spelt otherwise', () => {
    for (const text of ['8K', '8kb', '8 k', 'k', '-1', '1.5k', '']) assert.doesNotMatch(text, sizePattern);
  });

  it('come back from their text', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (size) => assert.equal(sizeOf(sizeText(size)), size)));
  });

  it('that are misspelt are understood where they can be', () => {
    const table: [string | number, string | undefined][] = [
      ['8K', '8k'],
      ['8 kB', '8k'],
      ['8KiB', '8k'],
      ['4096 bytes', '4096'],
      ['8k', undefined],
      ['big', undefined],
      [-1, undefined],
    ];
    for (const [input, advice] of table) assert.equal(sizeAdvice(input), advice, String(input));
  });
});
