/**
 * The history of one session: what was asked by whom, where it was written, and who has answered it.
 *
 * It is written from what must be true of a session that moves, apart from the code under test. It is told what the
 * session reads and writes, whole frames only, and says at once what is wrong about it; what must have come of an event
 * is looked at when that is over. Pure.
 */

import type { InDoubt } from '../../../src/balancer/conversation.js';
import type { MoveCause } from '../../../src/balancer/move-order.js';
import type { Server } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { ServerLeg } from '../../../src/balancer/session-port.js';
import { ACTIVE_TEST, ANSWER, CONNECT, FrameCutter, SUBMIT, TERMINATE } from '../frames.js';
import { commandOf, connect, frame, isRefusal, isSame, ownGoodbye, ownRefusal, sequenceOf } from '../frames.js';
import type { Login } from '../frames.js';
import { ExpectedMove } from './expected-move.js';
import { factsAt } from './facts.js';
import type { Facts } from './facts.js';
import { requestOf, takeAsked, takeAskedOfSp } from './link-record.js';
import type { AskedOfSp, LinkRecord, Request } from './link-record.js';
import { DELIVER, numberOf, ownHeartbeatAnswer, ownRejection } from './messages.js';

const OWN_GOODBYE_ANSWERED = frame(ANSWER + TERMINATE, 0xffffffff, 0, 0);

export class History {
  readonly facts: Facts;
  readonly move: ExpectedMove;
  server: LinkRecord | undefined;
  next: LinkRecord | undefined;
  /** Whether a TERMINATE of our own has been written to the SP, or it was refused. */
  isDismissed = false;
  /** What was said to the SP in place of servers that will not answer. */
  apologyBytes = 0;
  readonly #login: Uint8Array;
  readonly #ownRefusal: Uint8Array;
  readonly #nextLogin: Uint8Array;
  readonly #rules: SessionRules;
  readonly #clientCutter: FrameCutter;
  #hasLoggedIn = false;
  /** The SP's requests that no server was sent yet, in order. */
  #waiting: Request[] = [];
  /** Those that a former server has not answered, and the next one is to. */
  #resent: Request[] = [];
  /** What is to be written in this event, in order. */
  #dueToClient: Uint8Array[] = [];
  #dueToServer: Uint8Array[] = [];
  #askedOfSp: AskedOfSp[] = [];

  /** `nextLogin`: what every server but the first is shown. */
  constructor(login: Login, nextLogin: Uint8Array, rules: SessionRules, nowMs: number) {
    this.#login = connect(login);
    this.#ownRefusal = ownRefusal(login);
    this.#nextLogin = nextLogin;
    this.#rules = rules;
    this.#clientCutter = new FrameCutter(rules.maxFrameBytes);
    this.facts = factsAt(nowMs);
    this.move = new ExpectedMove(this.facts, rules);
  }

  /** Requests that are held, and how many bytes that is with the begin of the next one. */
  get heldRequests(): number {
    return this.#waiting.length;
  }

  get heldBytes(): number {
    return this.#waiting.reduce((sum, { frame: { length } }) => sum + length, this.#clientCutter.leftBytes);
  }

