import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAddress, formatEndpoint, NetworkList, parseAddress, parseNetwork } from '../../src/runtime/address.js';

const ipv4Bytes = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** With many zero groups, because those are what has several spellings. */
const ipv6Bytes = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((words) => Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff])))
  .filter((bytes) => !isMapped(bytes));

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

describe('parseAddress', () => {
  const table: [string, string | undefined][] = [
    ['192.0.2.1', 'c0000201'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:DB8::7', '20010db8000000000000000000000007'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1::', '00010000000000000000000000000000'],
    ['64:ff9b::192.0.2.1', '0064ff9b0000000000000000c0000201'],
    ['::ffff:192.0.2.1', 'c0000201'],
    ['::ffff:c000:201', 'c0000201'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['192.0.2', undefined],
    ['192.0.2.256', undefined],
    ['192.0.02.1', undefined],
    ['192.0.2.1 ', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1::2::3', undefined],
    ['[::1]', undefined],
    ['12345::', undefined],
    ['localhost', undefined],
    ['', undefined],
  ];
  for (const [text, hex] of table) {
    it(`reads "${text}" as ${hex ?? 'no address'}`, () => {
      const bytes = parseAddress(text);
      assert.equal(bytes === undefined ? undefined : Buffer.from(bytes).toString('hex'), hex);
    });
  }

  it('reads back what formatAddress wrote', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4Bytes, ipv6Bytes), (bytes) => {
        assert.deepEqual(parseAddress(formatAddress(bytes)), bytes);
      }),
    );
  });

  it('takes any text without a throw', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('0', '1', '255', 'f', 'ffff', ':', '::', '.', '%', '/') }),
    );
    fc.assert(fc.property(text, (any) => assert.ok([undefined, 4, 16].includes(parseAddress(any)?.length))));
  });
});

describe('formatAddress', () => {
  const table: [string, string][] = [
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['00000000000000000000000000000000', '::'],
    ['00010000000000000000000000000000', '1::'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['0000000000000000000000000000abcd', '::abcd'],
    ['0a000001', '10.0.0.1'],
  ];
  for (const [hex, text] of table) {
    it(`writes ${text} as RFC 5952 wants it`, () => assert.equal(formatAddress(Buffer.from(hex, 'hex')), text));
  }
});

describe('formatEndpoint', () => {
  const table: [string, number, string][] = [
    ['192.0.2.1', 7890, '192.0.2.1:7890'],
    ['::ffff:192.0.2.1', 7890, '192.0.2.1:7890'],
    ['2001:DB8:0::1', 7890, '[2001:db8::1]:7890'],
    ['smsc.example.net', 7890, 'smsc.example.net:7890'],
  ];
  for (const [address, port, text] of table) {
    it(`writes ${text}`, () => assert.equal(formatEndpoint(address, port), text));
  }
});

describe('parseNetwork', () => {
  const table: [string, string | undefined][] = [
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.1.2.3/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:10.0.0.0/95', undefined],
    ['10.0.0.0/33', undefined],
    ['::/129', undefined],
    ['10.0.0.0/', undefined],
    ['10.0.0.0/08', undefined],
    ['10.0.0.0/-1', undefined],
    ['10.0.0.0/8/8', undefined],
    ['fe80::1%eth0', undefined],
    ['example.net/8', undefined],
  ];
  for (const [text, expected] of table) {
    it(`reads "${text}" as ${expected ?? 'no network'}`, () => {
      const network = parseNetwork(text);
      assert.equal(network && `${formatAddress(network.address)}/${network.prefixBits}`, expected);
    });
  }
});

function listOf(...texts: string[]): NetworkList {
  return new NetworkList(texts.map(parseNetwork).filter((network) => network !== undefined));
}

/** The bytes in binary digits. */
function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
}

describe('NetworkList', () => {
  it('has the addresses of its networks and no others', () => {
    const list = listOf('10.1.2.3/8', '192.0.2.1', '2001:db8::/32');
    const inside = [
      '10.0.0.0',
      '10.255.255.255',
      '192.0.2.1',
      '::ffff:10.9.9.9',
      '2001:db8:ffff::1',
      '2001:db8::1%eth0',
    ];
    const outside = ['11.0.0.0', '9.255.255.255', '192.0.2.2', '2001:db9::', '::a00:1', '::', 'localhost', ''];
    assert.deepEqual(
      inside.filter((address) => !list.has(address)),
      [],
    );
    assert.deepEqual(
      outside.filter((address) => list.has(address)),
      [],
    );
  });

  it('has every address of a family with the prefix 0', () => {
    assert.equal(listOf('0.0.0.0/0').has('203.0.113.9'), true);
    assert.equal(listOf('0.0.0.0/0').has('2001:db8::1'), false);
    assert.equal(listOf('::/0').has('2001:db8::1'), true);
  });

  it('has an address exactly if the first bits are those of a network', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(ipv4Bytes, ipv4Bytes), fc.tuple(ipv6Bytes, ipv6Bytes)),
        fc.nat(128),
        (pair, bits) => {
          const [network, address] = pair;
          const prefixBits = bits % (network.length * 8 + 1);
          // Half of the pairs share their first bytes, or hardly any would be inside.
          if (bits % 2 === 0) address.set(network.subarray(0, network.length / 2));
          fc.pre(!isMapped(address));
          const isInside = bitsOf(network).slice(0, prefixBits) === bitsOf(address).slice(0, prefixBits);
          assert.equal(new NetworkList([{ address: network, prefixBits }]).has(formatAddress(address)), isInside);
        },
      ),
    );
  });

  it('is empty without networks', () => assert.equal(listOf().has('127.0.0.1'), false));
});
