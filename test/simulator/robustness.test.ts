import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { writeHeader } from '../../src/cmpp/header.js';
import { frameOf } from '../../src/cmpp/pdu.js';
import { VERSIONS } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';
import { anyPdu } from '../support/pdu-arbitrary.js';
import { BenchGateway } from './smsc/bench-gateway.js';
import { BenchServer } from './sp/bench-server.js';

/** Whole frames: of any PDU, in the session's edition or the other, or of any command with anything in it. */
function anyFrame(): fc.Arbitrary<Uint8Array> {
  const pdus = VERSIONS.map((version: Version) => anyPdu(version).map((pdu) => frameOf(pdu, version)));
  const commandId = fc.oneof(
    fc.nat(0x17),
    fc.nat(0x17).map((id) => id + 0x80000000),
    fc.nat(0xffffffff),
  );
  const junk = fc.tuple(commandId, fc.nat(0xffffffff), fc.uint8Array({ maxLength: 300 }));
  const junkFrames = junk.map(([commandId, sequenceId, body]) => {
    const frame = new Uint8Array(12 + body.length);
    frame.set(body, 12);
    writeHeader(frame, commandId, sequenceId);
    return frame;
  });
  return fc.oneof(...pdus, junkFrames);
}

const script = fc.array(fc.tuple(anyFrame(), fc.nat(90_000)), { maxLength: 20 });

describe('whatever a peer sends', () => {
  for (const version of VERSIONS) {
    it(`a session of the SMSC simulator in ${version} stays sound: it writes PDUs, ends once, and leaves no timer`, () => {
      fc.assert(
        fc.property(script, (steps) => {
          const bench = new BenchGateway();
          const sp = bench.login(version);
          for (const [frame, waitMs] of steps) {
            sp.receive(frame);
            bench.clock.advance(waitMs);
          }
          sp.session?.disconnected();
          bench.mailroom.stop();
          assert.equal(bench.clock.pending, 0);
          assert.equal(bench.events.filter(({ kind }) => kind === 'logout').length, 1);
        }),
      );
    });

    it(`a session of the SP in ${version} stays sound, and every SUBMIT is accounted for`, () => {
      fc.assert(
        fc.property(script, (steps) => {
          const server = new BenchServer(version).accept();
          for (const [frame, waitMs] of steps) {
            if (server.session.isOpen) server.submit();
            server.session.receive(frame);
            server.clock.advance(waitMs);
          }
          server.session.disconnected('closed by the server');
          assert.equal(server.clock.pending, 0);
          assert.equal(server.events.filter(({ kind }) => kind === 'ended').length, 1);
          const { submitted, answered, unanswered } = server.figures;
          assert.equal(submitted, answered + unanswered);
        }),
      );
    });
  }
});
