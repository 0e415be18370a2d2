/** Peculiarities of SUBMITs: see docs/peers.md. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitText } from '../../src/cmpp/long-sms.js';
import { MsgFmt } from '../../src/cmpp/message-format.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { BodyOf } from '../../src/cmpp/pdu.js';
import { bareNumber } from '../../src/cmpp/phone-number.js';
import { readStatusReport } from '../../src/cmpp/status-report.js';
import { sendForTest, submitsTo } from '../simulator/simulators.js';
import { ownGoodbye } from '../simulation/frames.js';
import { Scene } from '../support/scene.js';
import { platformOf, portOf } from './platform.js';
import { endOf, loneSession, sessionPair } from './session-pair.js';

const submit = (sequenceId: number, values: Partial<BodyOf<'submit'>>) =>
  frameOf(makePdu('submit', sequenceId, { srcId: '10690001', destTerminalIds: ['13800138000'], ...values }), '3.0');
const submitResp = (sequenceId: number, msgId: bigint) => frameOf(makePdu('submitResp', sequenceId, { msgId }), '3.0');
const numbersOf = (count: number) => Array.from({ length: count }, (_, index) => String(13800000000 + index));

/** A long SMS's parts as the clients of Q4 and Q5 send them: by SMPP's flag, and each as part 1 of 1. */
function partsOf(text: string): readonly Partial<BodyOf<'submit'>>[] {
  const split = splitText(text, MsgFmt.ucs2, { reference: 7, referenceBits: 8 });
  assert.ok(split.kind === 'parts');
  return split.parts.map(({ msgContent }) => {
    return { pkTotal: 1, pkNumber: 1, tpUdhi: 0x40, msgFmt: MsgFmt.ucs2, msgContent };
  });
}

const longText = '一条很长的短信，'.repeat(20);

describe('Q4: one Sequence_Id for all parts of a long SMS', { timeout: 10_000 }, () => {
  const parts = partsOf(longText);

  it('is three requests in flight, which three answers settle', async (t) => {
    const scene = new Scene(t);
    const pair = await loneSession(scene);
    const { client, server } = pair;
    client.write(Buffer.concat(parts.map((part) => submit(2002, part))));
    for (const part of parts) assert.deepEqual(await server.frame(), Buffer.from(submit(2002, part)));
    for (const msgId of [11n, 12n, 13n]) {
      server.write(submitResp(2002, msgId));
      assert.equal((await client.pdu('submitResp')).msgId, msgId);
    }
    const { unanswered, unasked } = await endOf(scene, pair);
    assert.deepEqual([unanswered, unasked], [0, 0]);
  });

  it('tells one answer too few from one too many', async (t) => {
    const scene = new Scene(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway] });
    for (const [answers, unanswered, unasked] of [
      [2, 1, 0],
      [4, 0, 1],
    ] as const) {
      const pair = await sessionPair(scene, gateway);
      pair.client.write(Buffer.concat(parts.map((part) => submit(2002, part))));
      for (const _ of parts) await pair.server.frame();
      for (let count = 0; count < answers; count += 1) pair.server.write(submitResp(2002, 11n));
      for (let count = 0; count < answers; count += 1) await pair.client.frame();
      const end = await endOf(scene, pair);
      assert.deepEqual([end.unanswered, end.unasked], [unanswered, unasked]);
    }
  });

  it('gets an answer for each part, with a Msg_Id of its own, of the simulated SMSC', async (t) => {
    const { scene, lines } = await platformOf(t);
    const sp = await scene.sp();
    await sp.logIn();
    sp.peer.write(Buffer.concat(parts.map((part) => submit(2002, part))));
    const answers = [];
    for (const _ of parts) answers.push(await sp.peer.pdu('submitResp'));
    assert.deepEqual(
      answers.map(({ sequenceId, result }) => [sequenceId, result]),
      parts.map(() => [2002, 0]),
    );
    assert.equal(new Set(answers.map(({ msgId }) => msgId)).size, 3);
    assert.ok((await lines.line(/SMS from/)).endsWith(`"${longText}"`));
  });
});

describe('Q5: TP_udhi 0x40, Pk 1/1, and parts on several connections', { timeout: 10_000 }, () => {
  it('are one SMS to the simulated SMSC, whichever of its gateways got which part', async (t) => {
    const { scene, lines } = await platformOf(t, { gateways: 3, backend: 'balance: roundrobin' });
    const [first, second, third] = partsOf(longText);
    for (const part of [third, first, second]) {
      const sp = await scene.sp();
      await sp.logIn();
      sp.peer.write(submit(1, part ?? {}));
      assert.equal((await sp.peer.pdu('submitResp')).result, 0);
    }
    const servers = scene.log.of('session-start').map(({ server }) => server);
    assert.deepEqual(servers, ['s1', 's2', 's3']);
    const said = lines.all.filter((line) => line.includes('SMS from'));
    assert.equal(said.length, 1);
    assert.ok(said[0]?.endsWith(`900001: SMS from 10690001 to 13800138000 (UCS2): "${longText}"`), said[0]);
  });
});

