/** What the balancer knows of a server and of who asks for one, and which servers may take a session now. Pure. */

import { LoginGate } from './login-gate.js';
import { SubmitAnswers } from './submit-answers.js';

/** Weights are 0 to this; 0 takes no new session. */
export const MAX_WEIGHT = 256;

/** What the operator wants of a server, whatever its health: `drain` takes no new session, `maint` is not checked either. */
export type Wish = 'ready' | 'drain' | 'maint';

export interface Server {
  /** From 1, in order of declaration; a reload may change it. `consistent` places the server by it, as HAProxy does. */
  id: number;
  /** Unique within its backend. `maglev` places the server by it, so that the order of declaration does not matter. */
  readonly name: string;
  /** Only a reload changes it. */
  backup: boolean;
  /** It has been removed from the configuration: it takes no new session, and is forgotten when its last one has left. */
  isLeaving: boolean;
  /** A whole number, 0 to MAX_WEIGHT. Whoever changes it calls the backend's `changed`; so for the next four. */
  weight: number;
  /** How much of its weight counts, above 0 to 1: a server that has just come up may begin small (`slowstart`). */
  ramp: number;
  /** How many sessions it may hold, Infinity for no limit. */
  maxconn: number;
  wish: Wish;
  /** Whether it is up, as far as is known; true for a server that nobody checks. */
  isUp: boolean;
  /** Sessions that hold a place here, those still dialling included. Only the backend changes it. */
  sessionsNow: number;
  /** Requests that were sent here and have no answer yet, of all its sessions. The sessions keep it. */
  unansweredNow: number;
  /** What its sessions have seen of it since the start. They keep it. */
  readonly seen: ServerSeen;
  /** Who may log in to it now. */
  readonly logins: LoginGate;
  /** How it has answered their SUBMITs. They keep it. */
  readonly submitAnswers: SubmitAnswers;
}

/** Counts that only grow. */
export interface ServerSeen {
  /** Requests that were answered. */
  answers: number;
  /** SUBMIT_RESPs, asked for or not, and those that said the system is busy: noted with the next answer. */
  submitAnswers: number;
  busyAnswers: number;
  /** Connections that were refused, not answered, lost without a word or unreadable; and why the last one was. */
  linkLosses: number;
  lastLoss: string;
}

/** A server as it is declared, without a session yet. `id` counts from 1 in its backend, backups included. */
export function createServer(
  id: number,
  declared: Pick<Server, 'name' | 'backup' | 'weight' | 'maxconn'>,
  loginConcurrency = Infinity,
): Server {
  const { name, backup, weight, maxconn } = declared;
  const seen = { answers: 0, submitAnswers: 0, busyAnswers: 0, linkLosses: 0, lastLoss: '' };
  const watched = { seen, submitAnswers: new SubmitAnswers(), logins: new LoginGate(loginConcurrency) };
  const standing = { ramp: 1, wish: 'ready', isUp: true, isLeaving: false } as const;
  return { id, name, backup, weight, maxconn, ...standing, sessionsNow: 0, unansweredNow: 0, ...watched };
}

/** Who asks for a place. */
export interface Requester {
  /** The client's address: 4 or 16 bytes, or none where it has no address (a unix socket). */
  readonly source: Uint8Array;
  /** The Source_Addr of its CONNECT; undefined where the protocol has none. */
  readonly account: string | undefined;
}

/** Whether the server may take new sessions at all, room or not. The one place that decides it. */
export function isUsable({ isLeaving, isUp, weight, wish }: Server): boolean {
  return isUp && wish === 'ready' && weight > 0 && !isLeaving;
}

/** A connection to the server was refused, not answered, lost without a word, or unreadable. */
export function noteLoss({ seen }: Server, detail: string): void {
  seen.linkLosses += 1;
  seen.lastLoss = detail;
}

/** What the server weighs now: for the algorithms that follow a change at once. */
export function weightNow({ ramp, weight }: Server): number {
  return weight * ramp;
}

export function hasRoom(server: Server): boolean {
  return server.sessionsNow < server.maxconn;
}

/** The servers that new sessions are spread over: the usable ones; without any, the first usable backup, or all. */
export function candidatesOf(servers: readonly Server[], allBackups: boolean): readonly Server[] {
  const usable = servers.filter((server) => isUsable(server));
  const active = usable.filter((server) => !server.backup);
  if (active.length > 0 || allBackups) return active.length > 0 ? active : usable;
  return usable.slice(0, 1);
}
