/** Sums what has passed through sessions, the living and the ended ones. Pure. */

import type { Conversation } from './conversation.js';
import type { Session } from './session.js';

export interface TrafficSums {
  bytesIn: number;
  bytesOut: number;
  /** Requests of clients without an answer. */
  unanswered: number;
  submitsNotAccepted: number;
  /** By command, as PduNotes.addCounts adds them: `countsByName` has their names. */
  readonly pdusIn: number[];
  readonly pdusOut: number[];
}

/** As the frontend sees it: all that the client has sent, and what the server has sent it. */
export function addClientTraffic(sums: TrafficSums, session: Session): void {
  sums.bytesIn += session.receivedBytes;
  const { conversation } = session;
  if (conversation === undefined) return;
  addRelayed(sums, conversation);
  // No server was asked these.
  sums.unanswered += conversation.lostRequests;
}

/** As the server sees it: what has reached it, and what it has sent. */
export function addServerTraffic(sums: TrafficSums, conversation: Conversation): void {
  sums.bytesIn += conversation.relay.client.bytes;
  addRelayed(sums, conversation);
}

/** What has gone from leg to leg. */
export function addRelayed(sums: TrafficSums, { lostAnswers, relay }: Conversation): void {
  const { client, server } = relay;
  sums.bytesOut += server.bytes;
  sums.submitsNotAccepted += server.refusingAnswers;
  sums.unanswered += client.unanswered + client.forgotten + lostAnswers;
  client.addCounts(sums.pdusIn);
  server.addCounts(sums.pdusOut);
}
