import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Pdu } from '../../src/cmpp/pdu.js';
import { writeStatusReport } from '../../src/cmpp/status-report.js';
import type { Version } from '../../src/cmpp/version.js';

const octets = (text: string, width: number) => Buffer.from(text.padEnd(width, '\0'), 'latin1');

/** A frame's body put together by hand. */
function wire(...parts: readonly Iterable<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const msgId = 0x0102030405060708n;
const msgIdBytes = [1, 2, 3, 4, 5, 6, 7, 8];

/** What SUBMIT and FWD have in common, a different value in each field. */
const message = {
  msgId,
  pkTotal: 11,
  pkNumber: 12,
  registeredDelivery: 13,
  msgLevel: 14,
  serviceId: 'service',
  feeUserType: 15,
  feeTerminalId: 'fee terminal',
  tpPid: 16,
  tpUdhi: 17,
  msgFmt: 18,
  msgSrc: 'source',
  feeType: '02',
  feeCode: 'code',
  validTime: 'valid time',
  atTime: 'at time',
  srcId: 'src id',
  msgContent: Uint8Array.of(0xaa, 0xbb),
  linkId: 'link id',
};
const upToFee = [msgIdBytes, [11, 12, 13, 14], octets('service', 10), [15]];
const upToSource = [
  [16, 17, 18],
  octets('source', 6),
  octets('02', 2),
  octets('code', 6),
  octets('valid time', 17),
  octets('at time', 17),
];
const content = [2, 0xaa, 0xbb];

const fwd = makePdu('fwd', 1, {
  ...message,
  sourceId: '001001',
  destinationId: '079101',
  nodesCount: 3,
  msgFwdType: 1,
  destIds: ['one', 'two'],
});
const fwdStart = [octets('001001', 6), octets('079101', 6), [3, 1], ...upToFee, octets('fee terminal', 21)];

/** Bodies that Wireshark does not read: 2.0's, and in 3.0 those that its dissector leaves out. */
const bodies: readonly (readonly [Pdu, Version, Uint8Array])[] = [
  [
    makePdu('submit', 1, { ...message, destTerminalIds: ['one', 'two'] }),
    '2.0',
    wire(
      ...upToFee,
      octets('fee terminal', 21),
      ...upToSource,
      octets('src id', 21),
      [2],
      octets('one', 21),
      octets('two', 21),
      content,
      octets('link id', 8),
    ),
  ],
  [
    makePdu('deliver', 1, {
      msgId,
      destId: 'dest id',
      serviceId: 'service',
      tpPid: 16,
      tpUdhi: 17,
      msgFmt: 18,
      srcTerminalId: 'src terminal',
      registeredDelivery: 13,
      msgContent: message.msgContent,
      linkId: 'link id',
    }),
    '2.0',
    wire(
      msgIdBytes,
      octets('dest id', 21),
      octets('service', 10),
      [16, 17, 18],
      octets('src terminal', 21),
      [13],
      content,
      octets('link id', 8),
    ),
  ],
  [
    fwd,
    '2.0',
    wire(
      ...fwdStart,
      ...upToSource,
      octets('src id', 21),
      [2],
      octets('one', 21),
      octets('two', 21),
      content,
      octets('link id', 8),
    ),
  ],
  [
    {
      ...fwd,
      feeTerminalPseudo: 'fee pseudo',
      feeTerminalUserType: 21,
      srcPseudo: 'src pseudo',
      srcUserType: 22,
      srcType: 23,
      destPseudo: 'dest pseudo',
      destUserType: 24,
    },
    '3.0',
    wire(
      ...fwdStart,
      octets('fee pseudo', 32),
      [21],
      ...upToSource,
      octets('src id', 21),
      octets('src pseudo', 32),
      [22, 23],
      [2],
      octets('one', 21),
      octets('two', 21),
      octets('dest pseudo', 32),
      [24],
      content,
      octets('link id', 20),
    ),
  ],
  [
    makePdu('fwdResp', 1, { msgId, pkTotal: 11, pkNumber: 12, result: 9 }),
    '3.0',
    wire(msgIdBytes, [11, 12], [0, 0, 0, 9]),
  ],
  [
    makePdu('query', 1, { time: '20260210', queryType: 1, queryCode: 'service', reserve: 'reserve' }),
    '3.0',
    wire(octets('20260210', 8), [1], octets('service', 10), octets('reserve', 8)),
  ],
  [
    makePdu('queryResp', 1, {
      time: '20260210',
      queryType: 1,
      queryCode: 'service',
      mtTlMsg: 0x01020304,
      mtTlUsr: 2,
      mtScs: 3,
      mtWt: 4,
      mtFl: 5,
      moScs: 6,
      moWt: 7,
      moFl: 8,
    }),
    '3.0',
    wire(
      octets('20260210', 8),
      [1],
      octets('service', 10),
      [1, 2, 3, 4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4],
      [0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8],
    ),
  ],
  [makePdu('cancel', 1, { msgId }), '3.0', wire(msgIdBytes)],
  [makePdu('cancelResp', 1, { successId: 1 }), '2.0', wire([1])],
  [makePdu('cancelResp', 1, { successId: 1 }), '3.0', wire([0, 0, 0, 1])],
  [makePdu('submitResp', 1, { msgId, result: 8 }), '2.0', wire(msgIdBytes, [8])],
  [makePdu('activeTestResp', 1, { reserved: 9 }), '3.0', wire([9])],
];

describe('On the wire', () => {
  for (const [pdu, version, body] of bodies) {
    it(`the fields of ${pdu.command} in ${version} stand in the specification's order and width`, () => {
      assert.deepEqual(frameOf(pdu, version).slice(12), body);
    });
  }

  it("a status report's fields in 2.0 do so too", () => {
    const report = {
      msgId,
      stat: 'DELIVRD',
      submitTime: '2602101330',
      doneTime: '2602101331',
      destTerminalId: 'one',
      smscSequence: 0x01020304,
    };
    const bytes = wire(
      msgIdBytes,
      octets('DELIVRD', 7),
      octets('2602101330', 10),
      octets('2602101331', 10),
      octets('one', 21),
      [1, 2, 3, 4],
    );
    assert.deepEqual(writeStatusReport(report, '2.0'), { kind: 'bytes', bytes });
  });
});
