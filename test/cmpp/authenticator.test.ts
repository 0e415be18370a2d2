import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  authenticatorIsmg,
  authenticatorSource,
  isAuthentic,
  signIn,
  signingMannerOf,
} from '../../src/cmpp/authenticator.js';

const md5 = (latin1: string) => new Uint8Array(createHash('md5').update(latin1, 'latin1').digest());
const zeros = '\0'.repeat(9);

describe('AuthenticatorSource', () => {
  it('is the MD5 that other implementations compute', () => {
    // The value that several independent codecs have in their tests for this account, secret and time.
    const computed = authenticatorSource({ sourceAddr: '900001', timestamp: 1021080510 }, '888888');
    assert.equal(Buffer.from(computed).toString('hex'), '90d00c1d517abd0b4f65f6bcf8535d16');
  });

  it('hashes a Timestamp before October with its leading zero', () => {
    const computed = authenticatorSource({ sourceAddr: '900001', timestamp: 210133000 }, 'secret');
    assert.deepEqual(computed, md5(`900001${zeros}secret0210133000`));
  });

  it('hashes a short id as it is, or filled up with zeros', () => {
    const claim = { sourceAddr: '901', timestamp: 1021080510 };
    assert.deepEqual(authenticatorSource(claim, 's', 'unpadded'), md5(`901${zeros}s1021080510`));
    assert.deepEqual(authenticatorSource(claim, 's', 'padded'), md5(`901\0\0\0${zeros}s1021080510`));
  });

  const ways: readonly (readonly [string, string, string])[] = [
    ['the id as it is', '901', `901${zeros}secret0210133000`],
    ['the id filled up with zeros', '901', `901\0\0\0${zeros}secret0210133000`],
    ['a Timestamp without its leading zero', '901', `901${zeros}secret210133000`],
    ['a filled up id and no leading zero', '901', `901\0\0\0${zeros}secret210133000`],
    ['the spaces after the id', '901   ', `901   ${zeros}secret0210133000`],
    ['the id without the spaces sent', '901   ', `901${zeros}secret0210133000`],
    ['zeros instead of the spaces sent', '901   ', `901\0\0\0${zeros}secret0210133000`],
  ];
  for (const [what, sourceAddr, hashed] of ways) {
    it(`is accepted when the client hashed ${what}`, () => {
      const claim = { sourceAddr, timestamp: 210133000, authenticatorSource: md5(hashed) };
      assert.equal(isAuthentic(claim, 'secret'), true);
      // Whoever knows the manner signs as the client does: at this time, and at others.
      const manner = signingMannerOf(claim, 'secret');
      assert.ok(manner);
      assert.deepEqual(signIn(manner, 210133000, 'secret'), md5(hashed));
      assert.deepEqual(signIn(manner, 1021080510, 'secret'), md5(hashed.replace(/0?210133000$/, '1021080510')));
      assert.equal(isAuthentic(claim, 'Secret'), false);
    });
  }

  it('of any account and time is accepted with the secret that made it, and with no other', () => {
    const claims = fc.record({ sourceAddr: fc.stringMatching(/^[0-9A-Z]{1,6}$/), timestamp: fc.nat(1231235959) });
    const form = fc.constantFrom('padded' as const, 'unpadded' as const);
    const secret = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(claims, form, secret, secret, (claim, form, sharedSecret, otherSecret) => {
        const signed = { ...claim, authenticatorSource: authenticatorSource(claim, sharedSecret, form) };
        assert.equal(isAuthentic(signed, sharedSecret), true);
        // No two of these differ by a leading zero of the Timestamp: that zero belongs to the secret's end.
        if (otherSecret.replace(/0$/, '') !== sharedSecret.replace(/0$/, '')) {
          assert.equal(isAuthentic(signed, otherSecret), false);
        }
      }),
    );
  });

  it('of another length is refused', () => {
    const claim = { sourceAddr: '901', timestamp: 1021080510 };
    assert.equal(isAuthentic({ ...claim, authenticatorSource: new Uint8Array(0) }, 'secret'), false);
  });
});

describe('AuthenticatorISMG', () => {
  it('hashes the Status as wide as it is on the wire', () => {
    const source = md5('whatever');
    const sourceText = String.fromCharCode(...source);
    assert.deepEqual(authenticatorIsmg(3, source, 'secret', '2.0'), md5(`\x03${sourceText}secret`));
    assert.deepEqual(authenticatorIsmg(3, source, 'secret', '3.0'), md5(`\0\0\0\x03${sourceText}secret`));
    assert.deepEqual(authenticatorIsmg(0x01020304, source, '', '3.0'), md5(`\x01\x02\x03\x04${sourceText}`));
  });
});
