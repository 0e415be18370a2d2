import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isUsable } from '../../src/balancer/server.js';
import type { Server } from '../../src/balancer/server.js';
import type { EventName, EventValues } from '../../src/log/event.js';
import { factsOfEvent } from '../../src/log/event.js';
import type { Driven } from '../../src/supervision/backend-supervisor.js';
import { errandsToBalance } from '../../src/supervision/errand.js';
import { Migrations } from '../../src/supervision/migrations.js';
import { accepted } from '../balancer/moving-session.js';
import { LOGIN, StagedSession, change, stageOf } from '../balancer/staged-session.js';
import type { Stage } from '../balancer/staged-session.js';
import { server, serversOf } from '../support/servers.js';

function positive(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + Math.max(0, each), 0);
}

/** Sessions of a backend, and what the log says of their moving. */
class Farm {
  readonly stage: Stage;
  readonly sessions: StagedSession[] = [];
  readonly migrations: Migrations;
  readonly lines: string[] = [];

  constructor(stage: Stage, sessions: number) {
    this.stage = stage;
    for (let nth = 0; nth < sessions; nth += 1) this.arrives(nth);
    this.migrations = new Migrations({
      clock: stage.clock,
      log: { event: (name, values) => this.#keep(name, values) },
      sessions: () => this.driven(),
    });
  }

  arrives(nth: number): StagedSession {
    const session = new StagedSession({ stage: this.stage, rules: { onLinkLost: 'move', retries: 0 } });
    session.logsIn({ ...LOGIN, account: String(900_000 + nth) });
    this.sessions.push(session);
    return session;
  }

  *driven(): Iterable<Driven> {
    for (const { session } of this.sessions) {
      yield { session, guard: (act) => act(this.stage.clock.nowMs()) };
    }
  }

  /** The next servers take all that wait for them; with false, they refuse them. */
  answers(takesThem = true): void {
    for (const session of this.sessions) {
      if (session.session.journey?.move?.placing?.state.kind !== 'dialling') continue;
      accepted(session, '2.0', takesThem ? 0 : 3);
    }
  }

  /** `3 0 5`: how many each server has. */
  get there(): string {
    return this.stage.backend.servers.map(({ sessionsNow }) => sessionsNow).join(' ');
  }

  #keep<Name extends EventName>(name: Name, values: EventValues<Name>): void {
    this.lines.push(factsOfEvent(name).message(values));
  }
}

describe('a server that is drained', () => {
  it('loses its sessions, so many a second, and says when it is empty', () => {
    const farm = new Farm(stageOf(serversOf({}, {})), 8);
    assert.equal(farm.there, '4 4');
    change(farm.stage, 1, { wish: 'drain' });
    farm.migrations.drain('smsc/s1', server(farm.stage.backend.servers, 1), 'drain', 20);
    farm.answers();
    assert.equal(farm.there, '2 6');
    farm.stage.clock.advance(100);
    farm.answers();
    assert.equal(farm.there, '0 8');
    farm.stage.clock.advance(200);
    assert.deepEqual(farm.lines, [
      'smsc/s1: 4 sessions begin to move (drain), 20 a second',
      'smsc/s1: 4 sessions moved (drain), 0 not, done after 0.2 s',
    ]);
    assert.equal(farm.stage.clock.pending, farm.sessions.length);
  });

  it('is drained of those as well that stay at first, and can be stopped', () => {
    const farm = new Farm(stageOf(serversOf({}, {})), 2);
    change(farm.stage, 1, { wish: 'drain' });
    farm.migrations.drain('smsc/s1', server(farm.stage.backend.servers, 1), 'drain', 100);
    farm.answers(false);
    farm.stage.clock.advance(1000);
    assert.deepEqual(farm.migrations.shown[0]?.progress, {
      state: 'running',
      begun: 1,
      moved: 0,
      failed: 1,
      tookMs: 1000,
    });
    for (let tries = 0; tries < 3; tries += 1) {
      farm.stage.clock.advance(10_100);
      farm.answers(false);
    }
    farm.stage.clock.advance(100);
    // However often they are told: sessions, not tries.
    const { begun, failed } = farm.migrations.shown[0]?.progress ?? {};
    assert.deepEqual([begun, failed], [1, 1]);
    farm.stage.clock.advance(10_100);
    farm.answers();
    assert.equal(farm.there, '0 2');
    assert.equal(farm.migrations.stop('smsc/s1'), true);
    assert.equal(farm.migrations.stop('smsc/s1'), false);
    assert.equal(farm.migrations.stop('smsc/s2'), false);
  });
});

