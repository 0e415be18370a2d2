/** What a check and the watching of live traffic go by, as configured. Pure. */

/** Which state a server has before its first probe: as HAProxy's `init-state`. */
export const INIT_STATES = ['fully-up', 'up', 'down', 'fully-down'] as const;
export type InitState = (typeof INIT_STATES)[number];

export interface RiseAndFall {
  /** Probes in a row that bring a server up, and failed ones that bring it down: from 1. */
  readonly rise: number;
  readonly fall: number;
}

export interface CheckRules extends RiseAndFall {
  /** From the start of one probe to that of the next while the server is fully up. */
  readonly interMs: number;
  /** The same while it is neither fully up nor fully down, and before its first probe. */
  readonly fastinterMs: number;
  /** The same while it is fully down. */
  readonly downinterMs: number;
  /** How long each answer may take (`timeout check`). */
  readonly timeoutMs: number;
  readonly initState: InitState;
}

/** When live traffic says that a server is down. */
export interface ObserveRules {
  /** A CONNECT, SUBMIT or ACTIVE_TEST is unanswered for so long, while none is answered. Infinity: not looked at. */
  readonly unansweredMs: number;
  /** So many connections refused, unanswered or broken `withinMs`. Infinity: not looked at. */
  readonly linkLosses: number;
  /** So many of a hundred SUBMIT_RESP say that the system is busy `withinMs`. Infinity: not looked at. */
  readonly busyPercent: number;
  readonly withinMs: number;
  /** So many of a hundred servers of the backend may be down before live traffic can't put down another. */
  readonly maxEjectedPercent: number;
}
