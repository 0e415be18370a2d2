/** Any PDU of any command, for fast-check. The widths are written here a second time, from the specification's tables. */

import fc from 'fast-check';
import type { BodyOf, Command, Pdu } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';

type Bodies = { readonly [C in Command]: fc.Arbitrary<BodyOf<C>> };

const uint8 = fc.nat(255);
const uint32 = fc.nat(0xffffffff);
const msgId = fc.bigInt(0n, 0xffffffffffffffffn);
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const content = fc.uint8Array({ maxLength: 255, size: 'max' });

/** Latin-1 text of at most `width` bytes, of which the last is not padding. */
const text = (width: number) =>
  fc
    .uint8Array({ maxLength: width, size: 'max' })
    .map((bytes) => String.fromCharCode(...bytes))
    .filter((value) => !value.endsWith('\0'));
const texts = (width: number) => fc.array(text(width), { minLength: 1, maxLength: 99, size: 'max' });

function commonBodies(is30: boolean) {
  const result = is30 ? uint32 : uint8;
  return {
    connect: fc.record({ sourceAddr: text(6), authenticatorSource: octets(16), version: uint8, timestamp: uint32 }),
    connectResp: fc.record({ status: result, authenticatorIsmg: octets(16), version: uint8 }),
    terminate: fc.constant({}),
    terminateResp: fc.constant({}),
    activeTest: fc.constant({}),
    activeTestResp: fc.record({ reserved: uint8 }),
    nackResp: fc.record({ body: content }),
    submitResp: fc.record({ msgId, result }),
    deliverResp: fc.record({ msgId, result }),
    query: fc.record({ time: text(8), queryType: uint8, queryCode: text(10), reserve: text(8) }),
    queryResp: fc.record({
      time: text(8),
      queryType: uint8,
      queryCode: text(10),
      mtTlMsg: uint32,
      mtTlUsr: uint32,
      mtScs: uint32,
      mtWt: uint32,
      mtFl: uint32,
      moScs: uint32,
      moWt: uint32,
      moFl: uint32,
    }),
    cancel: fc.record({ msgId }),
    cancelResp: fc.record({ successId: result }),
    fwdResp: fc.record({ msgId, pkTotal: uint8, pkNumber: uint8, result }),
  };
}

function messageBodies(is30: boolean) {
  const type = is30 ? uint8 : fc.constant(0);
  const linkId = text(is30 ? 20 : 8);
  const terminal = is30 ? 32 : 21;
  const pseudo = is30 ? text(32) : fc.constant('');
  const shared = {
    msgId,
    pkTotal: uint8,
    pkNumber: uint8,
    registeredDelivery: uint8,
    msgLevel: uint8,
    serviceId: text(10),
    feeUserType: uint8,
    tpPid: uint8,
    tpUdhi: uint8,
    msgFmt: uint8,
    msgSrc: text(6),
    feeType: text(2),
    feeCode: text(6),
    validTime: text(17),
    atTime: text(17),
    srcId: text(21),
    msgContent: content,
    linkId,
  };
  return {
    submit: fc.record({
      ...shared,
      feeTerminalId: text(terminal),
      feeTerminalType: type,
      destTerminalIds: texts(terminal),
      destTerminalType: type,
    }),
    deliver: fc.record({
      msgId,
      destId: text(21),
      serviceId: text(10),
      tpPid: uint8,
      tpUdhi: uint8,
      msgFmt: uint8,
      srcTerminalId: text(terminal),
      srcTerminalType: type,
      registeredDelivery: uint8,
      msgContent: content,
      linkId,
    }),
    fwd: fc.record({
      ...shared,
      sourceId: text(6),
      destinationId: text(6),
      nodesCount: uint8,
      msgFwdType: uint8,
      feeTerminalId: text(21),
      feeTerminalPseudo: pseudo,
      feeTerminalUserType: type,
      srcPseudo: pseudo,
      srcUserType: type,
      srcType: type,
      destIds: texts(21),
      destPseudo: pseudo,
      destUserType: type,
    }),
  };
}

/** Any PDU of `version` that the wire can hold. */
export function anyPdu(version: Version): fc.Arbitrary<Pdu> {
  const bodies: Bodies = { ...commonBodies(version === '3.0'), ...messageBodies(version === '3.0') };
  const pdus = Object.entries(bodies).map(([command, body]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an entry's name and body belong together
    fc.tuple(body, uint32).map(([values, sequenceId]) => ({ ...values, command, sequenceId }) as Pdu),
  );
  return fc.oneof(...pdus);
}
