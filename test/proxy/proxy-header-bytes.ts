/** PROXY headers, and their bytes, for the tests of reading and of writing them. */

import type { ProxyHeader } from '../../src/proxy/proxy-header.js';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
/** 192.0.2.1, 203.0.113.7, and the ports 48474 and 7890. */
export const V4 = 'c0000201cb007107bd5a1ed2';
/** 2001:db8::7, 2001:db8::8, and the same ports. */
export const V6 = '20010db800000000000000000000000720010db8000000000000000000000008bd5a1ed2';

export function line(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

export function binary(hex: string): Uint8Array {
  return Buffer.from(SIGNATURE + hex, 'hex');
}

export function proxied(source: string, destination: string): ProxyHeader {
  return {
    kind: 'proxied',
    source: { address: source, port: 48474 },
    destination: { address: destination, port: 7890 },
  };
}

export const unknown: ProxyHeader = { kind: 'unknown' };
export const local: ProxyHeader = { kind: 'local' };
