import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readProxyHeader } from '../../src/proxy/proxy-header.js';
import type { ProxyHeader } from '../../src/proxy/proxy-header.js';
import { writeProxyHeader } from '../../src/proxy/proxy-header-writer.js';
import { formatAddress, parseAddress } from '../../src/runtime/address.js';
import { binary, line, local, proxied, unknown, V4, V6 } from './proxy-header-bytes.js';

function canonicalAddress(text: string): string {
  return formatAddress(parseAddress(text) ?? new Uint8Array(0));
}

describe('writeProxyHeader', () => {
  const port = fc.nat(0xffff);
  const ipv4 = fc.record({ address: fc.ipV4(), port });
  const ipv6 = fc.record({ address: fc.ipV6(), port });
  const either = fc.oneof(ipv4, ipv6);

  it('writes what readProxyHeader reads as the same addresses, also of two families', () => {
    fc.assert(
      fc.property(fc.constantFrom(1 as const, 2 as const), either, either, (version, source, destination) => {
        const written = writeProxyHeader(version, { kind: 'proxied', source, destination });
        const read = readProxyHeader(written);
        assert.equal(read.kind, 'header');
        assert.equal(read.consumedBytes, written.length);
        // What was read is canonical: written again, it is the same header.
        assert.deepEqual(writeProxyHeader(version, read.header), written);
        assert.equal(read.header.kind, 'proxied');
        assert.deepEqual([read.header.source.port, read.header.destination.port], [source.port, destination.port]);
        const canonical = [source, destination].map(({ address }) => canonicalAddress(address));
        assert.deepEqual([read.header.source.address, read.header.destination.address], canonical);
      }),
    );
  });

  const written: [string, 1 | 2, ProxyHeader, Uint8Array][] = [
    ['TCP4', 1, proxied('192.0.2.1', '203.0.113.7'), line('PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890\r\n')],
    [
      'TCP4 of mapped addresses',
      1,
      proxied('::ffff:192.0.2.1', '::ffff:203.0.113.7'),
      line('PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890\r\n'),
    ],
    ['TCP6', 1, proxied('2001:DB8::7', '2001:db8::8'), line('PROXY TCP6 2001:db8::7 2001:db8::8 48474 7890\r\n')],
    [
      'TCP6 of an IPv4 source and an IPv6 destination',
      1,
      proxied('192.0.2.1', '::1'),
      line('PROXY TCP6 ::ffff:c000:201 ::1 48474 7890\r\n'),
    ],
    ['UNKNOWN', 1, unknown, line('PROXY UNKNOWN\r\n')],
    ['UNKNOWN for a connection of our own', 1, local, line('PROXY UNKNOWN\r\n')],
    ['UNKNOWN for what is no address', 1, proxied('localhost', '::1'), line('PROXY UNKNOWN\r\n')],
    ['TCP over IPv4', 2, proxied('192.0.2.1', '203.0.113.7'), binary(`2111000c${V4}`)],
    ['TCP over IPv6', 2, proxied('2001:db8::7', '2001:db8::8'), binary(`21210024${V6}`)],
    ['an unspecified family', 2, unknown, binary('21000000')],
    ['an unspecified family for what is no address', 2, proxied('localhost', '::1'), binary('21000000')],
    ['LOCAL', 2, local, binary('20000000')],
  ];
  for (const [name, version, header, bytes] of written) {
    it(`writes ${name} in version ${version}`, () =>
      assert.deepEqual(Buffer.from(writeProxyHeader(version, header)), bytes));
  }
});
