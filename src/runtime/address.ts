/** IP addresses as text and as bytes, and lists of networks. Pure: of Node only its checks of spelling and its BlockList. */

import { BlockList, isIPv4, isIPv6 } from 'node:net';

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
/** ::ffff:0:0/96: how a socket that listens for both families shows an IPv4 client. */
const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
const MAPPED_PREFIX_BITS = 96;

/**
 * The 4 or 16 bytes of an address in network order; 4 for an IPv4 address that is mapped into IPv6 too, so that one
 * client has one form. A zone (`%eth0`) says where and not who: it is left out. Undefined if `text` is no address.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (!isIPv6(text)) return undefined;
  return withoutMapping(ipv6Bytes(text.replace(/%.*$/, '')));
}

/** The 4 bytes of an IPv4 address that is mapped into IPv6; other addresses as they are. */
export function withoutMapping(bytes: Uint8Array): Uint8Array {
  const isMapped = bytes.length === IPV6_BYTES && MAPPED_PREFIX.every((byte, index) => bytes[index] === byte);
  return isMapped ? bytes.subarray(MAPPED_PREFIX.length) : bytes;
}

/** The 16 bytes of an address, IPv4 mapped into IPv6. */
export function withMapping(bytes: Uint8Array): Uint8Array {
  return bytes.length === IPV4_BYTES ? Uint8Array.of(...MAPPED_PREFIX, ...bytes) : bytes;
}

/** The bytes of an IPv6 address whose spelling is checked. */
function ipv6Bytes(text: string): Uint8Array {
  const [head = '', tail] = text.split('::', 2);
  const before = groupBytes(head);
  const after = groupBytes(tail ?? '');
  const bytes = new Uint8Array(IPV6_BYTES);
  bytes.set(before);
  bytes.set(after, IPV6_BYTES - after.length);
  return bytes;
}

/** The bytes of `20:1:db8` or, with an IPv4 address at its end, `ffff:192.0.2.1`. */
function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const word = Number.parseInt(group, 16);
    return [word >> 8, word & 0xff];
  });
}

/** The text of 4 or 16 bytes; IPv6 as RFC 5952 wants it: lower case, the longest run of two or more zero groups as `::`. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) return bytes.join('.');
  const groups = Array.from({ length: IPV6_BYTES / 2 }, (_, index) => {
    return (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16);
  });
  const run = longestZeroRun(groups);
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== '0') start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}

/** `192.0.2.1:9999` or `[2001:db8::1]:9999`; a mapped IPv4 address as IPv4. What is no address stays as it is. */
export function formatEndpoint(address: string, port: number): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return `${address}:${port}`;
  return bytes.length === IPV4_BYTES ? `${formatAddress(bytes)}:${port}` : `[${formatAddress(bytes)}]:${port}`;
}

export interface Network {
  /** 4 or 16 bytes, not necessarily the first address of the network. */
  readonly address: Uint8Array;
  readonly prefixBits: number;
}

/** A network such as `10.0.0.0/8` or `2001:db8::/32`, or one address. Undefined if `text` is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [, base = '', prefix] = /^([^/]*)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (address === undefined || base.includes('%')) return undefined;
  const mostBits = address.length * 8;
  if (prefix === undefined) return { address, prefixBits: mostBits };
  const isMapped = address.length === IPV4_BYTES && base.includes(':');
  const prefixBits = Number(prefix) - (isMapped ? MAPPED_PREFIX_BITS : 0);
  return prefixBits >= 0 && prefixBits <= mostBits ? { address, prefixBits } : undefined;
}

/** Answers whether an address is in one of some networks. */
export class NetworkList {
  readonly #list = new BlockList();

  constructor(networks: Iterable<Network>) {
    for (const { address, prefixBits } of networks) {
      this.#list.addSubnet(formatAddress(address), prefixBits, familyOf(address));
    }
  }

  /** False for what is no address. */
  has(text: string): boolean {
    const address = parseAddress(text);
    return address !== undefined && this.holds(address);
  }

  /** The same for the 4 or 16 bytes of an address. */
  holds(address: Uint8Array): boolean {
    return this.#list.check(formatAddress(address), familyOf(address));
  }
}

function familyOf(address: Uint8Array): 'ipv4' | 'ipv6' {
  return address.length === IPV4_BYTES ? 'ipv4' : 'ipv6';
}
