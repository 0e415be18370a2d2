/** Sums what has passed through sessions, the living and the ended ones. Pure. */

import type { Session } from './session.js';

export interface TrafficSums {
  bytesIn: number;
  bytesOut: number;
  /** Requests of clients without an answer. */
  unanswered: number;
  submitsNotAccepted: number;
  /** In the order of `PDU_NAMES`. */
  readonly pdusIn: number[];
  readonly pdusOut: number[];
}

/** As the frontend sees it: all that the client has sent, and what the server has sent it. */
export function addClientTraffic(sums: TrafficSums, session: Session): void {
  sums.bytesIn += session.receivedBytes;
  addRelayed(sums, session);
}

/** As the server sees it: what has reached it, and what it has sent. */
export function addServerTraffic(sums: TrafficSums, session: Session): void {
  sums.bytesIn += session.conversation?.relay.client.bytes ?? 0;
  addRelayed(sums, session);
}

function addRelayed(sums: TrafficSums, { conversation }: Session): void {
  if (conversation === undefined) return;
  const { client, server } = conversation.relay;
  sums.bytesOut += server.bytes;
  sums.submitsNotAccepted += server.refusingAnswers;
  sums.unanswered += client.unanswered + client.forgotten;
  client.addCounts(sums.pdusIn);
  server.addCounts(sums.pdusOut);
}
