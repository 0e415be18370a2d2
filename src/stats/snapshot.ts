/**
 * All statistics at one moment, as a plain value that JSON can hold: what `show stat`, the page, Prometheus and `top` are
 * drawn from. Limits that do not exist are null. Pure.
 */

export interface Snapshot {
  readonly process: ProcessFigures;
  /** In the order of the file, like the backends, and the listeners and servers in them. */
  readonly frontends: readonly FrontendFigures[];
  readonly backends: readonly BackendFigures[];
  readonly accounts: AccountsFigures;
}

/** By reason, or by the specification's name of a command; what did not occur is left out. */
export type CountsByWord = Readonly<Record<string, number>>;

/** Sessions of something. */
export interface SessionFigures {
  readonly sessionsNow: number;
  readonly sessionsMost: number;
  readonly sessionsLimit: number | null;
  readonly sessionsTotal: number;
  /** New ones in the last second. */
  readonly rateNow: number;
  readonly rateMost: number;
}

/** What went through them; also of the sessions that live. */
export interface TrafficFigures {
  /** From clients, and from servers. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pdusIn: CountsByWord;
  readonly pdusOut: CountsByWord;
  /** Requests of clients that have no answer yet. */
  readonly unansweredNow: number;
  /** Requests whose sessions ended before they were answered. */
  readonly unansweredTotal: number;
  /** SUBMITs of clients that were answered with a Result other than 0. */
  readonly submitsNotAccepted: number;
}

export interface EndFigures {
  /** Sessions that ended without a server, and those that had one: by reason, as in the log. */
  readonly refused: CountsByWord;
  readonly closed: CountsByWord;
  /** The same, summed up by what HAProxy counts. */
  readonly clientAborts: number;
  readonly serverAborts: number;
}

/** What HAProxy counts of clients that are not let through. */
export interface RefusalFigures {
  readonly connectionsDenied: number;
  readonly sessionsDenied: number;
  readonly requestsDenied: number;
  readonly responsesDenied: number;
  readonly requestErrors: number;
  readonly internalErrors: number;
}

export interface ProcessFigures extends SessionFigures {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  /** The machine's name. */
  readonly node: string;
  readonly startedWallMs: number;
  readonly uptimeMs: number;
  readonly isStopping: boolean;
  readonly connectionsTotal: number;
  readonly connectionRateNow: number;
  readonly connectionRateMost: number;
  readonly bytesOut: number;
  readonly bytesOutPerSecond: number;
  /** Of all sessions since the start, whatever was cleared. */
  readonly closed: CountsByWord;
  readonly listenersNow: number;
  readonly descriptorLimit: number | null;
  readonly heapBytes: number;
  readonly heapUsedBytes: number;
  /** How much of the last seconds the event loop had nothing to do. */
  readonly idlePercent: number;
  readonly lostLogLines: number;
}

export interface AccountsFigures {
  /** Those that have had the most sessions at once, the most first, but no more than MOST_SHOWN_ACCOUNTS. */
  readonly leading: readonly AccountFigures[];
  /** How many more are remembered, and their sum. */
  readonly others: AccountSums & { readonly accounts: number };
}

/** So many accounts are told one by one: each is some series for Prometheus. */
export const MOST_SHOWN_ACCOUNTS = 100;

export interface AccountSums {
  readonly sessionsNow: number;
  /** Those that a server has accepted. */
  readonly sessionsTotal: number;
  /** Those that got no server, or that it refused: by reason, as in the log. */
  readonly refused: CountsByWord;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** From the account, and to it. */
  readonly submits: number;
  readonly submitsNotAccepted: number;
  readonly delivers: number;
  readonly unansweredNow: number;
  readonly unansweredTotal: number;
  readonly limited: LimitedFigures;
}

/** SUBMITs beyond an account's rate or window: see docs/accounts.md. */
export interface LimitedFigures {
  /** Those that were answered with Result 8. */
  readonly rejected: number;
  /** Those that were held back, and for how long its sessions had something held back, all of them together. */
  readonly delayed: number;
  readonly delayedMs: number;
}

export interface AccountFigures extends AccountSums {
  /** Its Source_Addr; bytes outside 0x21..0x7e, and the backslash, as `\\xNN`. */
  readonly name: string;
  readonly sessionsMost: number;
  /** Milliseconds since 1970-01-01 UTC; null if no server ever accepted it. */
  readonly lastLoginWallMs: number | null;
}

