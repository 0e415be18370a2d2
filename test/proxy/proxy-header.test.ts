import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PROXY_HEADER_LIMIT_BYTES, readProxyHeader } from '../../src/proxy/proxy-header.js';
import type { ProxyHeader, ProxyHeaderRead } from '../../src/proxy/proxy-header.js';
import { binary, line, local, proxied, unknown, V4, V6 } from './proxy-header-bytes.js';

function faultIn(bytes: Uint8Array): string | undefined {
  const read = readProxyHeader(bytes);
  return read.kind === 'fault' ? read.message : undefined;
}

const accepted: [string, Uint8Array, ProxyHeader][] = [
  ['TCP4', line('PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890\r\n'), proxied('192.0.2.1', '203.0.113.7')],
  ['TCP6', line('PROXY TCP6 2001:db8::7 2001:DB8:0::8 48474 7890\r\n'), proxied('2001:db8::7', '2001:db8::8')],
  ['TCP6 with a mapped IPv4', line('PROXY TCP6 ::ffff:192.0.2.1 ::1 48474 7890\r\n'), proxied('192.0.2.1', '::1')],
  [
    'the longest TCP6',
    line(`PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 48474 7890\r\n`),
    proxied(`${'ffff:'.repeat(7)}ffff`, `${'ffff:'.repeat(7)}ffff`),
  ],
  ['UNKNOWN', line('PROXY UNKNOWN\r\n'), unknown],
  ['UNKNOWN and anything', line('PROXY UNKNOWN 1 \n2 \x00\xff\r \r\n'), unknown],
  ['UNKNOWN of 107 bytes', line(`PROXY UNKNOWN ${'x'.repeat(91)}\r\n`), unknown],
  ['TCP over IPv4', binary(`2111000c${V4}`), proxied('192.0.2.1', '203.0.113.7')],
  ['TCP over IPv6', binary(`21210024${V6}`), proxied('2001:db8::7', '2001:db8::8')],
  [
    'TCP over IPv6 with a mapped IPv4',
    binary(`21210024${'00'.repeat(10)}ffffc0000201${'00'.repeat(15)}01bd5a1ed2`),
    proxied('192.0.2.1', '::1'),
  ],
  ['TCP over IPv4 with TLVs', binary(`21110014${V4}0400050000000000`), proxied('192.0.2.1', '203.0.113.7')],
  ['TLVs up to the limit', binary(`21110208${V4}${'00'.repeat(508)}`), proxied('192.0.2.1', '203.0.113.7')],
  ['a unix socket', binary(`213100d8${'00'.repeat(216)}`), unknown],
  ['UDP over IPv4', binary(`2112000c${V4}`), unknown],
  ['PROXY of an unspecified family', binary('21000000'), unknown],
  ['PROXY of an unspecified family with bytes', binary('2100000401020304'), unknown],
  ['LOCAL', binary('20000000'), local],
  ['LOCAL with addresses', binary(`2011000c${V4}`), local],
  ['LOCAL with a family that nobody knows', binary('20ff000401020304'), local],
];

