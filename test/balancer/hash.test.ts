import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountHash, avalanche, sourceHash, textHash } from '../../src/balancer/hash.js';

const hashOf = (...source: number[]) => sourceHash({ source: Uint8Array.from(source), account: undefined });

describe('avalanche', () => {
  it('sends different numbers to different numbers', () => {
    const mixed = new Set(Array.from({ length: 100_000 }, (_, number) => avalanche((number * 40_503) >>> 0)));
    assert.equal(mixed.size, 100_000);
  });

  it('turns about half of the bits when one bit of the input turns', () => {
    for (let bit = 0; bit < 32; bit += 1) {
      let turned = 0;
      for (let number = 0; number < 1000; number += 1) {
        const difference = avalanche(number) ^ avalanche((number ^ (1 << bit)) >>> 0);
        turned += (difference >>> 0).toString(2).replaceAll('0', '').length;
      }
      assert.ok(turned > 10_000 && turned < 22_000, `bit ${bit}: ${turned / 1000} of 32`);
    }
  });
});

describe('sourceHash', () => {
  it('is the address itself for IPv4 and the XOR of the words for IPv6', () => {
    assert.equal(hashOf(10, 1, 2, 3), 0x0a010203);
    assert.equal(hashOf(255, 255, 255, 255), 0xffffffff);
    assert.equal(hashOf(0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 2, 0, 0x80, 0, 0, 0), 0xa0010fb9);
    assert.equal(hashOf(), undefined);
  });
});

describe('accountHash', () => {
  it('is FNV-1a, mixed', () => {
    // FNV-1a of "a" and of "foobar", as its authors publish them.
    assert.equal(textHash(''), avalanche(0x811c9dc5));
    assert.equal(textHash('a'), avalanche(0xe40c292c));
    assert.equal(textHash('foobar'), avalanche(0xbf9cf968));
    assert.equal(accountHash({ source: new Uint8Array(4), account: undefined }), undefined);
  });

  it('spreads accounts in sequence, whatever the number of servers', () => {
    for (const servers of [2, 3, 4, 7, 10, 16]) {
      const counts = Array.from({ length: servers }, () => 0);
      for (let account = 900_000; account < 910_000; account += 1) {
        const slot = (accountHash({ source: new Uint8Array(4), account: String(account) }) ?? 0) % servers;
        counts[slot] = (counts[slot] ?? 0) + 1;
      }
      const most = Math.max(...counts) / (10_000 / servers);
      assert.ok(most < 1.1, `${servers} servers: ${counts.join(' ')}`);
    }
  });
});
