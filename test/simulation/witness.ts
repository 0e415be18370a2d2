/**
 * Sees all that happens to one session, and says what it must do: bytes, FINs, tries, the reason of its end, and when.
 *
 * It is written from the rules and the table of reasons, apart from the code under test, and in the plainest way: it
 * keeps every byte and has no care for speed. It is told of an event before the session is, of the session's acts as
 * they come, and compares when the event is over.
 */

import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { Server } from '../../src/balancer/server.js';
import type { SessionRules } from '../../src/balancer/session-state.js';
import type { Side } from '../../src/balancer/session-port.js';
import { ExpectedOutput } from './expected-output.js';
import { concat, connect, isRefusal, ownGoodbye, ownRefusal } from './frames.js';
import { reasonFor, statusFor } from './reason-table.js';
import type { Happening, ModeName, Phase } from './reason-table.js';
import { Sightings } from './sightings.js';
import type { Opening } from './sp.js';
import { Traffic } from './traffic.js';
import { WitnessedArrival } from './witnessed-arrival.js';
import type { WitnessedFarm } from './witnessed-farm.js';
import { WitnessedLegs } from './witnessed-legs.js';
import { WitnessedLife } from './witnessed-life.js';
import type { LegOver } from './witnessed-life.js';
import { WitnessedRelay } from './witnessed-relay.js';
import { WitnessedSearch } from './witnessed-search.js';

export interface WitnessParts {
  readonly mode: ModeName;
  readonly rules: SessionRules;
  readonly farm: WitnessedFarm;
  /** What the client will say first; undefined in mode tcp. */
  readonly opening: Opening | undefined;
  /** Why it is not let in, if so: by a limit, or by its account. */
  readonly refusal: CloseReason | undefined;
  readonly nowMs: () => number;
}

export class Witness {
  readonly output = { client: new ExpectedOutput(), server: new ExpectedOutput() };
  readonly legs: WitnessedLegs;
  readonly traffic: Traffic;
  readonly relay: WitnessedRelay;
  readonly sightings = new Sightings();
  readonly search: WitnessedSearch;
  readonly life: WitnessedLife;
  /** Undefined in mode tcp. */
  readonly arrival: WitnessedArrival | undefined;
  clientBytes = 0;
  /** The program failed in the midst of something. */
  isBroken = false;
  readonly #parts: WitnessParts;
  readonly #acceptedMs: number;
  /** What the client has sent before it had a server. */
  #early: Uint8Array[] = [];
  /** The server that it was given. */
  #server: Server | undefined;

