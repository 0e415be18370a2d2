/** Valid sessions of both versions, from which the fuzz makes invalid ones: what each side says, frame by frame. Pure. */

import { MsgFmt } from '../../src/cmpp/message-format.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Pdu } from '../../src/cmpp/pdu.js';
import { writeStatusReport } from '../../src/cmpp/status-report.js';
import { encodeText } from '../../src/cmpp/text.js';
import { writeConcatenation } from '../../src/cmpp/user-data-header.js';
import { VERSIONS, versionByte } from '../../src/cmpp/version.js';
import type { Version } from '../../src/cmpp/version.js';

export interface CorpusSession {
  readonly version: Version;
  /** The first frame of each is the login and its answer. */
  readonly client: readonly Uint8Array[];
  readonly server: readonly Uint8Array[];
}

const NUMBERS = ['13800138000', '13900139000', '15012345678'] as const;
const common = {
  pkTotal: 1,
  pkNumber: 1,
  registeredDelivery: 1,
  serviceId: 'HELP',
  msgSrc: '900001',
  feeType: '02',
  feeCode: '000010',
  srcId: '10690001',
};

function content(text: string, msgFmt: number): Uint8Array {
  const encoded = encodeText(text, msgFmt);
  if (encoded.kind === 'unmappable') throw new Error(`${encoded.characters.join('')} can't be written`);
  return encoded.bytes;
}

/** A part of a long SMS with a reference of 8 or of 16 bits. */
function part(referenceBits: 8 | 16, number: number): Uint8Array {
  const header = writeConcatenation({ reference: 0x1234, referenceBits, total: 3, number });
  return Buffer.concat([header, content('长短信的一部分'.repeat(5), MsgFmt.ucs2)]);
}

function submits(): Pdu[] {
  const fragments = ([8, 16] as const).flatMap((referenceBits) =>
    [1, 2, 3].map((number) =>
      makePdu('submit', 2002, {
        ...common,
        tpUdhi: referenceBits === 8 ? 1 : 0x40,
        msgFmt: MsgFmt.ucs2,
        destTerminalIds: [NUMBERS[0]],
        msgContent: part(referenceBits, number),
      }),
    ),
  );
  const plain = makePdu('submit', 2, {
    ...common,
    destTerminalIds: [NUMBERS[0]],
    msgContent: content('hello', MsgFmt.ascii),
  });
  const group = makePdu('submit', 3, {
    ...common,
    msgFmt: MsgFmt.gb18030,
    destTerminalIds: Array.from({ length: 99 }, (_, nth) => `138${String(nth).padStart(8, '0')}`),
    msgContent: content('您好，群发短信', MsgFmt.gb18030),
  });
  return [plain, group, ...fragments];
}

function clientPdus(version: Version): Pdu[] {
  const account = { sourceAddr: '900001', authenticatorSource: new Uint8Array(16).fill(7), timestamp: 210_133_000 };
  return [
    makePdu('connect', 1, { ...account, version: versionByte(version) }),
    ...submits(),
    makePdu('activeTest', 4),
    makePdu('query', 5, { time: '20261121', queryType: 1, queryCode: 'HELP' }),
    makePdu('cancel', 6, { msgId: 0x1234_5678_9abc_def0n }),
    makePdu('deliverResp', 101, { msgId: 1n }),
    makePdu('deliverResp', 102, { msgId: 2n, result: 8 }),
    makePdu('activeTestResp', 103),
    makePdu('fwd', 7, { ...common, destIds: [...NUMBERS], msgContent: content('fwd', MsgFmt.ascii) }),
    makePdu('terminate', 8),
  ];
}

function serverPdus(version: Version): Pdu[] {
  const report = writeStatusReport(
    {
      msgId: 0x1234_5678_9abc_def0n,
      stat: 'DELIVRD',
      submitTime: '2611211934',
      doneTime: '2611211935',
      destTerminalId: NUMBERS[0],
      smscSequence: 1,
    },
    version,
  );
  if (report.kind === 'refused') throw new Error(report.why);
  const from = { destId: '10690001', serviceId: 'HELP', srcTerminalId: NUMBERS[1] };
  return [
    makePdu('connectResp', 1, { authenticatorIsmg: new Uint8Array(16).fill(9), version: versionByte(version) }),
    makePdu('submitResp', 2, { msgId: 0x1234_5678_9abc_def0n }),
    makePdu('deliver', 101, { ...from, registeredDelivery: 1, msgContent: report.bytes }),
    ...[1, 2, 3].map(() => makePdu('submitResp', 2002, { msgId: 5n })),
    makePdu('deliver', 102, { ...from, msgFmt: MsgFmt.ucs2, tpUdhi: 1, msgContent: part(8, 2) }),
    makePdu('submitResp', 3, { msgId: 9n, result: 8 }),
    makePdu('activeTestResp', 4),
    makePdu('activeTest', 103),
    makePdu('queryResp', 5, { time: '20261121', mtTlMsg: 3 }),
    makePdu('cancelResp', 6, { successId: 1 }),
    makePdu('fwdResp', 7, { msgId: 1n, pkTotal: 1, pkNumber: 1 }),
    makePdu('nackResp', 99),
    makePdu('terminateResp', 8),
  ];
}

export const corpus: readonly CorpusSession[] = VERSIONS.map((version) => ({
  version,
  client: clientPdus(version).map((pdu) => frameOf(pdu, version)),
  server: serverPdus(version).map((pdu) => frameOf(pdu, version)),
}));
