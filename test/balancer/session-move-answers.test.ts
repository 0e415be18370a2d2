import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { frame } from '../simulation/frames.js';
import { accepted, onS1 } from './moving-session.js';
import type { StagedSession } from './staged-session.js';

const HEARTBEAT = 4_294_967_294;
const deliver = (sequenceId: number, msgId: bigint): Uint8Array =>
  frameOf(makePdu('deliver', sequenceId, { msgId }), '2.0');
const deliverResp = (sequenceId: number, msgId: bigint): Uint8Array =>
  frameOf(makePdu('deliverResp', sequenceId, { msgId }), '2.0');

/** A session that has moved while the DELIVER 1 of its former server had no answer. */
function moved(): StagedSession {
  const session = onS1().sends('server', deliver(1, 100n)).reset('server');
  return accepted(session).forgets();
}

describe('answers of the client after a move', () => {
  it('go to whom they belong, where both servers have used the Sequence_Id', () => {
    const session = moved().sends('server', deliver(1, 200n)).forgets();
    session.sends('client', deliverResp(1, 200n));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
    session.forgets().sends('client', deliverResp(1, 100n));
    assert.deepEqual(session.acts, []);
    session.sends('server', deliver(1, 201n)).forgets().sends('client', deliverResp(1, 201n));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
  });

  it('do so in the other order too, and when the next server’s frame comes in pieces', () => {
    const next = deliver(1, 200n);
    const session = moved().sends('server', next.subarray(0, 15)).sends('server', next.subarray(15)).forgets();
    session.sends('client', deliverResp(1, 100n));
    assert.deepEqual(session.acts, []);
    session.sends('client', deliverResp(1, 200n));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
  });

  it('are taken in order where the client repeats no Msg_Id', () => {
    const session = moved().sends('server', deliver(1, 200n)).forgets().sends('client', deliverResp(1, 0n));
    assert.deepEqual(session.acts, []);
    session.sends('client', deliverResp(1, 0n));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
  });

  it('may be of both for the same message', () => {
    const session = moved().sends('server', deliver(1, 100n)).forgets();
    session.sends('client', deliverResp(1, 100n), deliverResp(1, 100n));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
  });

  it('do not have to be whole', () => {
    const session = moved()
      .sends('server', frame(5, 1, 3, 1))
      .forgets();
    session.sends('client', frame(0x80000005, 1, 0, 0), frame(0x80000005, 1, 2, 0));
    assert.deepEqual(session.acts, ['server gets DELIVER_RESP 1']);
  });

  it('to our own ACTIVE_TEST are for no server', () => {
    const rules = { intervalMs: 10_000, timeoutMs: 2000, tries: 3 };
    const session = onS1({ heartbeat: { client: rules, server: undefined } }).waits(10_000);
    assert.deepEqual(session.acts.slice(-1), [`client gets ACTIVE_TEST ${HEARTBEAT}`]);
    session.begins('drain');
    accepted(session).forgets();
    session.sends('client', frameOf(makePdu('activeTestResp', HEARTBEAT), '2.0'));
    assert.deepEqual(session.acts, []);
    assert.equal(session.session.conversation?.relay.client.unasked, 0);
  });
});