  get unansweredSubmits(): number {
    const { length } = this.server?.unansweredSubmits ?? [];
    return length + [...this.#waiting, ...this.#resent].filter(({ command }) => command === SUBMIT).length;
  }

  /** What the SP has asked and nobody has answered, but for a TERMINATE that no server was sent. */
  get unansweredRequests(): number {
    const { silenced = 0, unanswered = [] } = this.server ?? {};
    const waiting = this.#waiting.filter(({ command }) => command !== TERMINATE);
    return silenced + unanswered.length + this.#resent.length + waiting.length;
  }

  clientSays(chunk: Uint8Array): void {
    const { frames, isFaulty } = this.#clientCutter.cut(chunk);
    this.facts.clientFault ||= isFaulty;
    for (const bytes of frames) {
      const command = commandOf(bytes);
      if (!this.#hasLoggedIn) this.#hasLoggedIn = true;
      else if (command >= ANSWER) this.#clientAnswers(bytes);
      else this.#waiting.push(requestOf(bytes));
      this.facts.saysGoodbye ||= command === TERMINATE;
    }
  }

  /** The answer goes to the link on which it was asked, and nowhere if that is left. */
  #clientAnswers(bytes: Uint8Array): void {
    const asked = takeAskedOfSp(this.#askedOfSp, bytes);
    if (asked !== undefined && asked.link === this.server && asked.link.state === 'accepted')
      this.#dueToServer.push(bytes);
  }

  serverSays(leg: ServerLeg, chunk: Uint8Array, isRelaying: boolean, nowMs: number): string | undefined {
    const link = this[leg];
    if (link === undefined) return 'hears a server that it has not';
    if (leg === 'next' && link.state === 'accepted')
      return 'reads from the next server before it has parted from the former';
    const { login, frames } = link.said(chunk, nowMs);
    if (leg === 'next') {
      link.rest = frames;
      if (link.state === 'accepted') link.waitsSinceMs = this.move.accepted(this.server, nowMs);
      return undefined;
    }
    if (login !== undefined) this.#dueToClient.push(login);
    if (login !== undefined && link.state === 'accepted') this.move.arrives(nowMs);
    for (const bytes of frames) this.#passToClient(bytes, link, nowMs);
    this.facts.serverFault ||= link.isFaulty;
    // In one chunk with its answer to the first login.
    const isFirst = login !== undefined && link.state === 'accepted';
    if (link.isFaulty) this.loses('server-reset', isRelaying || isFirst, nowMs);
    return undefined;
  }

  /** The server is lost. `isRelaying`: whether the session can go on with another one. */
  loses(cause: MoveCause, isRelaying: boolean, nowMs: number): void {
    if (!isRelaying || (this.#rules.onLinkLost === 'close' && !this.move.isUnderWay)) return;
    if (this.server !== undefined) this.server.isLost = true;
    this.move.loses(cause, nowMs);
  }

  #passToClient(bytes: Uint8Array, link: LinkRecord, nowMs: number): void {
    const isGoodbye = commandOf(bytes) === TERMINATE;
    this.facts.serverSaysGoodbye ||= isGoodbye;
    if (isSame(bytes, OWN_GOODBYE_ANSWERED) && this.isDismissed) return;
    if (!isGoodbye || this.#rules.onLinkLost === 'close') {
      this.#dueToClient.push(bytes);
      return;
    }
    if (link.state === 'accepted') this.#dueToServer.push(frame(ANSWER + TERMINATE, sequenceOf(bytes), 0, 0));
    this.move.loses('server-terminate', nowMs);
  }

  /** Returns what is wrong about that, as all that follow. */
  writesToClient(bytes: Uint8Array): string | undefined {
    const [due] = this.#dueToClient;
    if (due === undefined || !isSame(due, bytes)) return this.#writesOwn(bytes);
    this.#dueToClient.shift();
    const command = commandOf(bytes);
    if (command === ANSWER + CONNECT) {
      this.facts.isServed = !isRefusal(bytes);
      return undefined;
    }
    if (this.server === undefined) return 'passes on what no server has said';
    if (command < ANSWER) {
      const number = command === DELIVER ? numberOf(bytes) : 0;
      this.#askedOfSp.push({ command, sequenceId: sequenceOf(bytes), number, link: this.server });
      return undefined;
    }
    return takeAsked(this.server.unanswered, bytes) ? undefined : `passes on an answer that nobody waits for`;
  }

  /** What is said to the SP that no server has said. */
  #writesOwn(bytes: Uint8Array): string | undefined {
    const command = commandOf(bytes);
    if (isSame(bytes, ownGoodbye()) || isSame(bytes, this.#ownRefusal)) {
      if (this.isDismissed) return 'dismisses the SP twice';
      this.isDismissed = true;
      return undefined;
    }
    const isHeld = this.#answersHeld(bytes);
    if (isHeld) return undefined;
    const asked = this.server && takeAsked(this.server.unanswered, bytes);
    this.apologyBytes += bytes.length;
    const endsInDoubt = this.#rules.inDoubt === 'close' && (this.server?.unansweredSubmits.length ?? 0) > 0;
    if (endsInDoubt) return `answers command ${command} itself, and is to end for what is in doubt`;
    if (asked === undefined) return `answers command ${command} ${sequenceOf(bytes)} itself, which waits for nothing`;
    if (command === ANSWER + ACTIVE_TEST)
      return isSame(bytes, ownHeartbeatAnswer(asked.sequenceId)) ? undefined : 'garbles an answer';
    if (command !== ANSWER + SUBMIT || this.server === undefined) return `answers command ${command} itself`;
    this.server.rejected += 1;
    const rejection = ownRejection(asked.sequenceId, this.server.version ?? '2.0');
    if (!isSame(bytes, rejection)) return 'rejects a SUBMIT otherwise than it must';
    return this.#rules.inDoubt === 'reject'
      ? undefined
      : `rejects a SUBMIT in doubt, with in-doubt ${this.#rules.inDoubt}`;
  }

  /** Heartbeats of a session without a server, and its client's farewell, are answered at once. */
  #answersHeld(bytes: Uint8Array): boolean {
    const command = commandOf(bytes) - ANSWER;
    if (command !== ACTIVE_TEST && command !== TERMINATE) return false;
    const body =
      command === ACTIVE_TEST
        ? ownHeartbeatAnswer(sequenceOf(bytes))
        : frame(command + ANSWER, sequenceOf(bytes), 0, 0);
    if (!isSame(bytes, body) || !this.mayHold) return false;
    return takeAsked(this.#waiting, bytes) !== undefined;
  }

  /** Whether requests may be held: there is no server to be trusted, or the next one waits for the former to answer. */
  get mayHold(): boolean {
    return this.facts.distrustedAtMs !== undefined || this.next?.state === 'accepted';
  }

  writesToServer(leg: ServerLeg, bytes: Uint8Array): string | undefined {
    const link = this[leg];
    const command = commandOf(bytes);
    if (link === undefined || link.state === 'over') return `writes command ${command} to a ${leg} leg that is over`;
    if (command === CONNECT) return this.#writesLogin(link, leg, bytes);
    if (leg === 'next' || link.state !== 'accepted')
      return `writes command ${command} to a server that has not accepted the login`;
    const [due] = this.#dueToServer;
    if (due !== undefined && isSame(due, bytes)) {
      this.#dueToServer.shift();
      return undefined;
    }
    if (isSame(bytes, ownGoodbye()) && this.facts.isKilled) return undefined;
    return this.#writesRequest(link, bytes);
  }

  #writesLogin(link: LinkRecord, leg: ServerLeg, bytes: Uint8Array): string | undefined {
    if (link.state !== 'dialling') return 'logs in twice';
    link.state = 'logging-in';
    return isSame(bytes, leg === 'server' ? this.#login : this.#nextLogin) ? undefined : 'shows a server another login';
  }

  /** Every request goes to one server, in the order of the SP; what is sent again goes first. */
  #writesRequest(link: LinkRecord, bytes: Uint8Array): string | undefined {
    const due = this.#resent.shift() ?? this.#waiting.shift();
    if (due === undefined || !isSame(due.frame, bytes)) {
      return `writes command ${commandOf(bytes)} ${sequenceOf(bytes)} where ${due?.command} ${due?.sequenceId} was due`;
    }
    link.unanswered.push(due);
    return undefined;
  }

  /** It tells that `server` will not answer what it was sent. */
  doubts(server: Server, doubts: InDoubt, nowMs: number): string | undefined {
    const link = this.server;
    if (link?.server !== server) return `doubts ${server.name}, on which it is not`;
    // Of a server that is there, nothing is in doubt before it has had its time.
    if (link.state === 'accepted' && !this.move.mayPart(this.next, nowMs)) return 'does not wait for its server';
    this.facts.hadDoubts = true;
    if (this.#rules.inDoubt !== 'close') this.#resent.push(...link.unansweredSubmits);
    return link.settles(doubts, this.#rules.inDoubt);
  }

  /** The next server takes the place of the former one, which is said goodbye to if it is still there. */
  promotes(farewell: Uint8Array | undefined, nowMs: number): string | undefined {
    const { server: former, next } = this;
    if (next?.state !== 'accepted') return 'goes to a server that has not accepted the login';
    if (former === undefined) return 'leaves a server that it never had';
    if (former.unanswered.length > 0) return `leaves ${former.unanswered.length} requests without a word`;
    if ((former.state === 'over') !== (farewell === undefined)) return 'says goodbye to nobody, or leaves without';
    if (farewell !== undefined && !isSame(farewell, ownGoodbye())) return 'says goodbye in other words';
    const isOwed = farewell !== undefined && this.#askedOfSp.some(({ link }) => link === former);
    if (isOwed && !this.move.mayPart(next, nowMs)) return 'does not wait for the SP to answer its former server';
    former.state = 'over';
    this.server = next;
    this.next = undefined;
    return undefined;
  }

  /** It tells that it has moved. */
  moves(cause: MoveCause, tookMs: number, nowMs: number): string | undefined {
    const { server } = this;
    if (server === undefined) return 'moves to nobody';
    const wrong = this.move.ends(cause, tookMs, nowMs);
    for (const bytes of server.rest.splice(0)) this.#passToClient(bytes, server, nowMs);
    this.facts.serverFault ||= server.isFaulty;
    if (server.isFaulty) this.loses('server-reset', true, nowMs);
    return wrong;
  }

  /** `isRelaying`: whether it is still to go on. */
  eventOver(isRelaying: boolean, isClientWritable: boolean): string | undefined {
    const isServerThere = this.server?.state === 'accepted';
    const { length: toClient } = this.#dueToClient;
    const { length: toServer } = this.#dueToServer;
    this.#dueToClient = [];
    this.#dueToServer = [];
    if (toClient > 0 && isClientWritable && !this.isDismissed) return `has not passed on ${toClient} frames to the SP`;
    if (!isRelaying) return undefined;
    if (toServer > 0 && isServerThere) return `has not passed on ${toServer} answers to the server`;
    if (isServerThere && this.server?.isSettled === true) return 'stays on a server that it has given up';
    const { clientFault, clientFin, clientReset, isServed, saysGoodbye } = this.facts;
    if (!isServed) return undefined;
    if (saysGoodbye || clientFin || clientReset || clientFault) return 'goes on without its SP';
    if (this.#rules.inDoubt === 'close' && this.facts.hadDoubts) return 'goes on with SUBMITs in doubt';
    if (!isServerThere && (this.server?.unanswered.length ?? 0) > 0)
      return 'says nothing of what a lost server has not answered';
    if (this.mayHold) return undefined;
    if (this.#resent.length > 0) return `does not send ${this.#resent.length} SUBMITs again`;
    return this.#waiting.length > 0 ? `holds ${this.#waiting.length} requests for no reason` : undefined;
  }
}
