/** What the balancer knows of a server and of who asks for one, and which servers may take a session now. Pure. */

/** Weights are 0 to this; 0 takes no new session. */
export const MAX_WEIGHT = 256;

export interface Server {
  /** From 1, in order of declaration. `consistent` places the server by it, as HAProxy does. */
  readonly id: number;
  /** Unique within its backend. `maglev` places the server by it, so that the order of declaration does not matter. */
  readonly name: string;
  readonly backup: boolean;
  /** A whole number, 0 to MAX_WEIGHT. Whoever changes it calls the backend's `changed`. */
  weight: number;
  /** How many sessions it may hold, Infinity for no limit. Whoever changes it calls the backend's `changed`. */
  maxconn: number;
  /** Sessions that hold a place here, those still dialling included. Only the backend changes it. */
  sessionsNow: number;
  /** Requests that were sent here and have no answer yet, of all its sessions. The sessions keep it. */
  unansweredNow: number;
}

/** A server as it is declared, without a session yet. `id` counts from 1 in its backend, backups included. */
export function createServer(id: number, declared: Pick<Server, 'name' | 'backup' | 'weight' | 'maxconn'>): Server {
  const { name, backup, weight, maxconn } = declared;
  return { id, name, backup, weight, maxconn, sessionsNow: 0, unansweredNow: 0 };
}

/** Who asks for a place. */
export interface Requester {
  /** The client's address: 4 or 16 bytes, or none where it has no address (a unix socket). */
  readonly source: Uint8Array;
  /** The Source_Addr of its CONNECT; undefined where the protocol has none. */
  readonly account: string | undefined;
}

/** Whether the server may take new sessions at all, room or not. The one place that decides it. */
function isUsable(server: Server): boolean {
  return server.weight > 0;
}

export function hasRoom(server: Server): boolean {
  return server.sessionsNow < server.maxconn;
}

/** The servers that new sessions are spread over: the usable ones; without any, the first usable backup alone. */
export function candidatesOf(servers: readonly Server[]): readonly Server[] {
  const usable = servers.filter((server) => isUsable(server));
  const active = usable.filter((server) => !server.backup);
  return active.length > 0 ? active : usable.slice(0, 1);
}
