/** The files and pipes that lines are written to, none of which may stop the event loop or the process. */

import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';

/** Takes bytes one write at a time: `done` is called once for each, later, with an error or the bytes that were taken. */
export interface LineOutput {
  write(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void): void;
  close(): void;
}

export type OpenedOutput =
  { readonly kind: 'output'; readonly output: LineOutput } | { readonly kind: 'fault'; readonly message: string };

/** The account names in a log are nobody's but the operator's. */
const LOG_FILE_MODE = 0o640;

/** Opens a file for appending, so that logrotate's copytruncate may empty it. */
export function openFile(path: string): OpenedOutput {
  // Without O_NONBLOCK, a named pipe that nobody reads would stop us here, and a slow one later would hold up our exit.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
  try {
    const descriptor = openSync(path, flags, LOG_FILE_MODE);
    return { kind: 'output', output: { ...descriptorOutput(descriptor), close: () => closeSync(descriptor) } };
  } catch (error) {
    return { kind: 'fault', message: `cannot open the log ${path}: ${error instanceof Error ? error.message : ''}` };
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
    close: () => undefined,
  };
}

function streamOutput(stream: NodeJS.WriteStream): LineOutput {
  // The callback of the write gets every error; without a listener it would end the process too.
  stream.on('error', () => undefined);
  return {
    write: (bytes, done) => void stream.write(bytes, (error) => done(error ?? null, bytes.length)),
    close: () => undefined,
  };
}
