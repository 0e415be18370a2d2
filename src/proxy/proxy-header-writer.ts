/** Writes the PROXY header that tells a server whom a connection is relayed for (proxy-protocol.txt, 2.1 and 2.2). Pure. */

import { formatAddress, parseAddress, withMapping } from '../runtime/address.js';
import type { SocketEnds } from './bare-socket.js';
import { TCP_OVER_IPV4, TCP_OVER_IPV6, V2_LOCAL, V2_PROXY, V2_SIGNATURE } from './proxy-header.js';
import type { ProxyHeader } from './proxy-header.js';

const UNSPECIFIED = 0x00;
const UNKNOWN_LINE = 'PROXY UNKNOWN\r\n';
const encoder = new TextEncoder();

/** Both addresses in one family, or undefined where a header cannot tell them. */
interface Addresses {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/**
 * The bytes to send before anything else. Where one address is IPv4 and the other IPv6, the former is mapped into IPv6:
 * a gateway that lists its clients can still see whom it has.
 */
export function writeProxyHeader(version: 1 | 2, header: ProxyHeader): Uint8Array {
  return version === 1 ? encoder.encode(line(header)) : binary(header);
}

/**
 * The header of a connection of our own, such as a probe's. Version 2 has a word for it; in version 1 it names its own
 * addresses, since some servers refuse UNKNOWN.
 */
export function writeOwnHeader(version: 1 | 2, ends: SocketEnds | undefined): Uint8Array {
  if (version === 2) return writeProxyHeader(2, { kind: 'local' });
  if (ends === undefined) return writeProxyHeader(1, { kind: 'unknown' });
  return writeProxyHeader(1, { kind: 'proxied', source: ends.local, destination: ends.remote });
}

function addressesOf(header: ProxyHeader): Addresses | undefined {
  if (header.kind !== 'proxied') return undefined;
  const source = parseAddress(header.source.address);
  const destination = parseAddress(header.destination.address);
  if (source === undefined || destination === undefined) return undefined;
  if (source.length === destination.length) return { source, destination };
  return { source: withMapping(source), destination: withMapping(destination) };
}

function line(header: ProxyHeader): string {
  const addresses = addressesOf(header);
  if (header.kind !== 'proxied' || addresses === undefined) return UNKNOWN_LINE;
  const family = addresses.source.length === 4 ? 'TCP4' : 'TCP6';
  const { source, destination } = header;
  const texts = `${formatAddress(addresses.source)} ${formatAddress(addresses.destination)}`;
  return `PROXY ${family} ${texts} ${source.port} ${destination.port}\r\n`;
}

function binary(header: ProxyHeader): Uint8Array {
  if (header.kind === 'local') return block(V2_LOCAL, UNSPECIFIED, []);
  const addresses = addressesOf(header);
  if (header.kind !== 'proxied' || addresses === undefined) return block(V2_PROXY, UNSPECIFIED, []);
  const protocol = addresses.source.length === 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
  const ports = [...twoBytes(header.source.port), ...twoBytes(header.destination.port)];
  return block(V2_PROXY, protocol, [...addresses.source, ...addresses.destination, ...ports]);
}

function block(command: number, protocol: number, rest: readonly number[]): Uint8Array {
  return Uint8Array.of(...V2_SIGNATURE, command, protocol, ...twoBytes(rest.length), ...rest);
}

function twoBytes(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
