/** Sessions of one account, and what the gateway gets of what it sends. */

import { NO_RULES } from '../../src/balancer/account-rules.js';
import type { AccountRules } from '../../src/balancer/account-rules.js';
import type { AccountFigures } from '../../src/balancer/account.js';
import { Accounts } from '../../src/balancer/accounts.js';
import { CommandId, readHeader } from '../../src/cmpp/header.js';
import { decode, frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Version } from '../../src/cmpp/version.js';
import { FrameCutter } from '../simulation/frames.js';
import { LOGIN, StagedSession, stageOf } from './staged-session.js';
import type { StageOptions } from './staged-session.js';

export function submitTo(destinations: number, sequenceId: number, version: Version = '2.0'): Uint8Array {
  const destTerminalIds = Array.from({ length: destinations }, (_, nth) => `1380013${8000 + nth}`);
  return frameOf(makePdu('submit', sequenceId, { destTerminalIds }), version);
}

export const submit = (sequenceId: number): Uint8Array => submitTo(1, sequenceId);
const submitResp = (sequenceId: number): Uint8Array =>
  frameOf(makePdu('submitResp', sequenceId, { msgId: 7n, result: 0 }), '2.0');
export const activeTest = (sequenceId: number): Uint8Array => frameOf(makePdu('activeTest', sequenceId), '2.0');
export const deliverResp = (sequenceId: number): Uint8Array => frameOf(makePdu('deliverResp', sequenceId, {}), '2.0');
export const terminate = (sequenceId: number): Uint8Array => frameOf(makePdu('terminate', sequenceId), '2.0');

export class AccountStage {
  readonly stage = stageOf();
  readonly accounts: Accounts;
  /** Accounts of which a SUBMIT was told to be too much, one for each. */
  readonly limited: string[] = [];

  constructor(rules: Partial<AccountRules>) {
    const watcher = { limited: ({ name }: { name: string }) => this.limited.push(name), lockedOut: () => undefined };
    this.accounts = new Accounts({ wallMs: () => 0, networkList: () => ({ holds: () => false }), watcher });
    this.use(rules);
  }

  use(rules: Partial<AccountRules>): void {
    const listed = [{ ...NO_RULES, ...rules, account: LOGIN.account }];
    this.accounts.use({ listed, unlisted: NO_RULES }, this.stage.clock.nowMs());
  }

  /** A session that has not logged in. */
  session(options: StageOptions = {}): StagedSession {
    return new StagedSession({ stage: this.stage, accounts: this.accounts, ...options });
  }

  get figures(): AccountFigures | undefined {
    return this.accounts.figures()[0];
  }
}

/** The Sequence_Ids of the SUBMITs that the server got, in order. */
export function submitted(session: StagedSession): number[] {
  return framesTo(session, 'server').flatMap((frame) => {
    const { commandId, sequenceId } = readHeader(frame);
    return commandId === CommandId.submit ? [sequenceId] : [];
  });
}

/** What the client was answered to its SUBMITs, as `7: 0` for Sequence_Id and Result, in order. */
export function answers(session: StagedSession, version: Version = '2.0'): string[] {
  return framesTo(session, 'client').flatMap((frame) => {
    const decoded = decode(frame, version);
    if (decoded.kind !== 'pdu' || decoded.pdu.command !== 'submitResp') return [];
    return [`${decoded.pdu.sequenceId}: ${decoded.pdu.result}`];
  });
}

function framesTo(session: StagedSession, side: 'client' | 'server'): Uint8Array[] {
  return new FrameCutter().cut(session.bytesTo(side)).frames;
}

/** The server answers these. */
export function answered(session: StagedSession, ...sequenceIds: readonly number[]): void {
  session.sends('server', ...sequenceIds.map(submitResp));
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, nth) => first + nth);
}
