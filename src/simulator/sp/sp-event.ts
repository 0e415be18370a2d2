/** What happens to a simulated SP. Pure. */

import type { BodyOf } from '../../cmpp/pdu.js';
import type { StatusReport } from '../../cmpp/status-report.js';
import type { Version } from '../../cmpp/version.js';
import type { SubmitBody } from './outgoing-sms.js';

/** One SUBMIT on its way. */
export interface Submission {
  /** Counts an SP's SUBMITs from 1, for lines. */
  readonly number: number;
  readonly submit: SubmitBody;
}

export type SpEvent =
  | { readonly kind: 'connected'; readonly local: string; readonly remote: string }
  /** No session came of it: `why` is a sentence. */
  | { readonly kind: 'not-connected'; readonly why: string }
  | { readonly kind: 'logged-in'; readonly account: string; readonly version: Version }
  | { readonly kind: 'login-refused'; readonly account: string; readonly status: number }
  | { readonly kind: 'submitted'; readonly submission: Submission }
  | {
      readonly kind: 'answered';
      readonly submission: Submission;
      readonly msgId: bigint;
      readonly result: number;
      /** From the SUBMIT to its answer. */
      readonly waitedMs: number;
    }
  | { readonly kind: 'unanswered'; readonly submission: Submission; readonly why: UnansweredReason }
  | { readonly kind: 'surplus-answer'; readonly sequenceId: number; readonly why: SurplusReason }
  | { readonly kind: 'report'; readonly report: StatusReport }
  | { readonly kind: 'message'; readonly deliver: BodyOf<'deliver'> }
  /** Something that a gateway should not do. */
  | { readonly kind: 'wrong'; readonly what: string }
  /** Nothing follows it. */
  | { readonly kind: 'ended'; readonly why: EndReason };

export type UnansweredReason = 'no answer in time' | 'the session ended' | 'the session ended before it was sent';

/** A SUBMIT_RESP to a SUBMIT that has been answered, whose time was over, or that never was. */
type SurplusReason = 'duplicate' | 'late' | 'unknown';

export type EndReason =
  | 'terminated by the SP'
  | 'terminated by the server'
  | 'closed by the server'
  | 'reset by the server'
  | 'login refused'
  | 'no CONNECT_RESP in time'
  | 'no answer to ACTIVE_TEST'
  | 'unreadable bytes from the server';
