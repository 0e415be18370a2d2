/** What happens at a gateway that somebody may want to be told. Pure. */

import type { BodyOf } from '../../cmpp/pdu.js';
import type { Version } from '../../cmpp/version.js';

export type SmscEvent =
  | {
      readonly kind: 'login';
      readonly account: string;
      readonly peer: string;
      readonly version: Version;
    }
  | { readonly kind: 'login-refused'; readonly account: string; readonly peer: string; readonly status: number }
  | { readonly kind: 'logout'; readonly account: string; readonly why: LogoutReason; readonly submits: number }
  | { readonly kind: 'submit'; readonly account: string; readonly submit: BodyOf<'submit'>; readonly result: number }
  | { readonly kind: 'deliver-refused'; readonly account: string; readonly result: number }
  | { readonly kind: 'deliver-given-up'; readonly account: string }
  /** Something that a client should not do; `account` is empty before the login. */
  | { readonly kind: 'wrong'; readonly account: string; readonly peer: string; readonly what: string };

/** Why a session ended. */
export type LogoutReason =
  'terminated by the SP' | 'terminated by the gateway' | 'connection closed' | 'no answer to ACTIVE_TEST' | 'bad frame';
