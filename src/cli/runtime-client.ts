/** Talks to a running balancer by its runtime API, for the commands that do. */

import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { VERDICTS } from '../admin/talk.js';
import { serverAddress } from '../config/address.js';
import type { TcpAddress, UnixAddress } from '../config/address.js';
import { findConfigFile, loadConfig, readLimits } from '../config/load.js';
import { adminLevelNames } from '../config/vocabulary.js';

/** How long the balancer may take for an answer. */
const PATIENCE_MS = 10_000;

export interface SocketFlags {
  readonly socket?: string;
  readonly config?: string;
}

/** What one command came to. */
interface Answered {
  readonly outcome: 'done' | 'refused';
  readonly text: string;
}

export type Reply =
  /** `refused` if one of the commands was. */
  | { readonly kind: 'done' | 'refused'; readonly answers: readonly Answered[] }
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

/** Sends one line, which may have several commands in it. */
export async function ask(flags: SocketFlags, line: string): Promise<Reply> {
  const places = placesOf(flags);
  return typeof places === 'string' ? { kind: 'unreached', message: places } : askAt(places, line);
}

/** The same, where it is known already whom to ask: the first of `places` that can be connected to. */
export async function askAt(places: readonly NetConnectOpts[], line: string): Promise<Reply> {
  try {
    return replyOf(await exchange(await connected(places), `verdict;${line.replaceAll('\n', ' ')}\n`));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'unreached', message: `the balancer does not answer: ${why}` };
  }
}

/** The texts of all answers, one below the other. */
export function replyText({ answers }: Extract<Reply, { kind: 'done' | 'refused' }>): string {
  return answers
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Where the balancer may be asked, the best place first; or why that is not known. */
export function placesOf({ socket, config }: SocketFlags): readonly NetConnectOpts[] | string {
  return socket === undefined ? configuredPlaces(config) : [writtenPlace(socket)];
}

function configuredPlaces(file = findConfigFile(existsSync)): readonly NetConnectOpts[] | string {
  const result = loadConfig(file, readLimits());
  if (result.kind === 'invalid')
    return `${file} has problems, which \`cmpp-lb check ${file}\` shows; or name the socket with -s`;
  const places = [...result.config.admin.sockets]
    .sort((one, other) => adminLevelNames.indexOf(other.level) - adminLevelNames.indexOf(one.level))
    .map(({ address }) => placeOf(address));
  return places.length === 0 ? `${file} has no admin.socket; name the socket with -s` : places;
}

/** HOST:PORT, `unix:/PATH`, or else a path, which may count from this folder. */
function writtenPlace(text: string): NetConnectOpts {
  return placeOf(serverAddress(text) ?? { kind: 'unix', path: resolve(text) });
}

function placeOf(address: TcpAddress | UnixAddress): NetConnectOpts {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

/** Of several places the first that lets this user in; rejects with the trouble of the first. */
async function connected([place, ...others]: readonly NetConnectOpts[]): Promise<Socket> {
  if (place === undefined) throw new Error('there is no socket');
  try {
    return await new Promise((taken, reject) => {
      const socket = connect(place, () => {
        socket.off('error', reject);
        taken(socket);
      });
      socket.once('error', reject);
    });
  } catch (error) {
    if (others.length === 0) throw error;
    return connected(others).catch(() => {
      throw error;
    });
  }
}

function exchange(socket: Socket, text: string): Promise<string> {
  return new Promise((taken, reject) => {
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    socket.on('data', (piece: string) => (answer += piece));
    socket.on('error', reject);
    socket.on('close', () => taken(answer));
    socket.write(text);
  });
}

/** Takes the verdicts out of the answers: each is the last line of one, before the empty line that ends it. */
function replyOf(answer: string): Reply {
  const { done, refused } = VERDICTS;
  const parts = answer.split(new RegExp(`^(${done}|${refused})\\n\\n`, 'm'));
  const answers = parts.flatMap((verdict, index): Answered | [] => {
    if (index % 2 === 0) return [];
    const text = (parts[index - 1] ?? '').replace(/\n$/, '');
    return { outcome: verdict === done ? 'done' : 'refused', text };
  });
  if (answers.length === 0) return { kind: 'unreached', message: 'this is no runtime API of cmpp-lb' };
  const isRefused = answers.some(({ outcome }) => outcome === 'refused');
  // The first verdict is the one on the wish for verdicts.
  return { kind: isRefused ? 'refused' : 'done', answers: answers.slice(1) };
}
