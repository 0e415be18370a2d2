/** What a gateway may be told to do wrong: the faults, how they are written, and what is in force. Pure. */

/** The faults of one gateway; each is there or not, so that they can be combined. */
export interface Faults {
  /** Everything it sends goes this much later, in order. */
  readonly delayMs: number;
  /** Reads and does not react, as a process that hangs. */
  readonly isSilent: boolean;
  /** Each session's next frame is sent to its half, and nothing after it. */
  readonly isPartial: boolean;
  /** The Result of every SUBMIT_RESP; 0 is no fault. */
  readonly submitResult: number;
  /** The Status of every CONNECT_RESP; 0 is no fault. */
  readonly connectStatus: number;
  /** What happens to every connection at once, now and whenever one is accepted. */
  readonly hangUp: 'close' | 'reset' | 'none';
  /** How fast it reads; Infinity is no fault. */
  readonly readBytesPerSecond: number;
}

export const NO_FAULTS: Faults = {
  delayMs: 0,
  isSilent: false,
  isPartial: false,
  submitResult: 0,
  connectStatus: 0,
  hangUp: 'none',
  readBytesPerSecond: Infinity,
};

/** One fault as it is written: its word, its argument if it has one, and what it changes. */
interface FaultWord {
  readonly argument: string | undefined;
  readonly meaning: string;
  /** Undefined when `argument` is not what the word wants. */
  set(argument: string, parseDurationMs: ParseDurationMs): Partial<Faults> | undefined;
}

/** The length of `200ms`, `5s` and the like in milliseconds; undefined when the text is none. */
export type ParseDurationMs = (text: string) => number | undefined;

export const FAULT_WORDS: Readonly<Record<string, FaultWord>> = {
  delay: {
    argument: 'DURATION',
    meaning: 'sends everything that much later, such as 200ms',
    set: (argument, parseDurationMs) => {
      const delayMs = parseDurationMs(argument);
      return delayMs === undefined ? undefined : { delayMs };
    },
  },
  silent: { argument: undefined, meaning: 'reads and answers nothing', set: () => ({ isSilent: true }) },
  result: {
    argument: 'NUMBER',
    meaning: 'answers every SUBMIT with this Result, 1 to 255; 8 is flow control',
    set: (argument) => (isCode(argument) ? { submitResult: Number(argument) } : undefined),
  },
  refuse: {
    argument: 'NUMBER',
    meaning: 'refuses logins with this Status, 1 to 255; 3 is auth error',
    set: (argument) => (isCode(argument) ? { connectStatus: Number(argument) } : undefined),
  },
  close: {
    argument: undefined,
    meaning: 'closes every connection, and new ones as they come',
    set: () => ({ hangUp: 'close' }),
  },
  reset: { argument: undefined, meaning: 'the same with a TCP reset', set: () => ({ hangUp: 'reset' }) },
  partial: {
    argument: undefined,
    meaning: "sends half of each session's next frame and then nothing more",
    set: () => ({ isPartial: true }),
  },
  'slow-read': {
    argument: 'BYTES/s',
    meaning: 'reads no faster, such as 100B/s or 2kB/s',
    set: (argument) => {
      const readBytesPerSecond = bytesPerSecond(argument);
      return readBytesPerSecond === undefined ? undefined : { readBytesPerSecond };
    },
  },
};

/** As it would be written in a command, such as `delay 200ms result 8`; `none` when nothing is wrong. */
export function describeFaults(faults: Faults): string {
  const words = [
    faults.delayMs > 0 ? `delay ${faults.delayMs}ms` : '',
    faults.isSilent ? 'silent' : '',
    faults.isPartial ? 'partial' : '',
    faults.submitResult > 0 ? `result ${faults.submitResult}` : '',
    faults.connectStatus > 0 ? `refuse ${faults.connectStatus}` : '',
    faults.hangUp === 'none' ? '' : faults.hangUp,
    faults.readBytesPerSecond === Infinity ? '' : `slow-read ${faults.readBytesPerSecond}B/s`,
  ];
  return words.filter((word) => word !== '').join(' ') || 'none';
}

/** 1 to 255, which fits the one byte that a 2.0 answer has. */
function isCode(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 255;
}

function bytesPerSecond(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})(k|M)?B\/s$/.exec(text) ?? [];
  const bytes = Number(amount) * (unit === 'M' ? 1024 ** 2 : unit === 'k' ? 1024 : 1);
  return bytes >= 1 ? bytes : undefined;
}
