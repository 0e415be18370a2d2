import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sampler } from '../../src/admin/http/sampler.js';
import type { ShownMigration } from '../../src/supervision/migrations.js';
import type { Snapshot } from '../../src/stats/snapshot.js';
import { EventLog } from '../support/event-log.js';
import { FakeClock } from '../support/fake-clock.js';
import { snapshotOf } from '../stats/haproxy-figures.js';

function staged(take: () => Snapshot = () => snapshotOf()) {
  const clock = new FakeClock();
  const log = new EventLog();
  const told: string[] = [];
  const states = [{ server: 'smsc/s1', status: 'UP' }];
  const feed = { tell: (event: string, data: object) => void told.push(`${event} ${JSON.stringify(data)}`) };
  const migrations: ShownMigration[] = [];
  const sources = { clock, migrations: () => migrations, serverStates: () => states, snapshot: take };
  const sampler = new Sampler({ sources, feed, log });
  sampler.start();
  return { clock, log, told, states, migrations, sampler };
}

describe('The sampler', () => {
  it('takes a sample at the start and every five seconds, as long as it is not stopped', () => {
    const { clock, sampler, told } = staged();
    const beganMs = clock.wallMs();
    for (let nth = 0; nth < 20; nth += 1) clock.advance(500);
    assert.deepEqual(
      sampler.history().times.map((time) => time - beganMs),
      [0, 5000, 10_000],
    );
    assert.equal(told.filter((text) => text.startsWith('sample {"time":')).length, 3);
    sampler.stop();
    assert.equal(clock.pending, 0);
  });

  it('tells of a server that has changed within half a second', () => {
    const { clock, states, told } = staged();
    states[0] = { server: 'smsc/s1', status: 'DOWN' };
    clock.advance(500);
    assert.deepEqual(told.slice(1), ['server {"server":"smsc/s1","status":"DOWN"}']);
  });

  it('tells how far a migration has come, whenever that is farther', () => {
    const { clock, migrations, told } = staged();
    const progress = { state: 'running', begun: 40, moved: 38, failed: 0, tookMs: 400 } as const;
    const drain = { of: 'smsc/s1', cause: 'drain', perSecond: 100 } as const;
    migrations.push({ ...drain, progress });
    clock.advance(500);
    migrations[0] = { ...drain, progress: { ...progress, tookMs: 900 } };
    clock.advance(500);
    migrations[0] = { ...drain, progress: { ...progress, moved: 40 } };
    clock.advance(500);
    assert.deepEqual(
      told.slice(1),
      [38, 40].map(
        (moved) =>
          `migration {"of":"smsc/s1","cause":"drain","state":"running","perSecond":100,"begun":40,"moved":${moved},"failed":0}`,
      ),
    );
  });

  it('goes on after a fault, which it logs', () => {
    let isBroken = true;
    const { clock, log, sampler } = staged(() => {
      if (isBroken) throw new Error('a bug');
      return snapshotOf();
    });
    assert.match(log.of('internal-error')[0]?.stack ?? '', /a bug/);
    isBroken = false;
    for (let nth = 0; nth < 10; nth += 1) clock.advance(500);
    assert.equal(sampler.history().times.length, 1);
  });
});
