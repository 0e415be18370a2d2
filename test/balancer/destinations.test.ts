import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { destinationsOf } from '../../src/balancer/destinations.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, nth) => `1380013${8000 + nth}`);

function groupSubmit(count: number, version: Version, text = ''): Uint8Array {
  return frameOf(makePdu('submit', 1, { destTerminalIds: numbers(count), msgContent: Buffer.from(text) }), version);
}

/** The same frame behind others, as a session reads it. */
function counted(frame: Uint8Array, version: Version): number {
  const chunk = Buffer.concat([Buffer.alloc(7, 0xff), frame, Buffer.alloc(200, 0xff)]);
  return destinationsOf(chunk, 7, 7 + frame.length, version);
}

describe('a SUBMIT counts', () => {
  for (const version of ['2.0', '3.0'] as const) {
    for (const count of [1, 2, 50, 99]) {
      it(`${count} for ${count} destinations in ${version}`, () => {
        assert.equal(counted(groupSubmit(count, version), version), count);
        assert.equal(counted(groupSubmit(count, version, 'x'.repeat(140)), version), count);
      });
    }

    it(`1 in ${version} when it is malformed`, () => {
      const frame = groupSubmit(20, version);
      for (let length = 12; length < frame.length; length += 1) {
        assert.equal(counted(frame.subarray(0, length), version), 1, `${length} bytes`);
      }
      const none = Uint8Array.from(groupSubmit(1, version));
      none[version === '2.0' ? 128 : 140] = 0;
      assert.equal(counted(none, version), 1);
      const tooMany = Uint8Array.from(groupSubmit(20, version));
      tooMany[version === '2.0' ? 128 : 140] = 255;
      assert.equal(counted(tooMany, version), 1);
    });
  }
});
