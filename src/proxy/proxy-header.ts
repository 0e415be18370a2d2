/**
 * The PROXY header, versions 1 and 2: whom a connection is relayed for, said before its first byte
 * (HAProxy's specification proxy-protocol.txt, 2.1 and 2.2). Pure.
 */

import { formatAddress, parseAddress, withoutMapping } from '../runtime/address.js';

interface Endpoint {
  /** An IPv4 or IPv6 address, canonical where we read it from a header. */
  readonly address: string;
  readonly port: number;
}

export type ProxyHeader =
  | { readonly kind: 'proxied'; readonly source: Endpoint; readonly destination: Endpoint }
  /** The sender's own connection, such as a health check: the connection's own addresses count. */
  | { readonly kind: 'local' }
  /** Relayed for somebody without an IP address, or unknown: the connection's own addresses count. */
  | { readonly kind: 'unknown' };

export type ProxyHeaderRead =
  | { readonly kind: 'more' }
  | { readonly kind: 'header'; readonly header: ProxyHeader; readonly consumedBytes: number }
  | { readonly kind: 'fault'; readonly message: string };

/** Both versions fit into the smallest TCP segment that every host must take; more is never waited for. */
export const PROXY_HEADER_LIMIT_BYTES = 536;

const V1_START = Uint8Array.of(0x50, 0x52, 0x4f, 0x58, 0x59, 0x20); // "PROXY "
const V1_LIMIT_BYTES = 107;
const V1_LINE = /^PROXY (TCP4|TCP6) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/;
const V1_UNKNOWN = /^PROXY UNKNOWN(?: |$)/;

export const V2_SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const V2_FIXED_BYTES = 16;
export const V2_LOCAL = 0x20;
export const V2_PROXY = 0x21;
export const TCP_OVER_IPV4 = 0x11;
export const TCP_OVER_IPV6 = 0x21;
const LAST_FAMILY = 3;
const LAST_TRANSPORT = 2;
const PORTS_BYTES = 4;

const MORE = { kind: 'more' } as const;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

function fault(message: string): ProxyHeaderRead {
  return { kind: 'fault', message };
}

/**
 * Reads the header at the start of `bytes`, all that has come so far. `more` is answered only below
 * PROXY_HEADER_LIMIT_BYTES, and a fault as soon as it is certain. Whether the sender may be believed is for the caller.
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeaderRead {
  if (bytes.length === 0) return MORE;
  if (startsAlike(bytes, V1_START)) return readLine(bytes);
  if (startsAlike(bytes, V2_SIGNATURE)) return readBinary(bytes);
  return fault('The connection does not begin with a PROXY header.');
}

/** Whether `bytes` begins with `expected`, as far as it has come. */
function startsAlike(bytes: Uint8Array, expected: Uint8Array): boolean {
  return expected.every((byte, index) => index >= bytes.length || bytes[index] === byte);
}

function readLine(bytes: Uint8Array): ProxyHeaderRead {
  const text = String.fromCharCode(...bytes.subarray(0, V1_LIMIT_BYTES));
  const end = text.indexOf('\r\n');
  const isUnknown = V1_UNKNOWN.test(end < 0 ? text : text.slice(0, end));
  if (end < 0) {
    if (bytes.length >= V1_LIMIT_BYTES) return fault('The PROXY line does not end within 107 bytes.');
    // Anything may stand behind UNKNOWN; elsewhere a line feed alone is where some sender thought the line to end.
    return text.includes('\n') && !isUnknown ? fault('The PROXY line does not end with CR LF.') : MORE;
  }
  const header: ProxyHeader | undefined = isUnknown ? { kind: 'unknown' } : lineHeader(text.slice(0, end));
  if (header === undefined) return fault('The PROXY line does not name two addresses of its family and two ports.');
  return { kind: 'header', header, consumedBytes: end + 2 };
}

function lineHeader(line: string): ProxyHeader | undefined {
  const [, family, source = '', destination = '', sourcePort, destinationPort] = V1_LINE.exec(line) ?? [];
  const separator = family === 'TCP4' ? '.' : ':';
  const from = endpointOf(source, separator, sourcePort);
  const to = endpointOf(destination, separator, destinationPort);
  return from && to && { kind: 'proxied', source: from, destination: to };
}

/** The family says which spelling an address must have; the address itself may be IPv4 mapped into IPv6. */
function endpointOf(text: string, separator: '.' | ':', port: string | undefined): Endpoint | undefined {
  const isOfFamily = separator === '.' ? !text.includes(':') : text.includes(':') && !text.includes('%');
  const bytes = isOfFamily ? parseAddress(text) : undefined;
  if (bytes === undefined || Number(port) > 0xffff) return undefined;
  return { address: formatAddress(bytes), port: Number(port) };
}

function readBinary(bytes: Uint8Array): ProxyHeaderRead {
  const [command, protocol = 0, lengthHigh = 0, lengthLow = 0] = bytes.subarray(V2_SIGNATURE.length);
  if (command === undefined) return MORE;
  if (command !== V2_LOCAL && command !== V2_PROXY) {
    return fault('The PROXY header has another version than 2, or a command other than LOCAL and PROXY.');
  }
  // Of LOCAL the family and the addresses do not count, whatever they are.
  const isKnown = protocol >> 4 <= LAST_FAMILY && (protocol & 0x0f) <= LAST_TRANSPORT;
  if (command === V2_PROXY && !isKnown) return fault('The PROXY header has an unknown address family or transport.');
  if (bytes.length < V2_FIXED_BYTES) return MORE;
  const addressBytes = addressBytesOf(command === V2_PROXY ? protocol : 0);
  const restBytes = (lengthHigh << 8) | lengthLow;
  if (restBytes < 2 * addressBytes + (addressBytes && PORTS_BYTES)) {
    return fault('The PROXY header is too short for its addresses.');
  }
  const consumedBytes = V2_FIXED_BYTES + restBytes;
  if (consumedBytes > PROXY_HEADER_LIMIT_BYTES) return fault('The PROXY header is longer than 536 bytes.');
  if (bytes.length < consumedBytes) return MORE;
  if (command === V2_LOCAL) return { kind: 'header', header: { kind: 'local' }, consumedBytes };
  return { kind: 'header', header: addressesIn(bytes, addressBytes), consumedBytes };
}

/** The length of one address; 0 if it is none that a TCP connection over IP has. */
function addressBytesOf(protocol: number): number {
  if (protocol === TCP_OVER_IPV4) return IPV4_BYTES;
  return protocol === TCP_OVER_IPV6 ? IPV6_BYTES : 0;
}

function addressesIn(bytes: Uint8Array, addressBytes: number): ProxyHeader {
  if (addressBytes === 0) return { kind: 'unknown' };
  const ports = V2_FIXED_BYTES + 2 * addressBytes;
  const endpointAt = (address: number, port: number): Endpoint => ({
    address: formatAddress(withoutMapping(bytes.subarray(address, address + addressBytes))),
    port: ((bytes[port] ?? 0) << 8) | (bytes[port + 1] ?? 0),
  });
  return {
    kind: 'proxied',
    source: endpointAt(V2_FIXED_BYTES, ports),
    destination: endpointAt(V2_FIXED_BYTES + addressBytes, ports + 2),
  };
}