describe('Q7: other ideas of how long a PDU may be', { timeout: 10_000 }, () => {
  const group = submit(2, { destTerminalIds: numbersOf(99), msgContent: new Uint8Array(140).fill(0x41) });

  for (const [what, frontend] of [
    ['by default', ''],
    ['where `max-frame` is just that', 'max-frame: 3471'],
  ] as const) {
    it(`leave the longest legal SUBMIT, of 3,471 bytes, alone ${what}`, async (t) => {
      assert.equal(group.length, 3471);
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway], frontend });
      const { client, server } = await sessionPair(scene, gateway);
      client.write(group);
      assert.deepEqual(await server.frame(), Buffer.from(group));
    });
  }

  for (const [from, to] of [
    ['client', 'server'],
    ['server', 'client'],
  ] as const) {
    it(`end the session with ${from}-frame where \`max-frame\` is shorter, and nothing of the PDU passes`, async (t) => {
      const scene = new Scene(t);
      const gateway = await scene.gateway();
      await scene.start({ servers: [gateway], frontend: 'max-frame: 3470' });
      const pair = await sessionPair(scene, gateway);
      pair[from].write(group);
      const told = to === 'client' ? ownGoodbye() : [];
      assert.deepEqual(await pair[to].left(), { bytes: Buffer.from(told), by: 'FIN' });
      pair[to].finish();
      const { reason, detail } = await scene.endOf(pair.client);
      assert.deepEqual([reason, detail], [`${from}-frame`, 'Total_Length 3471, limit 3470']);
    });
  }

  it('are not those of the simulated SMSC, which takes it and reports to 99 numbers', async (t) => {
    const { scene } = await platformOf(t);
    const sms = { to: numbersOf(99), msgFmt: 4, text: '41'.repeat(140) };
    const { isDelivered, figures } = await sendForTest(portOf(scene), submitsTo('', sms)).outcome;
    assert.equal(isDelivered, true);
    assert.deepEqual([figures.submitted, figures.reports.came], [1, 99]);
  });
});

describe('Q14: numbers 21 bytes apart in the 32-byte places of a 3.0 group SUBMIT', { timeout: 10_000 }, () => {
  const frame = submit(2, { destTerminalIds: ['', '', ''], registeredDelivery: 1 });
  for (const [index, number] of numbersOf(3).entries()) frame.set(Buffer.from(number), 141 + index * 21);
  const asTheyStand = [`13800000000${'\0'.repeat(10)}13800000001`, `${'\0'.repeat(10)}13800000002`, ''];

  it('pass as they are', async (t) => {
    const { client, server } = await loneSession(new Scene(t));
    client.write(frame);
    assert.deepEqual(await server.frame(), Buffer.from(frame));
  });

  it('are read as they stand and not guessed at, and written as the same bytes', () => {
    const decoded = decode(frame, '3.0');
    assert.ok(decoded.kind === 'pdu' && decoded.pdu.command === 'submit');
    assert.deepEqual(decoded.pdu.destTerminalIds, asTheyStand);
    assert.deepEqual(frameOf(decoded.pdu, '3.0'), frame);
  });

  it('are three destinations with a report each to the simulated SMSC', async (t) => {
    const { scene } = await platformOf(t);
    const sp = await scene.sp();
    await sp.logIn();
    sp.peer.write(frame);
    assert.equal((await sp.peer.pdu('submitResp')).result, 0);
    for (const number of asTheyStand) {
      const read = readStatusReport((await sp.peer.pdu('deliver')).msgContent);
      assert.equal(read.kind === 'report' && read.report.destTerminalId, number);
    }
  });
});

describe('Q17: numbers with 86 or +86 before them', { timeout: 10_000 }, () => {
  const spellings = ['13800138000', '8613800138000', '+8613800138000', '008613800138000'];

  it('pass as they are, and their reports say them as the SP wrote them', async (t) => {
    const { scene } = await platformOf(t);
    const { outcome, lines } = sendForTest(portOf(scene), submitsTo('hi', { to: spellings }));
    const { isDelivered, figures } = await outcome;
    assert.deepEqual([isDelivered, figures.reports.came, figures.reports.unexpected], [true, 4, 0]);
    const reported = lines.all.flatMap((line) => /^report of (\S+): DELIVRD/.exec(line)?.[1] ?? []);
    assert.deepEqual(reported, spellings);
  });

  it('are one mobile number to whoever asks the codec, which leaves other numbers alone', () => {
    for (const number of spellings) assert.equal(bareNumber(number), '13800138000');
    for (const number of ['10690086', '8610086', '+4917000000000']) assert.equal(bareNumber(number), number);
  });
});
