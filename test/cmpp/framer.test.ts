import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Framer } from '../../src/cmpp/framer.js';
import type { FrameFault } from '../../src/cmpp/framer.js';
import { CommandId, writeHeader, writeUint32 } from '../../src/cmpp/header.js';

function frameOf(sequenceId: number, bodyBytes: number): Uint8Array {
  const frame = new Uint8Array(12 + bodyBytes).fill(sequenceId & 0xff, 12);
  writeHeader(frame, CommandId.submit, sequenceId);
  return frame;
}

interface Cut {
  readonly frames: Uint8Array[];
  readonly fault: FrameFault | undefined;
  readonly framer: Framer;
}

/** Pushes `stream` in chunks that end at `cuts`, and collects what comes out. */
function pushInChunks(stream: Uint8Array, cuts: readonly number[], limitBytes = 8192): Cut {
  const framer = new Framer(limitBytes);
  const frames: Uint8Array[] = [];
  const sink = {
    frame: (bytes: Uint8Array, start: number, end: number) =>
      void frames.push(Uint8Array.from(bytes.subarray(start, end))),
  };
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, stream.length]) {
    const fault = framer.push(stream.slice(start, end), sink);
    if (fault !== undefined) return { frames, fault, framer };
    start = end;
  }
  return { frames, fault: undefined, framer };
}

describe('Framer', () => {
  it('finds the same frames wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.array(fc.nat(6000), { maxLength: 20 }),
        (bodies, cuts) => {
          const sent = bodies.map((bodyBytes, index) => frameOf(index, bodyBytes));
          const { frames, fault, framer } = pushInChunks(Buffer.concat(sent), cuts);
          assert.equal(fault, undefined);
          assert.deepEqual(frames, sent);
          assert.equal(framer.tail.length, 0);
        },
      ),
    );
  });

  it('finds frames in a stream that comes byte by byte', () => {
    const stream = Buffer.concat([frameOf(1, 30), frameOf(2, 0), frameOf(3, 1)]);
    const { frames } = pushInChunks(stream, [...stream.keys()]);
    assert.deepEqual(Buffer.concat(frames), stream);
    assert.equal(frames.length, 3);
  });

  it('hands out ranges of the chunk itself when the chunk holds whole frames', () => {
    const chunk = Buffer.concat([frameOf(1, 30), frameOf(2, 5)]);
    new Framer().push(chunk, { frame: (bytes) => assert.equal(bytes, chunk) });
  });

  it('keeps the cut frame as its tail, and a fresh framer goes on from it', () => {
    const frame = frameOf(7, 100);
    for (let cut = 0; cut < frame.length; cut += 1) {
      const { framer, frames } = pushInChunks(frame.slice(0, cut), []);
      assert.deepEqual(framer.tail, frame.slice(0, cut));
      assert.equal(frames.length, 0);
      const next = new Framer();
      const seen: Uint8Array[] = [];
      const sink = {
        frame: (bytes: Uint8Array, start: number, end: number) =>
          void seen.push(Uint8Array.from(bytes.subarray(start, end))),
      };
      next.push(framer.tail, sink);
      next.push(frame.slice(cut), sink);
      assert.deepEqual(seen, [frame]);
    }
  });

  it('reports a Total_Length outside 12..limit as soon as its fourth byte is there, after the frames before it', () => {
    const faults: [number, Omit<FrameFault, 'startsAt'>][] = [
      [0, { kind: 'length-too-small', lengthBytes: 0, limitBytes: 12 }],
      [11, { kind: 'length-too-small', lengthBytes: 11, limitBytes: 12 }],
      [101, { kind: 'length-too-large', lengthBytes: 101, limitBytes: 100 }],
      [0xffffffff, { kind: 'length-too-large', lengthBytes: 0xffffffff, limitBytes: 100 }],
    ];
    for (const [lengthBytes, expected] of faults) {
      const bad = new Uint8Array(4);
      writeUint32(bad, 0, lengthBytes);
      const stream = Buffer.concat([frameOf(1, 3), bad]);
      for (let cut = 0; cut <= stream.length; cut += 1) {
        const { frames, fault } = pushInChunks(stream, [cut], 100);
        const isCutInLength = cut > stream.length - 4 && cut < stream.length;
        const badAt = stream.length - 4;
        const startsAt = cut > 0 && cut <= badAt ? badAt - cut : isCutInLength ? badAt - cut : badAt;
        assert.deepEqual(fault, { ...expected, startsAt });
        assert.equal(frames.length, 1);
      }
    }
  });

  it('accepts frames of exactly the header and exactly the limit', () => {
    const { frames, fault } = pushInChunks(Buffer.concat([frameOf(1, 0), frameOf(2, 88)]), [5, 13, 50], 100);
    assert.equal(fault, undefined);
    assert.deepEqual(
      frames.map((frame) => frame.length),
      [12, 100],
    );
  });
});
