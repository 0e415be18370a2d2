/** The lines that wait for a file or pipe to take them, in order and in bounded memory. Writes one batch at a time. */

import type { Clock } from '../runtime/clock.js';
import type { LineOutput } from './line-output.js';
import { LossCount, NOTHING_TO_REOPEN } from './line-sink.js';
import type { LineSink, Reopened, ReportLoss } from './line-sink.js';

/** 8,000 sessions that end in the same moment write 8 MB before the event loop comes round to the file. */
const QUEUE_LIMIT_BYTES = 16 * 1024 * 1024;
const BATCH_BYTES = 64 * 1024;
/** A pipe whose reader is behind. */
const FULL_RETRY_MS = 100;
/** A full disk, and whatever else may pass. */
const ERROR_RETRY_MS = 1000;
const CLOSE_LIMIT_MS = 2000;
const LINE_END = 0x0a;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'writing' }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  /** The reader is gone for good, or the log is closed: lines are counted as lost. */
  | { readonly kind: 'ended' };

export class LineQueue implements LineSink {
  readonly #output: LineOutput;
  readonly #clock: Clock;
  readonly #limitBytes: number;
  readonly #loss: LossCount;
  #state: State = { kind: 'idle' };
  /** Lines with their ends, which no batch has taken yet. They are ASCII, so a character is a byte. */
  #lines: string[] = [];
  /** What is left of the batch that is being written. */
  #batch = Buffer.alloc(0);
  #heldBytes = 0;
  #onEnded: (() => void) | undefined;

  constructor(output: LineOutput, clock: Clock, report: ReportLoss, limitBytes: number = QUEUE_LIMIT_BYTES) {
    this.#output = output;
    this.#clock = clock;
    this.#limitBytes = limitBytes;
    this.#loss = new LossCount(report);
  }

  get lostLines(): number {
    return this.#loss.total;
  }

  write(line: string): void {
    const bytes = line.length + 1;
    if (this.#state.kind === 'ended' || this.#heldBytes + bytes > this.#limitBytes) {
      this.#loss.add(1);
      return;
    }
    this.#lines.push(`${line}\n`);
    this.#heldBytes += bytes;
    if (this.#state.kind === 'idle') this.#writeNext();
  }

  reopen(): Reopened {
    return this.#state.kind === 'ended' ? NOTHING_TO_REOPEN : this.#output.reopen();
  }

  /** Resolves when all lines are written, or cannot be in two seconds. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#state.kind === 'ended') return resolve();
      const cancelLimit = this.#clock.after(CLOSE_LIMIT_MS, () => this.#end());
      this.#onEnded = () => {
        cancelLimit();
        resolve();
      };
      if (this.#state.kind === 'idle') this.#end();
    });
  }

  #writeNext(): void {
    if (this.#batch.length === 0) this.#batch = this.#takeBatch();
    if (this.#batch.length === 0) {
      this.#state = { kind: 'idle' };
      if (this.#onEnded !== undefined) this.#end();
      return;
    }
    this.#state = { kind: 'writing' };
    this.#output.write(this.#batch, (error, writtenBytes) => this.#afterWrite(error, writtenBytes));
  }

  #takeBatch(): Buffer<ArrayBuffer> {
    let bytes = 0;
    const end = this.#lines.findIndex((line) => (bytes += line.length) >= BATCH_BYTES);
    return Buffer.from(this.#lines.splice(0, end < 0 ? this.#lines.length : end + 1).join(''), 'latin1');
  }

  #afterWrite(error: NodeJS.ErrnoException | null, writtenBytes: number): void {
    if (this.#state.kind === 'ended') return;
    if (error !== null) {
      this.#afterError(error);
      return;
    }
    this.#batch = this.#batch.subarray(writtenBytes);
    this.#heldBytes -= writtenBytes;
    // Half, so that a reader who stays too slow gets a few reports and not one with each batch.
    if (this.#heldBytes <= this.#limitBytes / 2) this.#loss.report();
    this.#writeNext();
  }

  #afterError(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') {
      this.#end();
      return;
    }
    const isFull = error.code === 'EAGAIN';
    if (!isFull) this.#loss.because(error.message);
    const cancel = this.#clock.after(isFull ? FULL_RETRY_MS : ERROR_RETRY_MS, () => this.#writeNext());
    this.#state = { kind: 'waiting', cancel };
  }

  #end(): void {
    if (this.#state.kind === 'waiting') this.#state.cancel();
    this.#loss.add(this.#batch.filter((byte) => byte === LINE_END).length + this.#lines.length);
    this.#lines = [];
    this.#batch = Buffer.alloc(0);
    this.#heldBytes = 0;
    this.#state = { kind: 'ended' };
    this.#output.close();
    this.#onEnded?.();
  }
}
