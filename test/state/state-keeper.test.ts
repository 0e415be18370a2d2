import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { StateKeeper } from '../../src/state/state-keeper.js';
import { EventLog } from '../support/event-log.js';
import { FakeClock } from '../support/fake-clock.js';
import { requester } from '../support/servers.js';
import { keptFarm } from './kept.js';

const MINUTE_MS = 60_000;

function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-keeper-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'state');
  /** A process that begins at this moment of the clock, and its log. */
  const start = (clock: FakeClock, file = path) => {
    const farm = keptFarm({ s1: {}, s2: {} });
    const log = new EventLog();
    const { backends, supervisor } = farm;
    const keeper = new StateKeeper(file, { clock, log, supervisor, backends: () => backends });
    const hasWritten = (times: number) => log.seen('state-written', () => log.of('state-written').length >= times);
    return { ...farm, log, keeper, hasWritten };
  };
  return { folder, path, start, text: () => readFileSync(path, 'utf8') };
}

describe('StateKeeper', { timeout: 10_000 }, () => {
  it('writes once it serves, every minute from then on, and at the end', async (t) => {
    const { path, start, text } = stage(t);
    const clock = new FakeClock();
    const { keeper, hasWritten, servers, log } = start(clock);
    await keeper.restore();
    assert.equal(existsSync(path), false);
    keeper.begin();
    await hasWritten(1);
    assert.ok(servers['s1'] && servers['s2']);
    servers['s1'].wish = 'drain';
    clock.advance(MINUTE_MS - 1);
    assert.equal(clock.pending, 1);
    assert.equal(log.of('state-written').length, 1);
    clock.advance(1);
    await hasWritten(2);
    assert.match(text(), /"server":"s1","wish":"drain"/);
    servers['s2'].wish = 'maint';
    await keeper.close();
    assert.match(text(), /"server":"s2","wish":"maint"/);
    assert.equal(clock.pending, 0);
    assert.deepEqual(log.of('state-not-written'), []);
  });

  it('brings back after kill -9 what was there at most a minute before', async (t) => {
    const { start } = stage(t);
    const clock = new FakeClock();
    const killed = start(clock);
    killed.keeper.begin();
    await killed.hasWritten(1);
    assert.ok(killed.servers['s1'] && killed.servers['s2']);
    killed.servers['s1'].weight = 9;
    killed.table.established(requester(1), 's2', clock.nowMs());
    clock.advance(MINUTE_MS);
    await killed.hasWritten(2);
    killed.servers['s2'].wish = 'drain';
    clock.advance(MINUTE_MS / 2);
    const next = start(clock);
    await next.keeper.restore();
    assert.deepEqual([next.servers['s1']?.weight, next.servers['s2']?.wish], [9, 'ready']);
    assert.equal(next.table.match(requester(1), clock.nowMs()), 's2');
    const [read] = next.log.of('state-read');
    assert.deepEqual([read?.servers, read?.entries, read?.unknown, read?.ageMs], [1, 1, 0, MINUTE_MS / 2]);
  });

  it('leaves the file to a process that started later, and says so once', async (t) => {
    const { start, text } = stage(t);
    const clock = new FakeClock();
    const old = start(clock);
    old.keeper.begin();
    await old.hasWritten(1);
    clock.advance(1000);
    const next = start(clock);
    assert.ok(next.servers['s1']);
    next.servers['s1'].weight = 77;
    next.keeper.begin();
    await next.hasWritten(1);
    clock.advance(MINUTE_MS);
    await Promise.all([old.log.seen('state-left'), next.hasWritten(2)]);
    await old.keeper.close();
    assert.equal(old.log.of('state-left').length, 1);
    assert.equal(old.log.of('state-written').length, 1);
    assert.match(text(), /"weight":77/);
    await next.keeper.close();
    assert.equal(clock.pending, 0);
  });

  it('takes a file for its own that an earlier process has left', async (t) => {
    const { start } = stage(t);
    const clock = new FakeClock();
    const first = start(clock);
    first.keeper.begin();
    await first.keeper.close();
    clock.advance(1000);
    const second = start(clock);
    second.keeper.begin();
    await second.hasWritten(1);
    await second.keeper.close();
    assert.deepEqual(second.log.of('state-left'), []);
  });

  it('starts without a broken file, and keeps that aside', async (t) => {
    const { path, start } = stage(t);
    writeFileSync(path, 'rubbish\n');
    const { keeper, log, hasWritten } = start(new FakeClock());
    await keeper.restore();
    const why = { path, error: 'line 1 is not of a state file of cmpp-lb', keptAs: `${path}.broken` };
    assert.deepEqual(log.of('state-not-read'), [why]);
    keeper.begin();
    await hasWritten(1);
    await keeper.close();
    assert.equal(readFileSync(`${path}.broken`, 'utf8'), 'rubbish\n');
  });

  it('goes on where it cannot write, says why each time, and writes when it can again', async (t) => {
    const { folder, start } = stage(t);
    const clock = new FakeClock();
    const { keeper, log, hasWritten } = start(clock, join(folder, 'later', 'state'));
    await keeper.restore();
    keeper.begin();
    assert.match((await log.seen('state-not-written')).error, /^ENOENT/);
    clock.advance(MINUTE_MS);
    await log.seen('state-not-written', () => log.of('state-not-written').length === 2);
    mkdirSync(join(folder, 'later'));
    clock.advance(MINUTE_MS);
    await hasWritten(1);
    await keeper.close();
  });
});
