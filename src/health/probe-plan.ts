/** What a kind of probe is made of: steps on a connection, and what it keeps of the connection. Pure. */

import type { CheckStatus } from './probe.js';

/** What a step makes of all that has come so far. */
export type Judgement =
  | { readonly kind: 'more' }
  /** With `isLast` the probe has passed, whatever steps it has left. */
  | { readonly kind: 'passed'; readonly text: string; readonly isLast?: true }
  | { readonly kind: 'failed'; readonly status: CheckStatus; readonly text: string };

export const MORE: Judgement = { kind: 'more' };

/** Opens a connection; one that was open is closed. */
export interface ConnectStep {
  readonly kind: 'connect';
  readonly name: string;
  readonly port: number | undefined;
}

/** Says something, waits for something, or both. */
export interface ExchangeStep<Talk> {
  readonly kind: 'exchange';
  readonly name: string;
  /** What it waits for, as in `no CONNECT_RESP in 5 s`. */
  readonly awaited: string;
  /** Only the last step may be one: the probe has passed before it, and whatever becomes of it fails nothing. */
  readonly isCourtesy: boolean;
  ask(talk: Talk): void;
  /** Asked after `ask`, and again whenever something has been heard. */
  judge(talk: Talk, waitedMs: number): Judgement;
}

export type Step<Talk> = ConnectStep | ExchangeStep<Talk>;

/** One connection as a kind of probe uses it: what has been heard on it, and what it has been told. */
export interface ProbeTalk {
  /** Takes what the server has sent, and says `heard` on its port whenever there is something new to judge. */
  hear(bytes: Uint8Array): void;
  /** Why nothing more can be heard, though it is open; undefined while something can. */
  readonly trouble: string | undefined;
  /** What came instead of what is waited for, for the text of a failure: `; it sent "-ERR"`, or nothing. */
  readonly remainder: string;
  /** Says what is to be said before the connection is closed early. */
  takeLeave(): void;
}

/** What a talk acts through. Once the connection is closed, neither does anything. */
export interface TalkPort {
  write(bytes: Uint8Array): void;
  heard(): void;
}

export interface ProbePlan<Talk extends ProbeTalk> {
  /** A passed run leaves its connection open for the next one. */
  readonly keepsConnection: boolean;
  /** The steps of a run: with a connection first, unless one was kept. */
  steps(isConnected: boolean): readonly Step<Talk>[];
  /** Begins to talk on a connection that has just been opened. */
  talk(port: TalkPort): Talk;
}
