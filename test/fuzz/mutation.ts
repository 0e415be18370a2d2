/** Spoils a valid stream as networks, broken peers and attackers do. Pure. */

import type { Draw } from '../simulation/draw.js';

/** Lengths and numbers at which something changes. */
const LENGTHS = [
  0, 1, 3, 4, 11, 12, 13, 27, 30, 33, 38, 39, 40, 255, 256, 8191, 8192, 8193, 0xffff, 0x7fffffff, 0xffffffff,
] as const;
const BYTES = [0, 1, 2, 4, 5, 8, 0x7f, 0x80, 0xff] as const;

type Mutation = (frames: Uint8Array[], draw: Draw, corpus: readonly Uint8Array[]) => Uint8Array[];

/** Replaces one frame of the stream by what `change` makes of it. */
function inFrame(change: (frame: Uint8Array, draw: Draw) => Uint8Array): Mutation {
  return (frames, draw) => {
    const nth = draw.below(Math.max(1, frames.length));
    const frame = frames[nth];
    return frame === undefined ? frames : frames.with(nth, change(frame.slice(), draw));
  };
}

function set(bytes: Uint8Array, at: number, value: number): Uint8Array {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

const mutations: readonly Mutation[] = [
  // A flipped bit, a byte at random, one of those that mean something
  inFrame((frame, draw) => {
    const at = draw.below(Math.max(1, frame.length));
    return set(frame, at, (frame[at] ?? 0) ^ (1 << draw.below(8)));
  }),
  inFrame((frame, draw) => set(frame, draw.below(Math.max(1, frame.length)), draw.below(256))),
  inFrame((frame, draw) => set(frame, draw.below(Math.max(1, Math.min(frame.length, 40))), draw.pick(BYTES))),
  // Total_Length
  inFrame((frame, draw) => {
    if (frame.length < 4) return frame;
    const lengthBytes = draw.percent(50) ? draw.pick(LENGTHS) : Math.max(0, frame.length + draw.between(-14, 14));
    new DataView(frame.buffer).setUint32(0, lengthBytes);
    return frame;
  }),
  // Command_Id
  inFrame((frame, draw) => {
    if (frame.length < 8) return frame;
    const command = draw.between(0, 12) + (draw.percent(50) ? 0x80000000 : 0);
    new DataView(frame.buffer).setUint32(4, command);
    return frame;
  }),
  // Cut short, in its place or at the end of all
  inFrame((frame, draw) => frame.subarray(0, draw.below(frame.length + 1))),
  (frames, draw) => frames.slice(0, draw.below(frames.length + 1)),
  // A range taken out, put in again, or put in from chance
  inFrame((frame, draw) => {
    const start = draw.below(frame.length + 1);
    return Buffer.concat([frame.subarray(0, start), frame.subarray(start + draw.between(1, 20))]);
  }),
  inFrame((frame, draw) => {
    const start = draw.below(frame.length + 1);
    return Buffer.concat([frame.subarray(0, start + draw.between(1, 20)), frame.subarray(start)]);
  }),
  inFrame((frame, draw) => {
    const start = draw.below(frame.length + 1);
    const noise = Uint8Array.from({ length: draw.between(1, 20) }, () => draw.below(256));
    return Buffer.concat([frame.subarray(0, start), noise, frame.subarray(start)]);
  }),
  // Frames twice, in another order, or from another session
  (frames, draw) =>
    frames.toSpliced(
      draw.below(frames.length + 1),
      0,
      frames[draw.below(Math.max(1, frames.length))] ?? new Uint8Array(0),
    ),
  (frames, draw) => {
    const [taken] = frames.slice(draw.below(Math.max(1, frames.length)));
    return taken === undefined ? frames : [...frames.filter((frame) => frame !== taken), taken];
  },
  (frames, draw, corpus) => frames.toSpliced(draw.below(frames.length + 1), draw.below(3), draw.pick(corpus)),
];

/** A few frames that follow one another: short streams find as much as long ones, and more of them can be tried. */
export function someOf(frames: readonly Uint8Array[], draw: Draw): readonly Uint8Array[] {
  const start = draw.below(frames.length);
  return frames.slice(start, start + draw.between(1, 5));
}

/** One to four mutations of `frames`, as one stream. `corpus` is where strange frames come from. */
export function mutated(frames: readonly Uint8Array[], draw: Draw, corpus: readonly Uint8Array[]): Uint8Array {
  let current = [...frames];
  for (let left = draw.between(1, 4); left > 0; left -= 1) current = draw.pick(mutations)(current, draw, corpus);
  return Uint8Array.from(Buffer.concat(current));
}

/** A stream in chunks, as it may arrive; byte by byte only if it is short. */
export function chunksOf(stream: Uint8Array, draw: Draw): Uint8Array[] {
  const longest = draw.pick([stream.length < 300 ? 1 : 7, 13, 100, 4096]);
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < stream.length;) {
    const end = Math.min(stream.length, start + draw.between(1, longest));
    chunks.push(stream.subarray(start, end));
    start = end;
  }
  return chunks;
}