  constructor(parts: WitnessParts) {
    const { mode, opening, rules, farm, nowMs } = parts;
    this.#parts = parts;
    this.#acceptedMs = nowMs();
    this.arrival = mode === 'tcp' || opening === undefined ? undefined : new WitnessedArrival(opening);
    this.legs = new WitnessedLegs(this.#acceptedMs);
    this.life = new WitnessedLife(mode, rules, this.legs, nowMs);
    this.traffic = new Traffic(rules.maxFrameBytes);
    const { legs, output, sightings, traffic } = this;
    this.relay = new WitnessedRelay({ mode, legs, output, sightings, traffic, nowMs });
    this.search = new WitnessedSearch({ rules, farm, sightings, nowMs });
  }

  /** The server on which it holds a place. */
  get place(): Server | undefined {
    if (this.life.kind === 'placing') return this.search.place;
    return this.life.kind === 'closed' ? undefined : this.#server;
  }

  /** What it may keep of what each side has sent. */
  get heldBytes(): { readonly client: number; readonly server: number } {
    const early = this.#early.reduce((sum, chunk) => sum + chunk.length, 0);
    return { client: early + this.traffic.client.cutter.leftBytes, server: this.traffic.server.cutter.leftBytes };
  }

  /** When it must have done something by itself; Infinity if it may wait for ever. */
  get deadlineMs(): number {
    const { kind } = this.life;
    if (kind === 'recognising') return this.#acceptedMs + this.#parts.rules.clientLoginTimeoutMs;
    return kind === 'placing' ? this.search.deadlineMs : this.life.deadlineMs;
  }

  begins(): void {
    const { mode, refusal } = this.#parts;
    if (mode === 'cmpp') return;
    if (refusal === undefined) this.#seek();
    else this.life.closes(refusal);
  }

  reads(side: Side, chunk: Uint8Array): void {
    const { kind } = this.life;
    this.legs.heard(side, this.#nowMs);
    if (side === 'client') this.clientBytes += chunk.length;
    if (kind === 'recognising') this.#recognise(chunk);
    else if (kind === 'placing' && side === 'client') this.#early.push(chunk.slice());
    else if (kind === 'placing') this.#readAnswer(chunk);
    else this.#relay(side, chunk);
  }

  sendsFin(side: Side): void {
    this.legs.active(side, this.#nowMs);
    this.legs[side].reads = 'ended';
    this.#legIsOver(side, `${side} FIN`);
  }

  sendsReset(side: Side): void {
    this.legs.lose(side);
    this.#legIsOver(side, `${side} RST`);
  }

  isDialled(): void {
    const { opening } = this.#parts;
    this.search.logsIn();
    this.legs.open('server', this.#nowMs);
    if (opening?.kind === 'login') {
      this.output.server.expect(connect(opening.login));
      return;
    }
    this.#hasServer();
    this.#relayEarly();
    if (this.legs.client.reads === 'ended') this.#legIsOver('client', 'client FIN');
  }

  /** A server was not reached, or did not answer. */
  tryFails(reason: CloseReason): void {
    this.legs.lose('server');
    this.output.server.clear();
    const next = this.search.fails(reason);
    if (next === 'close') this.#refuse(reason);
    else if (next === 'redispatch') this.#seek();
  }

  ticks(): void {
    const { kind } = this.life;
    if (this.#nowMs < this.deadlineMs) return;
    if (kind === 'recognising') this.life.closes(this.life.reasonFor('client silent', kind));
    else if (kind === 'placing') this.#searchIsLate();
    else this.life.isLate();
  }

  /** Something of a server has changed: who waits where nobody can be placed any more is told so. */
  seesChange(): void {
    if (this.life.kind === 'placing' && this.#parts.farm.whyNone !== undefined) this.search.isTurnedAway();
  }

  /** It is told to leave a server, which may be its own. */
  leaves(server: Server, why: Happening): void {
    const { kind } = this.life;
    if (this.place !== server) return;
    if (kind === 'placing' && this.search.kind === 'waiting') this.#seek();
    else if (kind === 'placing') this.tryFails('server-marked-down');
    if (kind !== 'relaying') return;
    this.legs.lose('server');
    if (this.#parts.mode === 'cmpp') this.output.client.expect(ownGoodbye());
    this.life.lingers(this.life.reasonFor(why, kind));
    this.legs.finish('client');
  }

  stops(why: 'stop' | 'end by hand', deadlineMs: number): void {
    const { kind } = this.life;
    const reason = this.life.reasonFor(why, this.#phase);
    if (kind === 'recognising') this.life.closes(reason);
    else if (kind === 'placing') this.#refuse(reason);
    if (kind !== 'relaying') return;
    this.life.ends(reason, { deadlineMs });
    this.relay.saysGoodbye();
  }

  /** The program has failed in the midst of it. */
  breaks(): void {
    this.isBroken = true;
    this.output.client.clear();
    this.output.server.clear();
    this.life.closes('internal-error');
  }

  /** The session dials. Returns what is wrong about it. */
  dials(server: Server): string | undefined {
    return this.life.kind === 'placing' ? this.search.dials(server) : `dials ${server.name} while ${this.life.kind}`;
  }

  get #nowMs(): number {
    return this.#parts.nowMs();
  }

  get #phase(): Phase {
    const { kind } = this.life;
    if (kind !== 'placing') return kind === 'recognising' ? kind : 'relaying';
    return this.search.place === undefined ? 'queued' : 'connecting';
  }

  #recognise(chunk: Uint8Array): void {
    const arrived = this.arrival?.read(chunk);
    for (const answer of arrived?.answers ?? []) this.output.client.expect(answer);
    if (arrived?.refused !== undefined) this.life.closes(arrived.refused);
    if (arrived?.early === undefined) return;
    this.#early.push(arrived.early);
    if (this.#parts.refusal === undefined) this.#seek();
    else this.#refuse(this.#parts.refusal);
  }

  #seek(): void {
    this.life.goesOn('placing');
    this.search.ask();
    this.#refuseIfHopeless();
  }

  #refuseIfHopeless(): void {
    const { whyNone } = this.#parts.farm;
    if (whyNone !== undefined) this.#refuse(this.life.reasonFor(whyNone, 'queued'));
  }

  #searchIsLate(): void {
    const { kind } = this.search;
    if (kind === 'queued') this.#refuse(this.life.reasonFor('no place in time', 'queued'));
    else if (kind === 'dialling') this.tryFails('connect-timeout');
    else if (kind === 'logging-in') this.tryFails('login-unanswered');
    else if (!this.#parts.farm.takes(this.search.place)) this.#seek();
    // Else, while `waiting` a dial must come of itself, which `dials` is told of, and which the deadline makes sure of.
  }

  #readAnswer(chunk: Uint8Array): void {
    const { opening } = this.#parts;
    const read = this.search.reads(chunk);
    if (read === 'no CONNECT_RESP') this.tryFails('login-unanswered');
    if (typeof read === 'string' || opening?.kind !== 'login') return;
    this.traffic.passes('client', connect(opening.login));
    if (isRefusal(read.answer)) {
      this.traffic.passes('server', read.answer);
      this.output.client.expect(read.answer);
      this.#hasServer();
      this.life.lingers(this.life.reasonFor('refused login', 'connecting'));
      this.#early = [];
      this.legs.finish('client');
      this.legs.finish('server');
      return;
    }
    this.#hasServer();
    this.#relay('server', read.answer);
    if (read.rest.length > 0) this.#relay('server', read.rest);
    this.#relayEarly();
  }

  #hasServer(): void {
    this.#server = this.search.place;
    this.life.goesOn('relaying');
    this.legs.active('client', this.#nowMs);
  }

  #relayEarly(): void {
    const early = concat(this.#early);
    this.#early = [];
    if (early.length > 0) this.#relay('client', early);
  }

  #relay(side: Side, chunk: Uint8Array): void {
    const outcome = this.relay.passes(side, chunk, this.#server);
    if (outcome === 'bad frame') {
      this.legs.lose(side);
      this.#legIsOver(side, `${side} bad frame`);
    } else if (outcome === 'passed') {
      this.life.heeds(side, this.traffic[side]);
    }
  }

  #legIsOver(side: Side, happening: LegOver): void {
    const { kind } = this.life;
    if (kind === 'placing' && side === 'server') {
      this.tryFails('login-unanswered');
    } else if (kind === 'placing' || kind === 'recognising') {
      const reason = reasonFor(this.#parts.mode, happening, this.#phase);
      if (reason !== undefined) this.life.closes(reason);
    } else if (kind !== 'closed') {
      if (kind === 'relaying' && this.#server !== undefined) this.relay.losesLeg(happening, this.#server);
      this.life.losesLeg(side, happening);
    }
  }

  #refuse(reason: CloseReason): void {
    const { opening } = this.#parts;
    this.legs.lose('server');
    this.output.server.clear();
    if (opening?.kind !== 'login') {
      this.life.closes(reason);
      return;
    }
    this.output.client.expect(ownRefusal(opening.login, statusFor(reason)));
    this.#early = [];
    this.life.lingers(reason);
    this.legs.finish('client');
  }
}
