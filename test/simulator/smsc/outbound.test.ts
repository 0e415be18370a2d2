import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_FAULTS } from '../../../src/simulator/smsc/fault.js';
import type { Faults } from '../../../src/simulator/smsc/fault.js';
import { Outbound } from '../../../src/simulator/smsc/outbound.js';
import { FakeClock } from '../../support/fake-clock.js';

/** What is written is noted with its time: `3@200` is three bytes after 200 ms. */
function bench() {
  const clock = new FakeClock();
  const written: string[] = [];
  const state = { faults: NO_FAULTS };
  const outbound = new Outbound(clock, () => state.faults, {
    write: (bytes) => void written.push(`${bytes.length}@${clock.nowMs()}`),
    end: () => void written.push(`end@${clock.nowMs()}`),
  });
  const setFaults = (faults: Partial<Faults>) => {
    state.faults = { ...NO_FAULTS, ...faults };
    outbound.faultsChanged();
  };
  return { clock, written, outbound, setFaults, send: (bytes: number) => outbound.send(new Uint8Array(bytes)) };
}

describe("a gateway's writing", () => {
  it('is at once when nothing is wrong', () => {
    const { written, outbound, send } = bench();
    send(12);
    send(13);
    outbound.end();
    assert.deepEqual(written, ['12@0', '13@0', 'end@0']);
  });

  it('is later by its delay, in order also when the delay is taken away', () => {
    const { clock, written, outbound, setFaults, send } = bench();
    setFaults({ delayMs: 200 });
    send(12);
    clock.advance(50);
    send(13);
    setFaults({});
    send(14);
    outbound.end();
    clock.advance(1000);
    assert.deepEqual(written, ['12@200', '13@250', '14@250', 'end@250']);
  });

  it('is nothing while it is silent, which it is also said to be listening not', () => {
    const { written, outbound, setFaults, send } = bench();
    setFaults({ isSilent: true });
    send(12);
    assert.equal(outbound.isListening, false);
    setFaults({});
    send(13);
    assert.equal(outbound.isListening, true);
    assert.deepEqual(written, ['13@0']);
  });

  it('ends when the silence ends, if it was to end meanwhile', () => {
    const { clock, written, outbound, setFaults } = bench();
    setFaults({ isSilent: true });
    outbound.end();
    clock.advance(1000);
    assert.deepEqual(written, []);
    setFaults({});
    assert.deepEqual(written, ['end@1000']);
  });

  it('stops in the middle of a frame for good', () => {
    const { written, outbound, setFaults, send } = bench();
    send(12);
    setFaults({ isPartial: true });
    send(33);
    send(12);
    setFaults({});
    send(12);
    assert.deepEqual(written, ['12@0', '16@0']);
    assert.equal(outbound.isListening, false);
  });

  it('is over when the connection is', () => {
    const { clock, written, outbound, setFaults, send } = bench();
    setFaults({ delayMs: 200 });
    send(12);
    outbound.stop();
    clock.advance(1000);
    assert.deepEqual(written, []);
    assert.equal(clock.pending, 0);
  });
});
