/** What a probe is, whatever it says to a server: how it is asked for, how it reaches the server, what it finds. */

import type { Clock } from '../runtime/clock.js';
import type { ScriptStep } from './probe-script.js';

/**
 * What a probe found, in the words of HAProxy's `check_status`. L4 is the connection, L7 what was said on it; of SOCKERR this
 * machine is to blame, and the server as healthy as it was.
 */
export type CheckStatus = 'SOCKERR' | 'L4OK' | 'L4CON' | 'L4TOUT' | 'L7OK' | 'L7RSP' | 'L7STS' | 'L7TOUT';

/** One thing that a probe did: `connect`, `CONNECT`, `ACTIVE_TEST`, `TERMINATE`, `expect string "+OK"`. */
export interface ProbeStep {
  readonly name: string;
  readonly durationMs: number;
  /** What came of it: `status 0 (ok)`, `no ACTIVE_TEST_RESP in 5 s`. */
  readonly text: string;
  readonly hasPassed: boolean;
}

export interface ProbeOutcome {
  readonly hasPassed: boolean;
  readonly status: CheckStatus;
  /** What the log says: the text of the step that failed, or of the one that counts. */
  readonly text: string;
  readonly durationMs: number;
  /** In order; the last one is the one that failed, if one did. */
  readonly steps: readonly ProbeStep[];
}

/** A connection to the server for a probe: the port behind which real sockets or a simulated network stand. */
export interface ProbeLink {
  /** The bytes are the caller's again at once. */
  write(bytes: Uint8Array): void;
  /** Closes it, also while it is being opened. No event comes after. What was written before still leaves. */
  close(): void;
}

/** None of these comes from within a call to the link, or to `OpenProbeLink`. */
export interface ProbeLinkEvents {
  opened(): void;
  /** The bytes are only valid during the call. */
  read(bytes: Uint8Array): void;
  /** It could not be opened, broke, or the server closed it. `detail` is the system's word, or `closed by the server`. */
  lost(detail: string): void;
}

/** Opens a connection to where the server is checked; to another port of that address if one is given. */
export type OpenProbeLink = (port: number | undefined, events: ProbeLinkEvents) => ProbeLink;

/** How long a probe may take. */
export interface ProbeLimits {
  /** From its start to its end. */
  readonly wholeMs: number;
  /** For each answer, from the moment it is waited for (`timeout check`). */
  readonly answerMs: number;
}

export interface Probe {
  /** Begins; `done` is called once, later, unless `stop` comes before. Not to be called while one is under way. */
  run(limits: ProbeLimits, done: (outcome: ProbeOutcome) => void): void;
  /** Gives up what is under way, and takes leave where a connection is kept open. */
  stop(): void;
}

/** Who logs in for a `cmpp` probe. */
export interface ProbeAccount {
  /** Source_Addr: at most 6 bytes of ASCII. */
  readonly sourceAddr: string;
  readonly sharedSecret: string;
}

/** A kind of probe and its settings. */
export type ProbeSettings =
  /** Connects, and closes again: sees that somebody listens. */
  | { readonly kind: 'tcp' }
  /** HAProxy's `tcp-check` rules, in order. */
  | { readonly kind: 'tcp-script'; readonly script: readonly ScriptStep[] }
  /** Logs in, ACTIVE_TEST, TERMINATE. Without an account the login is meant to be refused: any answer to it is alive. */
  | {
      readonly kind: 'cmpp';
      readonly account: ProbeAccount | undefined;
      readonly version: '2.0' | '3.0';
      /** Keeps the login, and sends ACTIVE_TEST on it. */
      readonly persistent: boolean;
    };

export interface ProbeParts {
  readonly clock: Clock;
  readonly openLink: OpenProbeLink;
}
