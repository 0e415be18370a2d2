/** Ranges of IPv4 addresses that sessions come from. Pure. */

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
  const bytes = text.split('.');
  const isIpv4 = bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) <= 255);
  return isIpv4 ? bytes.reduce((number, byte) => number * 256 + Number(byte), 0) : undefined;
}

function ipv4Text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}
