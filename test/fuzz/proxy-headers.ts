/** Feeds spoilt PROXY headers to their reader: it never throws, waits for no more than it may, and never changes its mind. */

import { readProxyHeader, PROXY_HEADER_LIMIT_BYTES } from '../../src/proxy/proxy-header.js';
import { writeProxyHeader } from '../../src/proxy/proxy-header-writer.js';
import type { Draw } from '../simulation/draw.js';
import { mutated } from './mutation.js';

const endpoints = [
  { source: { address: '192.0.2.1', port: 40_000 }, destination: { address: '198.51.100.7', port: 7890 } },
  { source: { address: '2001:db8::1', port: 1 }, destination: { address: '2001:db8::ffff', port: 65_535 } },
] as const;
const headers: readonly Uint8Array[] = ([1, 2] as const).flatMap((version) => [
  ...endpoints.map((ends) => writeProxyHeader(version, { kind: 'proxied', ...ends })),
  writeProxyHeader(version, { kind: 'unknown' }),
]);

/** Throws if something is not as it should be. */
export function fuzzProxyHeaders(draw: Draw): void {
  const header = draw.pick(headers);
  // Cut in two, so that mutations hit either half, and with something behind it.
  const pieces = [header.subarray(0, 13), header.subarray(13), new Uint8Array(draw.pick([0, 39, 600])).fill(0x41)];
  const bytes = mutated(pieces, draw, headers);
  const whole = readProxyHeader(bytes);
  if (whole.kind === 'more' && bytes.length >= PROXY_HEADER_LIMIT_BYTES)
    throw new Error('a header is waited for too long');
  if (whole.kind === 'header' && whole.consumedBytes > Math.min(bytes.length, PROXY_HEADER_LIMIT_BYTES)) {
    throw new Error(`a header of ${whole.consumedBytes} bytes`);
  }
  const cut = draw.below(bytes.length + 1);
  const part = readProxyHeader(bytes.subarray(0, cut));
  // Why a header is faulty may be seen better later, but not that it is.
  const isSame = part.kind === 'fault' ? whole.kind === 'fault' : JSON.stringify(part) === JSON.stringify(whole);
  if (part.kind !== 'more' && !isSame) {
    throw new Error(`${cut} bytes are ${JSON.stringify(part)}, ${bytes.length} are ${JSON.stringify(whole)}`);
  }
}
