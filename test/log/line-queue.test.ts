import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LineOutput } from '../../src/log/line-output.js';
import { LineQueue } from '../../src/log/line-queue.js';
import type { ReportLoss } from '../../src/log/line-sink.js';
import { FakeClock } from '../support/fake-clock.js';

/** An output whose writes end when and how the test says. */
class FakeOutput implements LineOutput {
  written = '';
  isClosed = false;
  reopened = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #done: ((error: NodeJS.ErrnoException | null, writtenBytes: number) => void) | undefined;

  write(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void): void {
    assert.equal(this.#done, undefined, 'one write at a time');
    this.#bytes = bytes;
    this.#done = done;
  }

  reopen() {
    this.reopened += 1;
    return { kind: 'reopened' } as const;
  }

  close(): void {
    this.isClosed = true;
  }

  get isWriting(): boolean {
    return this.#done !== undefined;
  }

  /** Ends the write that is under way, by taking at most `limitBytes` of it. */
  take(limitBytes = Infinity): void {
    const taken = this.#bytes.subarray(0, limitBytes);
    this.written += Buffer.from(taken).toString('latin1');
    this.#settle(null, taken.length);
  }

  fail(code: string): void {
    this.#settle(Object.assign(new Error(`${code}: it failed`), { code }), 0);
  }

  takeAll(): void {
    while (this.isWriting) this.take();
  }

  #settle(error: NodeJS.ErrnoException | null, writtenBytes: number): void {
    const done = this.#done;
    assert.ok(done, 'no write is under way');
    this.#done = undefined;
    done(error, writtenBytes);
  }
}

function queueOf(limitBytes?: number) {
  const output = new FakeOutput();
  const clock = new FakeClock();
  const losses: Parameters<ReportLoss>[0][] = [];
  const queue = new LineQueue(output, clock, (loss) => void losses.push(loss), limitBytes);
  return { output, clock, losses, queue };
}

describe('LineQueue', () => {
  it('writes each line once, whole and in order, however the output takes them', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 40 });
    const error = fc.constantFrom<'EAGAIN' | 'ENOSPC'>('EAGAIN', 'ENOSPC');
    const steps = fc.array(fc.oneof(line, fc.nat(30), error));
    fc.assert(
      fc.property(steps, (all) => {
        const { output, clock, queue, losses } = queueOf();
        let expected = '';
        for (const step of all) {
          if (typeof step === 'number') {
            if (output.isWriting) output.take(step);
          } else if (step === 'EAGAIN' || step === 'ENOSPC') {
            if (output.isWriting) output.fail(step);
          } else {
            queue.write(step);
            expected += `${step}\n`;
          }
        }
        clock.advance(1000);
        output.takeAll();
        assert.equal(output.written, expected);
        assert.equal(queue.lostLines, 0);
        assert.deepEqual(losses, []);
      }),
    );
  });

  it('takes the lines that came during a write together in the next', () => {
    const { output, queue } = queueOf();
    for (const line of ['one', 'two', 'three']) queue.write(line);
    output.take();
    assert.equal(output.written, 'one\n');
    output.take();
    assert.equal(output.written, 'one\ntwo\nthree\n');
    assert.equal(output.isWriting, false);
  });

  it('holds no more than its limit while the output is stuck, and counts what it leaves out', () => {
    const { output, queue } = queueOf(100);
    for (let index = 0; index < 50; index += 1) queue.write('123456789');
    assert.equal(queue.lostLines, 40);
    output.takeAll();
    assert.equal(output.written, '123456789\n'.repeat(10));
  });

  it('reports the loss once the output takes lines again, and counts anew for the next report', () => {
    const { output, queue, losses } = queueOf(100);
    for (let index = 0; index < 13; index += 1) queue.write('123456789');
    assert.deepEqual(losses, []);
    output.takeAll();
    const why = 'lines came faster than they could be written';
    assert.deepEqual(losses, [{ lines: 3, total: 3, why }]);
    for (let index = 0; index < 15; index += 1) queue.write('123456789');
    output.takeAll();
    assert.deepEqual(losses.slice(1), [{ lines: 5, total: 8, why }]);
  });

  it('tries a full disk again every second, and says why lines were lost', () => {
    const { output, clock, queue, losses } = queueOf(100);
    for (let index = 0; index < 12; index += 1) queue.write('123456789');
    for (let tries = 0; tries < 5; tries += 1) {
      output.fail('ENOSPC');
      clock.advance(999);
      assert.equal(output.isWriting, false);
      clock.advance(1);
    }
    output.takeAll();
    assert.equal(output.written, '123456789\n'.repeat(10));
    assert.deepEqual(losses, [{ lines: 2, total: 2, why: 'ENOSPC: it failed' }]);
  });

  it('tries a full pipe again after a tenth of a second', () => {
    const { output, clock, queue } = queueOf();
    queue.write('one');
    output.fail('EAGAIN');
    clock.advance(100);
    output.take();
    assert.equal(output.written, 'one\n');
  });

  it('gives up when the reader is gone, holds nothing, and counts every line from then on', () => {
    const { output, clock, queue } = queueOf();
    for (const line of ['one', 'two', 'three']) queue.write(line);
    output.fail('EPIPE');
    assert.equal(queue.lostLines, 3);
    queue.write('four');
    assert.equal(queue.lostLines, 4);
    assert.equal(output.isWriting, false);
    assert.equal(clock.pending, 0);
  });
});

describe('LineQueue.reopen', () => {
  it('is left to the output while there is one', async () => {
    const { output, queue } = queueOf();
    assert.deepEqual([queue.reopen(), output.reopened], [{ kind: 'reopened' }, 1]);
    await queue.close();
    assert.deepEqual([queue.reopen(), output.reopened], [{ kind: 'nothing' }, 1]);
  });
});

describe('LineQueue.close', () => {
  it('waits for the lines, then closes the output', async () => {
    const { output, clock, queue } = queueOf();
    queue.write('one');
    queue.write('two');
    const closed = queue.close();
    assert.equal(output.isClosed, false);
    output.takeAll();
    await closed;
    assert.equal(output.written, 'one\ntwo\n');
    assert.equal(output.isClosed, true);
    assert.equal(clock.pending, 0);
  });

  it('gives up after two seconds when the output is stuck, and counts the lines', async () => {
    const { output, clock, queue } = queueOf();
    queue.write('one');
    queue.write('two');
    const closed = queue.close();
    clock.advance(2000);
    await closed;
    assert.equal(queue.lostLines, 2);
    output.take();
    assert.equal(output.isWriting, false);
  });

  it('gives up after two seconds when the disk stays full', async () => {
    const { output, clock, queue } = queueOf();
    queue.write('one');
    output.fail('ENOSPC');
    const closed = queue.close();
    clock.advance(1000);
    output.fail('ENOSPC');
    clock.advance(1000);
    await closed;
    assert.equal(queue.lostLines, 1);
    assert.equal(clock.pending, 0);
  });

  it('is over at once when there is nothing to write, and when it is called again', async () => {
    const { output, queue } = queueOf();
    await queue.close();
    await queue.close();
    assert.equal(output.isClosed, true);
    queue.write('late');
    assert.equal(queue.lostLines, 1);
  });
});
