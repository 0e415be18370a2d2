/** The forms that answers have, and what every request carries with it on its way through the application. */

import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Refusals, RefusalReason } from './refusal.js';
import { tellingOf } from './refusal.js';
import type { Caller } from './sources.js';

export interface HttpEnv {
  Bindings: HttpBindings;
  /** Who asks; once it may. */
  Variables: { caller: Caller };
}

export type HttpContext = Context<HttpEnv>;
type Status = 200 | 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 429 | 431 | 500 | 503;
type Headers = Readonly<Record<string, string>>;

const PLAIN = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Scripts and styles are our own files alone, and nobody shows our pages within another one. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Of every answer. No version: it would tell strangers which faults to try. No store: what a cache keeps is wrong a moment
 * later. Referrers only to ourselves: without any, a browser would not say that our own form is our own.
 */
export const COMMON_HEADERS: Headers = {
  server: 'cmpp-lb',
  'cache-control': 'no-store',
  'content-security-policy': PAGE_POLICY,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export function respond(
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  status: Status = 200,
  headers: Headers = {},
): Response {
  const lengthBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  return new Response(body, {
    status,
    headers: { ...COMMON_HEADERS, 'content-type': type, 'content-length': String(lengthBytes), ...headers },
  });
}

/** An answer of one sentence, or of some lines. */
export function plain(text: string, status: Status = 200, headers?: Headers): Response {
  return respond(`${text}\n`, PLAIN, status, headers);
}

export function json(value: object, status: Status = 200): Response {
  return respond(`${JSON.stringify(value)}\n`, JSON_TYPE, status);
}

/** `page` as JSX, drawn without waiting for anything. */
export function html(
  page: { toString(): string | Promise<string> },
  status: Status = 200,
  headers?: Headers,
): Response {
  return respond(`<!doctype html>${String(page)}`, HTML, status, headers);
}

export function redirect(to: string): Response {
  return new Response(null, { status: 303, headers: { ...COMMON_HEADERS, 'content-length': '0', location: to } });
}

export function addressOf({ env }: HttpContext): string {
  return env.incoming.socket.remoteAddress ?? '';
}

/** Refuses what was asked for; it is counted and logged. */
export function refuse(context: HttpContext, refusals: Refusals, reason: RefusalReason, headers?: Headers): Response {
  const { incoming } = context.env;
  refusals.note(reason, addressOf(context), `${incoming.method} ${incoming.url}`);
  const { status, sentence } = tellingOf(reason);
  return plain(sentence, status, headers);
}
