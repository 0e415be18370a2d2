import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ALGORITHMS, ALGORITHM_NAMES, HASH_TYPE_NAMES } from '../../src/balancer/algorithms.js';
import type { AlgorithmName } from '../../src/balancer/algorithms.js';
import type { Backend, BackendRules, Handed, Placed } from '../../src/balancer/backend.js';
import { candidatesOf, hasRoom } from '../../src/balancer/server.js';
import type { Server } from '../../src/balancer/server.js';
import { backendOf, requester, serversOf } from '../support/servers.js';

interface Session {
  readonly number: number;
  readonly tried: readonly Server[];
  server: Server | undefined;
}

type Rules = Pick<BackendRules, 'balance'> & Partial<BackendRules>;

/** One thing that happens; the numbers pick a session, a server or a value. */
interface Step {
  readonly kind: 'comes' | 'ends' | 'fails' | 'withdraws' | 'weight' | 'maxconn';
  readonly which: number;
  readonly value: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('comes', 'comes', 'comes', 'ends', 'fails', 'withdraws', 'weight', 'maxconn'),
    which: fc.nat(1000),
    value: fc.nat(4),
  }),
  { minLength: 30, maxLength: 150, size: 'max' },
);

/** Plays the callers of a backend, and checks after every step what must always hold. */
class Play {
  readonly #servers = serversOf(
    { maxconn: 2 },
    { maxconn: 1, weight: 2 },
    { maxconn: 3 },
    { maxconn: 2, backup: true },
  );
  readonly #backend: Backend<Session>;
  /** Whether the one that came first is served first whoever it is: nobody waits for a server of its own. */
  readonly #isFree: boolean;
  #placed: Session[] = [];
  /** In the order of arrival. */
  #waiting: Session[] = [];
  #comers = 0;

  constructor(rules: Rules) {
    this.#backend = backendOf<Session>(this.#servers, rules);
    this.#isFree = ALGORITHMS[rules.balance].kind === 'free' && rules.stick === undefined;
  }

  step({ kind, which, value }: Step): void {
    const server = this.#servers[which % this.#servers.length];
    const placed = this.#placed[which % this.#placed.length];
    const waiting = this.#waiting[which % this.#waiting.length];
    if (kind === 'comes') this.#come({ number: (this.#comers += 1) % 20, tried: [], server: undefined });
    if (kind === 'ends' && placed !== undefined) this.#end(placed);
    if (kind === 'fails' && placed?.server !== undefined) {
      const tried = [...placed.tried, placed.server];
      this.#end(placed);
      this.#come({ number: placed.number, tried, server: undefined });
    }
    if (kind === 'withdraws' && waiting !== undefined) {
      assert.ok(this.#backend.withdraw(waiting));
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
    }
    if (server !== undefined && (kind === 'weight' || kind === 'maxconn')) {
      server[kind] = value;
      const { handed, turnedAway } = this.#backend.changed(0);
      for (const each of handed) this.#hand(each);
      if (turnedAway.length > 0) assert.deepEqual(candidatesOf(this.#servers, false), []);
      this.#waiting = this.#waiting.filter((each) => !turnedAway.includes(each));
    }
    this.#check();
  }

  #come(session: Session): void {
    const placement = this.#backend.place(requester(session.number), session.tried, 0);
    if (placement.kind === 'placed') this.#put(session, placement);
    if (placement.kind !== 'queued') return;
    this.#backend.enqueue(session, requester(session.number), session.tried, placement);
    this.#waiting.push(session);
  }

  #end(session: Session): void {
    assert.ok(session.server !== undefined);
    this.#placed = this.#placed.filter((each) => each !== session);
    this.#backend.ended(requester(session.number), 0);
    const handed = this.#backend.release(session.server);
    if (handed !== undefined) this.#hand(handed);
  }

  #hand(handed: Handed<Session>): void {
    assert.ok(this.#waiting.includes(handed.waiter));
    const older = this.#waiting.slice(0, this.#waiting.indexOf(handed.waiter));
    if (this.#isFree)
      assert.ok(
        older.every(({ tried }) => tried.length > 0),
        'somebody was overtaken',
      );
    this.#waiting = this.#waiting.filter((each) => each !== handed.waiter);
    this.#put(handed.waiter, handed);
  }

  #put(session: Session, { server }: Placed): void {
    assert.ok(candidatesOf(this.#servers, false).includes(server));
    assert.ok(server.sessionsNow <= server.maxconn, `${server.name} took more than its maxconn`);
    session.server = server;
    this.#placed.push(session);
    this.#backend.established(requester(session.number), server, 0);
  }

  #check(): void {
    const candidates = candidatesOf(this.#servers, false);
    let queued = this.#backend.queuedFor(undefined);
    for (const server of this.#servers) {
      assert.equal(server.sessionsNow, this.#placed.filter((session) => session.server === server).length);
      const own = this.#backend.queuedFor(server);
      queued += own;
      if (own > 0) assert.ok(candidates.includes(server) && !hasRoom(server), `${server.name} has room, and waiters`);
    }
    assert.equal(queued, this.#waiting.length);
    assert.equal(this.#backend.queuedNow, this.#waiting.length);
    if (!this.#isFree) return;
    for (const { tried } of this.#waiting) {
      const others = candidates.filter((server) => !tried.includes(server));
      assert.ok(
        !(others.length > 0 ? others : candidates).some((server) => hasRoom(server)),
        'waits beside a free place',
      );
    }
  }
}

const stick = { on: 'source', sizeEntries: 5, expireMs: 1000 } as const;

function rulesOf(balance: AlgorithmName): readonly Rules[] {
  if (ALGORITHMS[balance].kind === 'free') return [{ balance }, { balance, stick }];
  return HASH_TYPE_NAMES.flatMap((hashType) => [
    { balance, hashType },
    { balance, hashType, hashBalanceFactor: 125, stick },
  ]);
}

describe('Backend, whatever happens, counts right, keeps to maxconn and forgets nobody who waits', () => {
  for (const rules of ALGORITHM_NAMES.flatMap((balance) => rulesOf(balance))) {
    it(`with ${JSON.stringify(rules)}`, () => {
      fc.assert(
        fc.property(steps, (all) => {
          const play = new Play(rules);
          for (const each of all) play.step(each);
        }),
        // Few for maglev, whose table is built anew at every change.
        { numRuns: rules.hashType === 'maglev' ? 8 : 100 },
      );
    });
  }
});