describe('readProxyHeader', () => {
  for (const [name, bytes, header] of accepted) {
    it(`reads ${name}, wherever it is cut, and leaves what follows`, () => {
      for (let cut = 0; cut < bytes.length; cut += 1) {
        assert.deepEqual(readProxyHeader(bytes.subarray(0, cut)), { kind: 'more' });
      }
      const expected: ProxyHeaderRead = { kind: 'header', header, consumedBytes: bytes.length };
      assert.deepEqual(readProxyHeader(bytes), expected);
      const withConnect = Buffer.concat([bytes, Buffer.from('0000002700000001', 'hex'), Buffer.alloc(1000, '\r\n')]);
      assert.deepEqual(readProxyHeader(withConnect), expected);
    });
  }

  const refusedLines = [
    'PROXY TCP4 192.0.2.01 203.0.113.7 48474 7890',
    'PROXY TCP4 192.0.2 203.0.113.7 48474 7890',
    'PROXY TCP4 192.0.2.256 203.0.113.7 48474 7890',
    'PROXY TCP4 2001:db8::7 2001:db8::8 48474 7890',
    'PROXY TCP4 ::ffff:192.0.2.1 ::ffff:203.0.113.7 48474 7890',
    'PROXY TCP4 192.0.2.1 203.0.113.7 048474 7890',
    'PROXY TCP4 192.0.2.1 203.0.113.7 48474 07890',
    'PROXY TCP4 192.0.2.1 203.0.113.7 65536 7890',
    'PROXY TCP4 192.0.2.1 203.0.113.7 48474 65536',
    'PROXY TCP4 192.0.2.1 203.0.113.7 -1 7890',
    'PROXY TCP4 192.0.2.1 203.0.113.7 48474',
    'PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890 ',
    'PROXY TCP4 192.0.2.1  203.0.113.7 48474 7890',
    'PROXY TCP4\t192.0.2.1 203.0.113.7 48474 7890',
    'PROXY TCP6 192.0.2.1 203.0.113.7 48474 7890',
    'PROXY TCP6 2001:db8::7%eth0 2001:db8::8 48474 7890',
    'PROXY TCP6 2001:db8:::7 2001:db8::8 48474 7890',
    'PROXY TCP6 [2001:db8::7] 2001:db8::8 48474 7890',
    'PROXY TCP5 192.0.2.1 203.0.113.7 48474 7890',
    'PROXY tcp4 192.0.2.1 203.0.113.7 48474 7890',
    'PROXY UNKNOWN1',
    'PROXY ',
    'PROXY TCP4 192.0.2.1\n203.0.113.7 48474 7890',
  ];
  for (const text of refusedLines) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.match(faultIn(line(`${text}\r\n`)) ?? '', /^The PROXY line .*\.$/));
  }

  it('refuses a line that ends with LF alone, and one of more than 107 bytes', () => {
    assert.match(faultIn(line('PROXY TCP4 192.0.2.1 203.0.113.7 48474 7890\n')) ?? '', /does not end with CR LF/);
    assert.match(faultIn(line(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`)) ?? '', /does not end within 107 bytes/);
    assert.match(faultIn(line(`PROXY TCP4 ${'x'.repeat(96)}`)) ?? '', /does not end within 107 bytes/);
  });

  const refusedBlocks: [string, string, RegExp][] = [
    ['version 1 in binary', '11', /another version/],
    ['version 3', '31', /another version/],
    ['an unknown command', '22', /command/],
    ['an unknown family', '2141', /unknown address family/],
    ['an unknown transport', '2113', /unknown address family or transport/],
    ['too few bytes for IPv4', '2111000b', /too short/],
    ['too few bytes for IPv6', '21210023', /too short/],
    ['more than 536 bytes', '21110209', /longer than 536/],
    ['the greatest length', '2011ffff', /longer than 536/],
  ];
  for (const [name, hex, message] of refusedBlocks) {
    it(`refuses ${name} as soon as it is there`, () => {
      const bytes = binary(hex);
      assert.equal(faultIn(bytes.subarray(0, -1)), undefined);
      assert.match(faultIn(bytes) ?? '', message);
    });
  }

  it('refuses what is no PROXY header at the first byte that shows it', () => {
    const none = ['00000027', 'GET / HTTP/1.1', 'PROXZ', 'PROXY\r\n', 'proxy', '\r\n\r\n\0\r\nQUIX'];
    for (const text of none) assert.match(faultIn(line(text)) ?? '', /does not begin with a PROXY header/);
    assert.deepEqual(readProxyHeader(line('PROX')), { kind: 'more' });
    assert.match(faultIn(line('PROXz')) ?? '', /does not begin/);
  });
});

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc
    .tuple(fc.constantFrom('20', '21'), fc.uint8Array({ maxLength: 600 }))
    .map(([start, rest]) => Buffer.concat([binary(start), rest])),
  fc.uint8Array({ maxLength: 200 }).map((rest) => Buffer.concat([line('PROXY '), rest])),
);

describe('readProxyHeader, of any bytes', () => {
  it('answers, and waits for no more than the limit', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const read = readProxyHeader(bytes);
        if (read.kind === 'more') assert.ok(bytes.length < PROXY_HEADER_LIMIT_BYTES);
        if (read.kind === 'header') assert.ok(read.consumedBytes <= Math.min(bytes.length, PROXY_HEADER_LIMIT_BYTES));
      }),
    );
  });

  it('keeps its answer when more bytes come, unless it asked for them', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(600), (bytes, cut) => {
        const early = readProxyHeader(bytes.subarray(0, cut));
        if (early.kind === 'header') assert.deepEqual(readProxyHeader(bytes), early);
        if (early.kind === 'fault') assert.equal(readProxyHeader(bytes).kind, 'fault');
      }),
    );
  });
});
