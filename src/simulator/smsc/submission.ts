/** Judges a SUBMIT and makes the status reports that its destinations bring (specification 3.0, 8.4.3 and 8.4.5). Pure. */

import { contentLimitBytes } from '../../cmpp/message-format.js';
import { msgIdsOfGroup } from '../../cmpp/msg-id.js';
import type { BodyOf } from '../../cmpp/pdu.js';
import { reportTime } from '../../cmpp/timestamp.js';
import type { Gateway } from './gateway.js';
import type { Mail } from './mail.js';

export const SubmitResult = { ok: 0, badStructure: 1, badCommand: 2, tooLong: 6 } as const;

/** DestUsr_tl is below 100. */
const MOST_DESTINATIONS = 99;

/** The Result of a SUBMIT that could be read. */
export function judgeSubmit({ destTerminalIds, msgFmt, msgContent }: BodyOf<'submit'>): number {
  if (destTerminalIds.length === 0 || destTerminalIds.length > MOST_DESTINATIONS) return SubmitResult.badStructure;
  return msgContent.length > contentLimitBytes(msgFmt) ? SubmitResult.tooLong : SubmitResult.ok;
}

export interface Reported {
  readonly account: string;
  readonly submit: BodyOf<'submit'>;
  /** The id that the SUBMIT_RESP says. */
  readonly msgId: bigint;
  readonly stat: string;
  readonly submittedWallMs: number;
  readonly doneWallMs: number;
}

/** One report for each destination, with its own id of the group's. */
export function reportsOf(reported: Reported, gateway: Gateway): readonly Mail[] {
  const { account, submit, msgId, stat } = reported;
  const msgIds = msgIdsOfGroup(msgId, submit.destTerminalIds.length);
  return submit.destTerminalIds.map((destTerminalId, index): Mail => {
    const report = {
      msgId: msgIds[index] ?? msgId,
      stat,
      submitTime: reportTime(reported.submittedWallMs),
      doneTime: reportTime(reported.doneWallMs),
      destTerminalId,
      smscSequence: Number(BigInt.asUintN(16, msgId)) + index,
    };
    return {
      account,
      msgId: gateway.takeMsgIds(1),
      destId: submit.srcId,
      serviceId: submit.serviceId,
      content: { kind: 'report', report },
    };
  });
}
