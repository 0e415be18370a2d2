/** Talks to a running balancer by its runtime API, for the commands that do. */

import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { NetConnectOpts } from 'node:net';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { VERDICTS } from '../admin/talk.js';
import { serverAddress } from '../config/address.js';
import type { TcpAddress, UnixAddress } from '../config/address.js';
import { findConfigFile, loadConfig, readLimits } from '../config/load.js';

/** Exit codes: the command was refused; nobody could be asked. */
export const REFUSED_CODE = 1;
export const UNREACHED_CODE = 2;

/** How long the balancer may take for an answer. */
const PATIENCE_MS = 10_000;

export interface SocketFlags {
  readonly socket?: string;
  readonly config?: string;
}

export type Reply =
  | { readonly kind: 'done' | 'refused'; readonly text: string }
  /** A sentence for the operator. */
  | { readonly kind: 'unreached'; readonly message: string };

export function socketOptions(): Option[] {
  return [
    new Option(
      '-s, --socket <address>',
      'the runtime API: the path of its unix socket, or HOST:PORT; without it, what the configuration says',
    ),
    new Option('-c, --config <file>', 'the configuration that names the socket, found as `start` finds it'),
  ];
}

/** Sends one line, which may have several commands in it. `refused` if one of them was. */
export async function ask(flags: SocketFlags, line: string): Promise<Reply> {
  const place = flags.socket === undefined ? configuredPlace(flags.config) : writtenPlace(flags.socket);
  if (typeof place === 'string') return { kind: 'unreached', message: place };
  try {
    return replyOf(await exchange(place, `verdict;${line.replaceAll('\n', ' ')}\n`));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unreached', message: `the balancer does not answer: ${why}` };
  }
}

/** Where it is, or why it is not known. */
function configuredPlace(file = findConfigFile(existsSync)): NetConnectOpts | string {
  const result = loadConfig(file, readLimits());
  if (result.kind === 'invalid')
    return `${file} has problems, which \`cmpp-lb check ${file}\` shows; or name the socket with -s`;
  const [first] = result.config.admin.sockets;
  return first === undefined ? `${file} has no admin.socket; name the socket with -s` : placeOf(first.address);
}

/** HOST:PORT, `unix:/PATH`, or else a path, which may count from this folder. */
function writtenPlace(text: string): NetConnectOpts {
  return placeOf(serverAddress(text) ?? { kind: 'unix', path: resolve(text) });
}

function placeOf(address: TcpAddress | UnixAddress): NetConnectOpts {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

function exchange(place: NetConnectOpts, text: string): Promise<string> {
  return new Promise((taken, reject) => {
    let answer = '';
    const socket = connect(place, () => socket.write(text));
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    socket.on('data', (piece: string) => (answer += piece));
    socket.on('error', reject);
    socket.on('close', () => taken(answer));
  });
}

/** Takes the verdicts out of the answers: each is the last line of one, before the empty line that ends it. */
function replyOf(answer: string): Reply {
  const { done, refused } = VERDICTS;
  const answers = answer.split(new RegExp(`^(${done}|${refused})\\n\\n`, 'm'));
  const verdicts = answers.filter((_, index) => index % 2 === 1);
  if (verdicts.length === 0) return { kind: 'unreached', message: 'this is no runtime API of cmpp-lb' };
  const texts = answers.filter((text, index) => index % 2 === 0 && text !== '');
  // The first verdict is the one on the wish for verdicts.
  return { kind: verdicts.includes(refused) ? 'refused' : 'done', text: texts.join('\n').replace(/\n$/, '') };
}
