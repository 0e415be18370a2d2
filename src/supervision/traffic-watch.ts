/** Looks at what the sessions see of their servers, every now and then, and tells what it means (`observe`). */

import type { Server } from '../balancer/server.js';
import type { Session } from '../balancer/session.js';
import { CommandId, commandName } from '../cmpp/header.js';
import { InBand } from '../health/in-band.js';
import type { Evidence, ServerSample } from '../health/in-band.js';
import type { ObserveRules } from '../health/rules.js';

/** The requests that a gateway in order answers within seconds; others it may well ignore, or hand on. */
const ANSWERED_SOON: ReadonlySet<number> = new Set([CommandId.connect, CommandId.submit, CommandId.activeTest]);

export class TrafficWatch {
  readonly #observed = new Map<Server, ObservedServer>();

  /** Begins anew where it went by other rules. */
  observe(server: Server, rules: ObserveRules): void {
    if (this.#observed.get(server)?.rules === rules) return;
    this.#observed.set(server, new ObservedServer(server, rules));
  }

  ignore(server: Server): void {
    this.#observed.delete(server);
  }

  get isNeeded(): boolean {
    return this.#observed.size > 0;
  }

  /** A probe has been answered: the server is alive, whatever its sessions wait for. */
  cleared(server: Server, nowMs: number): void {
    this.#observed.get(server)?.inBand.cleared(nowMs);
  }

  /** What all sessions see of their servers now. Those of which there is nothing to say are left out. */
  look(all: Iterable<{ readonly session: Session }>, nowMs: number): Map<Server, Evidence> {
    for (const { session } of all) {
      eachUnanswered(session, (server, commandId, askedAtMs) => {
        if (ANSWERED_SOON.has(commandId)) this.#observed.get(server)?.waits(commandId, askedAtMs);
      });
    }
    const found = new Map<Server, Evidence>();
    for (const [server, observed] of this.#observed) {
      const evidence = observed.inBand.take(observed.takeSample(nowMs), nowMs);
      if (evidence.kind !== 'none') found.set(server, evidence);
    }
    return found;
  }
}

type Visit = (server: Server, commandId: number, askedAtMs: number) => void;

/** Visits what the session has asked of its server and has no answer to: its login too. */
function eachUnanswered({ conversation, journey, legs, placing }: Session, visit: Visit): void {
  if (conversation !== undefined) {
    // A session that has lost its server, or has left it, lingers for its client; what it asked, nobody waits for.
    if (legs.hasEnded('server') || !legs.isWritable('server')) return;
    // One that leaves its server because that is down has been heard: it must not put it down again, however long it takes.
    if (journey?.move?.whenNone === 'hold') return;
    conversation.relay.client.eachUnanswered((commandId, atMs) => visit(conversation.server, commandId, atMs));
  } else if (placing?.state.kind === 'logging-in' && placing.dialledAtMs !== undefined) {
    visit(placing.state.server, CommandId.connect, placing.dialledAtMs);
  }
}

/** One server, and what has been seen of it at the last look. */
class ObservedServer {
  readonly inBand: InBand;
  readonly rules: ObserveRules;
  readonly #server: Server;
  #answers: number;
  #submitAnswers: number;
  #busyAnswers: number;
  #linkLosses: number;
  #oldestMs = Infinity;
  readonly #waiting = new Map<number, number>();

  constructor(server: Server, rules: ObserveRules) {
    this.inBand = new InBand(rules);
    this.rules = rules;
    this.#server = server;
    const { answers, submitAnswers, busyAnswers, linkLosses } = server.seen;
    this.#answers = answers;
    this.#submitAnswers = submitAnswers;
    this.#busyAnswers = busyAnswers;
    this.#linkLosses = linkLosses;
  }

  /** A request waits for its answer, at this look. */
  waits(commandId: number, askedAtMs: number): void {
    this.#oldestMs = Math.min(this.#oldestMs, askedAtMs);
    this.#waiting.set(commandId, (this.#waiting.get(commandId) ?? 0) + 1);
  }

  /** What is new since the last sample, and what waits now. */
  takeSample(nowMs: number): ServerSample {
    const { answers, submitAnswers, busyAnswers, linkLosses, lastLoss } = this.#server.seen;
    const sample = {
      oldestUnansweredMs: this.#oldestMs === Infinity ? 0 : nowMs - this.#oldestMs,
      unanswered: [...this.#waiting].map(([commandId, requests]) => `${requests} ${commandName(commandId)}`).join(', '),
      answers: answers - this.#answers,
      submitAnswers: submitAnswers - this.#submitAnswers,
      busyAnswers: busyAnswers - this.#busyAnswers,
      linkLosses: linkLosses - this.#linkLosses,
      lastLoss,
    };
    this.#answers = answers;
    this.#submitAnswers = submitAnswers;
    this.#busyAnswers = busyAnswers;
    this.#linkLosses = linkLosses;
    this.#oldestMs = Infinity;
    this.#waiting.clear();
    return sample;
  }
}
