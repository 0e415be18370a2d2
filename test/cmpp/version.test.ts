import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { VERSIONS, versionByte, versionOfByte, versionOfConnectResp } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';

describe('The edition', () => {
  it("is claimed by a CONNECT's Version", () => {
    const claims: readonly (readonly [number, Version])[] = [
      [0x30, '3.0'],
      [0x7f, '3.0'],
      [0x20, '2.0'],
      [0x21, '2.0'],
      [0x12, '2.0'],
      [0x03, '2.0'],
      [0x01, '2.0'],
      [0x00, '2.0'],
    ];
    for (const [byte, version] of claims) assert.equal(versionOfByte(byte), version);
    for (const version of VERSIONS) assert.equal(versionOfByte(versionByte(version)), version);
  });

  it("is said by a CONNECT_RESP's length", () => {
    for (const version of VERSIONS) {
      assert.equal(versionOfConnectResp(frameOf(makePdu('connectResp', 1), version).length), version);
    }
    assert.deepEqual([12, 29, 31, 32, 34].map(versionOfConnectResp), Array(5).fill(undefined));
  });
});
