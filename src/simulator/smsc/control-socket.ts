/**
 * Steers a running SMSC simulator from outside: one command a line, by a TCP or unix socket or from a terminal. An answer
 * is one line or several and then an empty line; one that begins with `error: ` says that nothing was done.
 */

import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { connectTrouble } from '../../runtime/unix-socket.js';
import type { ParseDurationMs } from './fault.js';
import type { RunningSmsc } from './smsc.js';
import { parseSmscCommand } from './smsc-command.js';
import type { SmscReply } from './smsc-executor.js';

export type ControlAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface RunningControl {
  /** The port that is listened on; undefined for a unix socket. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** A line that is longer is no command. */
const MOST_LINE_CHARACTERS = 65_536;
const ERROR = 'error: ';

/** Makes the answer to a line. */
export type AnswerLine = (line: string) => SmscReply;

export function answerLineOf(smsc: Pick<RunningSmsc, 'execute'>, parseDurationMs: ParseDurationMs): AnswerLine {
  return (line) => {
    const parsed = parseSmscCommand(line, parseDurationMs);
    return parsed.kind === 'command' ? smsc.execute(parsed.command) : { kind: 'wrong', text: parsed.why };
  };
}

/** Answers the lines of `input` on `output`, empty lines apart, until the input ends. */
export function answerLines(input: Readable, output: Writable, answerLine: AnswerLine): void {
  let held = '';
  const answer = (line: string) => {
    if (line.trim() === '') return;
    const { kind, text } = answerLine(line);
    output.write(`${kind === 'wrong' ? ERROR : ''}${text}\n\n`);
  };
  input.setEncoding('utf8');
  input.on('data', (text: string) => {
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    if (held.length > MOST_LINE_CHARACTERS) input.destroy();
    for (const line of lines) answer(line);
  });
  // The last line may lack its line end.
  input.on('end', () => answer(held));
}

/** Rejects with the system's error, such as EADDRINUSE, when the address cannot be listened on. */
export async function listenForCommands(address: ControlAddress, answerLine: AnswerLine): Promise<RunningControl> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Whoever asked has gone; that is all that can go wrong here.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    answerLines(socket, socket, answerLine);
  });
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
  await listen().catch(async (error: unknown) => {
    if (!('path' in address) || !(await isLeftBehind(address.path))) throw error;
    unlinkSync(address.path);
    await listen();
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' ? bound?.port : undefined,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A unix socket outlives a process that was killed, as a file. Whether that is all that is there. */
async function isLeftBehind(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false;
  return (await connectTrouble(path)) === 'ECONNREFUSED';
}

/** Sends one command and takes its answer. Rejects with the system's error when nobody listens there. */
export async function sendCommand(address: ControlAddress, line: string): Promise<SmscReply> {
  const text = await new Promise<string>((resolve, reject) => {
    let answer = '';
    const socket = connect(address, () => socket.write(`${line.replaceAll('\n', ' ')}\n`));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.endsWith('\n\n')) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.trimEnd()));
  });
  if (text === '') return { kind: 'wrong', text: 'the simulator closed the connection without an answer' };
  return text.startsWith(ERROR) ? { kind: 'wrong', text: text.slice(ERROR.length) } : { kind: 'done', text };
}
