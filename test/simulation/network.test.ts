import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Draw } from './draw.js';
import { Endpoint } from './endpoint.js';
import type { EndpointEvents, Line } from './endpoint.js';
import { concat } from './frames.js';
import { drawLine } from './scenario.js';
import { Scheduler } from './scheduler.js';

/** Notes what happens to its end. */
class Listener implements EndpointEvents {
  readonly chunks: Uint8Array[] = [];
  readonly seen: string[] = [];
  last: Uint8Array | undefined;

  read(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice());
    this.last = chunk;
  }

  blocked(): void {
    this.seen.push('blocked');
  }

  drained(): void {
    this.seen.push('drained');
  }

  ended(): void {
    this.seen.push('ended');
  }

  lost(detail: string): void {
    this.seen.push(detail);
  }
}

const plainLine: Line = { latencyMs: 1, jitterMs: 0, capacityBytes: 100, cutPercent: 0, joinPercent: 0 };

function connection(seed: number, line?: Line) {
  const draw = new Draw(seed);
  const scheduler = new Scheduler();
  const ends = [new Listener(), new Listener()] as const;
  const drawn = line ?? drawLine(draw);
  const [one, other] = ends.map((events) => {
    const endpoint = new Endpoint({ scheduler, draw }, drawn, new Uint8Array(draw.pick([7, 64, 4096])));
    endpoint.events = events;
    return endpoint;
  });
  assert.ok(one !== undefined && other !== undefined);
  Endpoint.connect(one, other);
  const run = (): void => {
    while (scheduler.step());
  };
  return { draw, scheduler, one, other, ends, run };
}

/** Says `sayings` things of up to 300 bytes, one a millisecond. Returns them as one. */
function say(from: Endpoint, draw: Draw, scheduler: Scheduler, sayings: number): Uint8Array {
  const said = Array.from({ length: sayings }, (_, nth) => new Uint8Array(draw.between(1, 300)).fill(nth));
  for (const bytes of said) scheduler.after(said.indexOf(bytes), () => from.write(bytes));
  return concat(said);
}

describe('the simulated network', () => {
  it('brings every byte in order, and FIN behind them, however it cuts, joins and delays', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { draw, scheduler, one, other, ends, run } = connection(seed);
      const said = say(one, draw, scheduler, 20);
      scheduler.after(30, () => one.finish());
      other.resume();
      scheduler.after(draw.between(0, 20), () => other.pause());
      scheduler.after(100, () => other.resume());
      run();
      assert.deepEqual(concat(ends[1].chunks), said, `seed ${seed}`);
      assert.deepEqual(ends[1].seen, ['ended'], `seed ${seed}`);
    }
  });

  it('takes only so much for a peer that does not read, and tells the writer of that and of the end of it', () => {
    const { one, other, ends, run } = connection(1, plainLine);
    one.write(new Uint8Array(250));
    run();
    assert.deepEqual(ends[0].seen, ['blocked']);
    assert.equal(one.unsentBytes, 150);
    other.resume();
    run();
    assert.deepEqual(ends[0].seen, ['blocked', 'drained']);
    assert.equal(concat(ends[1].chunks).length, 250);
  });

  it('spoils what was read as soon as the read is over', () => {
    const { one, other, ends, run } = connection(1, plainLine);
    other.resume();
    one.write(Uint8Array.of(1, 2, 3));
    run();
    assert.ok(ends[1].last?.every((byte) => byte === 0xee));
  });

  it('loses what is on its way to a peer that resets, and tells the writer once', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const { draw, scheduler, one, other, ends, run } = connection(seed);
      const said = say(one, draw, scheduler, 20);
      one.resume();
      other.resume();
      scheduler.after(draw.between(0, 20), () => other.reset());
      run();
      const heard = concat(ends[1].chunks);
      assert.deepEqual(heard, said.subarray(0, heard.length), `seed ${seed}`);
      assert.deepEqual(ends[1].seen, [], `seed ${seed}`);
      assert.equal(ends[0].seen.filter((word) => word === 'ECONNRESET').length, 1, `seed ${seed}`);
    }
  });

  it('answers with a reset whoever writes to an end that is closed', () => {
    const { one, other, ends, run } = connection(1, plainLine);
    one.resume();
    other.drop();
    run();
    assert.deepEqual(ends[0].seen, ['ended']);
    one.write(Uint8Array.of(1));
    run();
    assert.deepEqual(ends[0].seen, ['ended', 'ECONNRESET']);
  });
});

describe('the simulated time', () => {
  it('goes from event to event: the sooner first, and of equals the one that was asked for first', () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    const at = (delayMs: number, name: string) =>
      scheduler.after(delayMs, () => seen.push(`${name} at ${scheduler.nowMs()}`));
    at(5, 'a');
    at(1, 'b');
    at(5, 'c');
    at(3, 'd')();
    scheduler.after(1, () => scheduler.soon(() => seen.push('soon')));
    assert.equal(scheduler.pending, 4);
    while (scheduler.step());
    assert.deepEqual(seen, ['b at 1', 'soon', 'a at 5', 'c at 5']);
    assert.equal(scheduler.pending, 0);
  });

  it('keeps thousands of events in order', () => {
    const scheduler = new Scheduler();
    const draw = new Draw(7);
    const times: number[] = [];
    for (let nth = 0; nth < 5000; nth += 1) {
      scheduler.after(draw.below(1000), () => times.push(scheduler.nowMs()));
    }
    while (scheduler.step());
    assert.equal(times.length, 5000);
    assert.ok(times.every((timeMs, nth) => nth === 0 || timeMs >= (times[nth - 1] ?? 0)));
  });
});