/** How soon SUBMITs were answered, all since the start or since the counters were cleared. */
export interface LatencyFigures {
  readonly count: number;
  readonly sumMs: number;
  /** So many per cent took less; null if there were none. Too high by a quarter at most. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** How many took less than so many milliseconds. */
  readonly below: readonly { readonly ms: number; readonly count: number }[];
}

interface EntranceFigures extends SessionFigures, TrafficFigures, EndFigures, RefusalFigures {
  readonly name: string;
  /** HAProxy numbers proxies from 2 on, and the listeners and servers of each from 1 on. */
  readonly id: number;
  readonly mode: string;
  readonly isOpen: boolean;
  /** All connections that the system accepted, the refused ones too. */
  readonly connectionsTotal: number;
  readonly connectionRateNow: number;
  readonly connectionRateMost: number;
  readonly limited: Pick<LimitedFigures, 'rejected' | 'delayed'>;
}

export interface FrontendFigures extends EntranceFigures {
  readonly defaultBackend: string;
  readonly listeners: readonly ListenerFigures[];
}

export interface ListenerFigures extends EntranceFigures {
  readonly address: string;
}

/** What a backend and a server have in common. */
interface PlaceFigures extends SessionFigures, TrafficFigures, EndFigures {
  readonly name: string;
  readonly id: number;
  readonly mode: string;
  readonly queuedNow: number;
  readonly queuedMost: number;
  /** Sessions that were given up because no server could be reached; tries that were repeated; that went elsewhere. */
  readonly connectFailures: number;
  readonly retries: number;
  readonly redispatches: number;
  /** Connections to servers that were begun. */
  readonly dials: number;
  readonly responseErrors: number;
  readonly responsesDenied: number;
  readonly internalErrors: number;
  /** How often the algorithm, and not the stick table, has chosen. */
  readonly balanced: number;
  readonly status: string;
  /** What it weighs now, which is less than the operator's word while a server begins small. */
  readonly weight: number;
  readonly weightWanted: number;
  readonly timesDown: number;
  readonly downtimeMs: number;
  readonly lastChangeMs: number;
  /** How long ago the last session got a place; null if none ever did. */
  readonly lastSessionMs: number | null;
  /** Of the last 1,024 sessions that a server had. */
  readonly queueAverageMs: number;
  readonly connectAverageMs: number;
  readonly totalAverageMs: number;
  readonly queueMostMs: number;
  readonly connectMostMs: number;
  readonly totalMostMs: number;
  readonly submitLatency: LatencyFigures;
  /** SUBMITs that were answered with a Result other than 0, by it. */
  readonly submitResults: CountsByWord;
  /** Logins that were answered, by the Status of the CONNECT_RESP. */
  readonly logins: CountsByWord;
  readonly moves: MoveFigures;
  /** Sessions that look for another server, or are on their way to it. */
  readonly movingNow: number;
  /** Sessions whose requests are kept for the next server. */
  readonly heldNow: number;
}

/** Of sessions that have gone on with another server: see ServerCounters.moves. */
export interface MoveFigures {
  readonly left: number;
  readonly arrived: number;
  readonly failed: number;
  /** SUBMITs that the server had not answered when it was left. */
  readonly inDoubt: number;
}

export interface BackendFigures extends PlaceFigures {
  readonly algorithm: string;
  readonly accepts: boolean;
  /** Servers that may take sessions. */
  readonly activeNow: number;
  readonly backupNow: number;
  readonly servers: readonly ServerFigures[];
}

export interface ServerFigures extends PlaceFigures {
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly backup: boolean;
  readonly isUp: boolean;
  readonly wish: 'ready' | 'drain' | 'maint';
  /** In maintenance from the start, as the configuration says. */
  readonly isDisabled: boolean;
  readonly weightConfigured: number;
  /** `smsc/server1`, whose health it shares; null if it has its own. */
  readonly tracked: string | null;
  /** The server that it tracks is in maintenance. */
  readonly isMaintainedByOther: boolean;
  /** How far it has come after its start, below 100; null if it is not on that way. */
  readonly throttlePercent: number | null;
  /** Null if it is not checked itself. */
  readonly check: CheckFigures | null;
}

export interface CheckFigures {
  /** HAProxy's word for what the last probe found; null before the first, and with it the next two. */
  readonly status: string | null;
  readonly text: string | null;
  readonly durationMs: number | null;
  readonly hasPassed: boolean;
  readonly checks: number;
  readonly failures: number;
  readonly rise: number;
  readonly fall: number;
  /** From 0 to rise + fall - 1. */
  readonly healthCounter: number;
}