describe('a backend that is balanced anew', () => {
  it('has the fewest sessions moved that make it even, by weight', () => {
    const stage = stageOf(serversOf({}, { weight: 2 }, {}));
    change(stage, 2, { isUp: false });
    const farm = new Farm(stage, 12);
    assert.equal(farm.there, '6 0 6');
    change(stage, 2, { isUp: true });
    assert.equal(farm.migrations.rebalance('smsc', stage.backend, 1000), 6);
    farm.answers();
    assert.equal(farm.there, '3 6 3');
    farm.stage.clock.advance(100);
    assert.deepEqual(farm.lines, [
      'smsc: 6 sessions begin to move (rebalance), 1000 a second',
      'smsc: 6 sessions moved (rebalance), 0 not, done after 0.1 s',
    ]);
    assert.equal(farm.migrations.rebalance('smsc', stage.backend, 1000), 0);
  });

  it('has every server less than one session from its share, by no move too many, whatever the weights were and are', () => {
    const weights = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 40 }), (pairs, count) => {
        const stage = stageOf(serversOf(...pairs.map(([weight]) => ({ weight }))));
        const farm = new Farm(stage, count);
        for (const [nth, [, weight]] of pairs.entries()) change(stage, nth + 1, { weight });
        const takers = stage.backend.servers.filter((each) => isUsable(each));
        const sum = takers.reduce((all, { weight }) => all + weight, 0);
        const placed = takers.reduce((all, { sessionsNow }) => all + sessionsNow, 0);
        const shareOf = (each: Server): number => (placed * each.weight) / sum;
        const excess = takers.map((each) => each.sessionsNow - Math.ceil(shareOf(each)));
        const lack = takers.map((each) => Math.floor(shareOf(each)) - each.sessionsNow);
        const errands = errandsToBalance(stage.backend, farm.driven());
        assert.equal(errands.length, Math.max(positive(excess), positive(lack)));
        for (const each of takers) {
          const come = errands.filter(({ to }) => to === each).length;
          const go = errands.filter(({ from }) => from === each).length;
          assert.ok(Math.abs(each.sessionsNow + come - go - shareOf(each)) < 1);
        }
      }),
    );
  });

  it('has those moved, where it hashes, that are not where the hash wants them', () => {
    const rules = { balance: 'account', hashType: 'maglev' } as const;
    const stage = stageOf(serversOf({}, {}, {}), rules);
    const farm = new Farm(stage, 60);
    const { there } = farm;
    change(stage, 2, { isUp: false });
    for (const each of farm.sessions) each.leaves(2, 'server-marked-down', 'move');
    farm.answers();
    assert.notEqual(farm.there, there);
    change(stage, 2, { isUp: true });
    const errands = errandsToBalance(stage.backend, farm.driven());
    assert.ok(errands.every(({ from, to }) => from.id !== 2 && to?.id === 2 && isUsable(to)));
    farm.migrations.rebalance('smsc', stage.backend, 1000);
    farm.answers();
    assert.equal(farm.there, there);
  });

  it('moves nobody to yet another server than the one that lacks sessions: when that takes none, it stops', () => {
    const stage = stageOf(serversOf({}, {}, {}));
    change(stage, 2, { isUp: false });
    const farm = new Farm(stage, 12);
    change(stage, 2, { isUp: true });
    farm.migrations.rebalance('smsc', stage.backend, 20);
    for (let round = 0; round < 5; round += 1) {
      farm.answers(false);
      farm.answers();
      stage.clock.advance(100);
    }
    assert.equal(farm.there, '6 0 6');
    assert.equal(farm.lines.at(-1), 'smsc: 0 sessions moved (rebalance), 2 not, stopped after 0.1 s');
  });

  it('has a session go anywhere that has lost its server meanwhile', () => {
    const stage = stageOf(serversOf({}, {}, {}));
    change(stage, 2, { isUp: false });
    const farm = new Farm(stage, 12);
    change(stage, 2, { isUp: true });
    farm.migrations.rebalance('smsc', stage.backend, 10);
    const moving = farm.sessions.find(({ session }) => session.journey?.move !== undefined);
    assert.deepEqual(moving?.forgets().reset('server').acts, ['drops server']);
    change(stage, 2, { isUp: false });
    moving.refuses().waits(1000);
    assert.match(moving.acts.at(-1) ?? '', /^dials s[13]$/);
  });

  it('stops at the first session that nobody takes', () => {
    const stage = stageOf(serversOf({}, {}));
    change(stage, 2, { isUp: false });
    const farm = new Farm(stage, 8);
    change(stage, 2, { isUp: true });
    farm.migrations.rebalance('smsc', stage.backend, 10);
    farm.answers(false);
    farm.stage.clock.advance(300);
    assert.equal(farm.there, '8 0');
    assert.deepEqual(farm.lines.at(-1), 'smsc: 0 sessions moved (rebalance), 1 not, stopped after 0.1 s');
  });
});
