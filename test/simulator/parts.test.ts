import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DelayLine } from '../../src/simulator/delay-line.js';
import { printable } from '../../src/simulator/printable.js';
import { ReadRate } from '../../src/simulator/read-rate.js';
import { addressRange } from '../../src/simulator/sp/address-range.js';
import { Pacer } from '../../src/simulator/sp/pacer.js';
import { table } from '../../src/simulator/table.js';
import { FakeClock } from '../support/fake-clock.js';

describe('a delay line', () => {
  it('hands on everything in order, never before its time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(100))), (pushes) => {
        const clock = new FakeClock();
        const arrived: { readonly index: number; readonly ms: number }[] = [];
        const line = new DelayLine<number>(clock, (index) => void arrived.push({ index, ms: clock.nowMs() }));
        const due = pushes.map(([waitMs, delayMs], index) => {
          clock.advance(waitMs);
          line.push(index, delayMs);
          return clock.nowMs() + delayMs;
        });
        clock.advance(1000);
        assert.deepEqual(
          arrived.map(({ index }) => index),
          due.map((_, index) => index),
        );
        for (const { index, ms } of arrived) assert.equal(ms, Math.max(...due.slice(0, index + 1)));
      }),
    );
  });
});

describe('a steady rate', () => {
  it('is kept over any time, however often it is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 50 }), (perSecond, tickMs) => {
        const pacer = new Pacer(perSecond, 0);
        let sent = 0;
        for (let nowMs = 0; nowMs <= 10_000; nowMs += tickMs) {
          const due = pacer.due(nowMs);
          pacer.sent(due);
          sent += due;
        }
        assert.ok(Math.abs(sent - perSecond * 10) <= perSecond * (tickMs / 1000) + 2);
        assert.equal(pacer.skipped, 0);
      }),
    );
  });

  it('does not make up for a long pause with a burst', () => {
    const pacer = new Pacer(1000, 0);
    assert.equal(pacer.due(5000), 100);
    assert.equal(pacer.skipped, 4901);
  });
});

describe('a slow reader', () => {
  it('reads as fast as it may and no faster', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (bytesPerSecond) => {
        const rate = new ReadRate(bytesPerSecond, 0);
        let read = 0;
        for (let nowMs = 50; nowMs <= 20_000; nowMs += 50) read += rate.take(1e9, nowMs);
        assert.ok(Math.abs(read - bytesPerSecond * 20) <= 1);
      }),
    );
  });

  it('does not read in one go what it could have read before', () => {
    const rate = new ReadRate(100, 0);
    assert.equal(rate.take(1000, 60_000), 100);
  });
});

describe('a range of addresses', () => {
  for (const [text, addresses] of [
    ['127.0.0.2', ['127.0.0.2']],
    ['127.0.0.254-127.0.1.1', ['127.0.0.254', '127.0.0.255', '127.0.1.0', '127.0.1.1']],
    ['10.0.0.1,10.0.0.3', ['10.0.0.1', '10.0.0.3']],
    ['127.0.0.3-127.0.0.2', undefined],
    ['127.0.0.1-2', undefined],
    ['127.0.0.256', undefined],
    ['0.0.0.0-255.255.255.255', undefined],
    ['', undefined],
  ] as const) {
    it(`"${text}" is ${addresses?.join(' ') ?? 'none'}`, () => assert.deepEqual(addressRange(text), addresses));
  }
});

describe('text for a terminal', () => {
  it('has nothing in it that moves the cursor or turns the line round', () => {
    const text = 'a\tb\r\n\u001b[31m\u0085\u202eabc\ufeff\ud800"\\😀é你';
    assert.equal(printable(text), 'a\\tb\\r\\n\\u001b[31m\\u0085\\u202eabc\\ufeff\\ud800\\"\\\\😀é你');
  });

  it('stands in columns', () => {
    const rows = [
      ['port', 'sessions', 'faults'],
      ['9315', '3', 'none'],
    ];
    assert.equal(table(rows), 'port  sessions  faults\n9315         3  none');
  });
});
