/** Answers requests: which endpoint, by which method, for whom. Decides only; the server writes what it is told. */

import { endpointAt } from './endpoints.js';
import type { Content, Sources } from './endpoints.js';
import type { Gate } from './gate.js';

export interface Request {
  readonly method: string;
  /** As the request line has it. */
  readonly target: string;
  readonly from: string;
  readonly authorization: string | undefined;
}

export interface Answer extends Content {
  /** Beside those that every answer has. */
  readonly headers: Readonly<Record<string, string>>;
}

const METHODS = ['GET', 'HEAD'];

/** No version: it would tell strangers which faults to try. No store: what a cache keeps is wrong a moment later. */
export const COMMON_HEADERS = {
  server: 'cmpp-lb',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

export class Reader {
  readonly #gate: Pick<Gate, 'judge'>;
  readonly #sources: Sources;

  constructor(gate: Pick<Gate, 'judge'>, sources: Sources) {
    this.#gate = gate;
    this.#sources = sources;
  }

  answer({ method, target, from, authorization }: Request): Answer {
    const endpoint = endpointAt(target);
    if (endpoint === undefined) return plain(404, 'Not found.');
    if (!METHODS.includes(method)) return plain(405, 'Only GET and HEAD.', { allow: METHODS.join(', ') });
    if (!endpoint.isOpen) {
      const verdict = this.#gate.judge(from, authorization);
      if (verdict.kind === 'locked-out') {
        return plain(429, 'Too many wrong passwords.', { 'retry-after': String(verdict.seconds) });
      }
      if (verdict.kind === 'stranger') {
        return plain(401, 'User and password, please.', {
          'www-authenticate': 'Basic realm="cmpp-lb", charset="UTF-8"',
        });
      }
    }
    return { ...endpoint.read(this.#sources), headers: {} };
  }
}

/** An answer of one sentence. */
export function plain(status: number, sentence: string, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n`, headers };
}
