/** Ranges of IPv4 addresses that sessions come from. Pure. */

import { readUint32, writeUint32 } from '../../cmpp/header.js';
import { formatAddress, parseAddress } from '../../runtime/address.js';

/** A whole class B network is more than any machine has ports for. */
const MOST_ADDRESSES = 65_536;

/** `127.0.0.2-127.0.0.200`, `127.0.0.2`, or several of these with commas between; undefined when it is none. */
export function addressRange(text: string): string[] | undefined {
  const addresses: string[] = [];
  for (const part of text.split(',')) {
    const [firstText = '', lastText = firstText, ...more] = part.trim().split('-');
    const first = ipv4Number(firstText);
    const last = ipv4Number(lastText);
    if (first === undefined || last === undefined || more.length > 0 || last < first) return undefined;
    if (addresses.length + last - first >= MOST_ADDRESSES) return undefined;
    for (let address = first; address <= last; address += 1) addresses.push(ipv4Text(address));
  }
  return addresses;
}

function ipv4Number(text: string): number | undefined {
  const bytes = parseAddress(text);
  return bytes?.length === 4 ? readUint32(bytes, 0) : undefined;
}

function ipv4Text(address: number): string {
  const bytes = new Uint8Array(4);
  writeUint32(bytes, 0, address);
  return formatAddress(bytes);
}
