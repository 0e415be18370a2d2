/** The files and pipes that lines are written to, none of which may stop the event loop or the process. */

import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';
import { NOTHING_TO_REOPEN } from './line-sink.js';
import type { Reopened } from './line-sink.js';

/** Takes bytes one write at a time: `done` is called once for each, later, with an error or the bytes that were taken. */
export interface LineOutput {
  write(bytes: Uint8Array, done: WriteDone): void;
  /** Goes on in the file that has its name now, after the write that is under way; in the one it has if that fails. */
  reopen(): Reopened;
  close(): void;
}

type WriteDone = (error: NodeJS.ErrnoException | null, writtenBytes: number) => void;

type OpenedFile =
  { readonly kind: 'file'; readonly descriptor: number } | { readonly kind: 'fault'; readonly message: string };

export type OpenedOutput =
  { readonly kind: 'output'; readonly output: LineOutput } | { readonly kind: 'fault'; readonly message: string };

/** The account names in a log are nobody's but the operator's. */
const LOG_FILE_MODE = 0o640;

/** Opens a file for appending, so that logrotate's copytruncate may empty it. */
export function openFile(path: string): OpenedOutput {
  const opened = openDescriptor(path);
  if (opened.kind === 'fault') return { kind: 'fault', message: `cannot open the log ${path}: ${opened.message}` };
  return { kind: 'output', output: new FileOutput(path, opened.descriptor) };
}

class FileOutput implements LineOutput {
  readonly #path: string;
  #descriptor: number;
  #isWriting = false;
  /** What the next write goes to. */
  #next: number | undefined;

  constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array, done: WriteDone): void {
    this.#isWriting = true;
    write(this.#descriptor, bytes, (error, writtenBytes) => {
      this.#isWriting = false;
      this.#takeNext();
      done(error, writtenBytes);
    });
  }

  reopen(): Reopened {
    const opened = openDescriptor(this.#path);
    if (opened.kind === 'fault') return opened;
    if (this.#next !== undefined) closeSync(this.#next);
    this.#next = opened.descriptor;
    // The one that is being written to must not be closed: its number could be another file's in the same moment.
    if (!this.#isWriting) this.#takeNext();
    return { kind: 'reopened' };
  }

  close(): void {
    this.#takeNext();
    closeSync(this.#descriptor);
  }

  #takeNext(): void {
    if (this.#next === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = this.#next;
    this.#next = undefined;
  }
}

function openDescriptor(path: string): OpenedFile {
  // Without O_NONBLOCK, a named pipe that nobody reads would stop us here, and a slow one later would hold up our exit.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
  try {
    return { kind: 'file', descriptor: openSync(path, flags, LOG_FILE_MODE) };
  } catch (error) {
    return { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Standard output or standard error, which stay open: they are not ours alone. */
export function standardOutput(stream: NodeJS.WriteStream & { readonly fd: number }): OpenedOutput {
  const status = fstatSync(stream.fd);
  // fs.write on a pipe that nobody reads holds a thread of Node's pool, and process.exit() waits for that thread without
  // end. Node's own stream never waits for a pipe or socket; for a file or a terminal it would wait in the event loop.
  const isPipe = status.isFIFO() || status.isSocket();
  return { kind: 'output', output: isPipe ? streamOutput(stream) : descriptorOutput(stream.fd) };
}

function descriptorOutput(descriptor: number): LineOutput {
  return {
    write: (bytes, done) => write(descriptor, bytes, done),
    reopen: () => NOTHING_TO_REOPEN,
    close: () => undefined,
  };
}

function streamOutput(stream: NodeJS.WriteStream): LineOutput {
  // The callback of the write gets every error; without a listener it would end the process too.
  stream.on('error', () => undefined);
  return {
    write: (bytes, done) => void stream.write(bytes, (error) => done(error ?? null, bytes.length)),
    reopen: () => NOTHING_TO_REOPEN,
    close: () => undefined,
  };
}
