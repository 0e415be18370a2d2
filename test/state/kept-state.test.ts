import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { restoreState, stateLines } from '../../src/state/kept-state.js';
import type { Restored } from '../../src/state/kept-state.js';
import { readState } from '../../src/state/state-text.js';
import { requester } from '../support/servers.js';
import { keptFarm } from './kept.js';
import type { KeptFarm } from './kept.js';

const WALL_MS = Date.parse('2026-11-22T03:00:00Z');
const HEAD = { pid: 4711, startedAt: '2026-11-22T02:00:00.000Z', writtenAt: '2026-11-22T03:00:00.000Z' };

/** Writes one farm's state at `nowMs`, and restores it in another one's first moment, `awayMs` later. */
async function carried(from: KeptFarm, to: KeptFarm, nowMs = 0, awayMs = 0): Promise<Restored> {
  const text = [...stateLines(HEAD, from.backends, { nowMs, wallMs: WALL_MS })].join('');
  const read = await readState(text.split('\n'));
  assert.equal(read.kind, 'state', JSON.stringify(read));
  return restoreState(read.state, to.backends, to.supervisor, { nowMs: 0, wallMs: WALL_MS + awayMs });
}

function keysOf({ table }: KeptFarm): Set<string> {
  return new Set(Array.from(table.entries(0), ({ key }) => key));
}

const NONE = { servers: 0, entries: 0, expired: 0, unknown: 0 };

describe('what the operator wished', () => {
  it('holds after a restart', async () => {
    const before = keptFarm({ s1: {}, s2: {}, s3: { weight: 5 } });
    const { s1, s2, s3 } = before.servers;
    assert.ok(s1 && s2 && s3);
    s1.wish = 'drain';
    s2.wish = 'maint';
    s2.weight = 0;
    s3.weight = 7;
    const after = keptFarm({ s1: {}, s2: {}, s3: { weight: 5 }, s4: {} });
    assert.deepEqual(await carried(before, after), { ...NONE, servers: 3 });
    const shown = Object.values(after.servers).map(({ name, wish, weight }) => [name, wish, weight]);
    assert.deepEqual(shown, [
      ['s1', 'drain', 1],
      ['s2', 'maint', 0],
      ['s3', 'ready', 7],
      ['s4', 'ready', 1],
    ]);
  });

  it('brings back a server that the configuration has disabled, and that was made ready', async () => {
    const before = keptFarm({ s1: { isDisabled: true } });
    assert.ok(before.servers['s1']);
    before.servers['s1'].wish = 'ready';
    const after = keptFarm({ s1: { isDisabled: true } });
    assert.deepEqual(await carried(before, after), { ...NONE, servers: 1 });
    assert.equal(after.servers['s1']?.wish, 'ready');
  });

  it('gives way to a configuration that was changed since, each key by itself', async () => {
    const before = keptFarm({ s1: { weight: 1 }, s2: { weight: 1 } });
    for (const server of Object.values(before.servers)) {
      server.wish = 'drain';
      server.weight = 9;
    }
    const after = keptFarm({ s1: { weight: 3 }, s2: { weight: 1, isDisabled: true } });
    assert.deepEqual(await carried(before, after), { ...NONE, servers: 2 });
    const shown = Object.values(after.servers).map(({ wish, weight }) => [wish, weight]);
    assert.deepEqual(shown, [
      ['drain', 3],
      ['maint', 9],
    ]);
  });

  it('is left out and counted for a server that is there no more', async () => {
    const after = keptFarm({ s2: {} });
    assert.deepEqual(await carried(keptFarm({ s1: {}, s2: {} }), after), { ...NONE, unknown: 1 });
  });
});

describe('a stick table', () => {
  it('goes on after a restart, and the time away counts', async () => {
    const before = keptFarm({ s1: {}, s2: {} });
    const [living, idle, old] = [requester(1), requester(2), requester(3)];
    before.table.established(living, 's1', 0);
    for (const [who, endMs] of [
      [old, 10_000],
      [idle, 40_000],
    ] as const) {
      before.table.established(who, 's2', 0);
      before.table.ended(who, endMs);
    }
    const after = keptFarm({ s1: {}, s2: {} });
    assert.deepEqual(await carried(before, after, 50_000, 30_000), { ...NONE, entries: 2, expired: 1 });
    const shown = Array.from(after.table.entries(0), ({ key, serverName, expiresInMs }) => [
      key,
      serverName,
      expiresInMs,
    ]);
    assert.deepEqual(shown, [
      ['0a000002', 's2', 20_000],
      ['0a000001', 's1', 30_000],
    ]);
  });

  it('has no more time than it had when the clock was put back meanwhile', async () => {
    const before = keptFarm({ s1: {} });
    before.table.established(requester(1), 's1', 0);
    const after = keptFarm({ s1: {} });
    await carried(before, after, 0, -3_600_000);
    assert.deepEqual(
      Array.from(after.table.entries(0), ({ expiresInMs }) => expiresInMs),
      [60_000],
    );
  });

  it('keeps the entries that were used last when there is less room', async () => {
    const before = keptFarm({ s1: {} }, { expireMs: Infinity });
    for (let number = 0; number < 10; number += 1) {
      before.table.established(requester(number), 's1', 0);
      before.table.ended(requester(number), 100 - number);
    }
    const after = keptFarm({ s1: {} }, { expireMs: Infinity, sizeEntries: 3 });
    await carried(before, after, 100);
    assert.deepEqual(
      Array.from(after.table.entries(0), ({ key }) => key),
      ['0a000002', '0a000001', '0a000000'],
    );
    assert.equal(after.table.storedNow, 3);
  });

  it('leaves out and counts entries of another key, or of servers that are there no more', async () => {
    const before = keptFarm({ s1: {}, gone: {} });
    before.table.established(requester(1), 's1', 0);
    before.table.established(requester(2), 'gone', 0);
    const now = keptFarm({ s1: {} });
    // One entry, and the server itself.
    assert.deepEqual(await carried(before, now), { ...NONE, entries: 1, unknown: 2 });
    const byAccount = keptFarm({ s1: {}, gone: {} }, { on: 'account' });
    assert.deepEqual(await carried(before, byAccount), { ...NONE, unknown: 2 });
  });

  it('comes back the same, whatever the accounts and addresses are', async () => {
    const who = fc.record({
      source: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
      account: fc
        .uint8Array({ minLength: 1, maxLength: 6 })
        .map((bytes): string | undefined => Buffer.from(bytes).toString('latin1')),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(who), fc.constantFrom('source', 'account'), async (all, on) => {
        const [before, after] = [keptFarm({ s1: {} }, { on }), keptFarm({ s1: {} }, { on })];
        for (const each of all) before.table.established(each, 's1', 0);
        const { unknown } = await carried(before, after);
        assert.deepEqual(keysOf(after), keysOf(before));
        assert.equal(unknown, 0);
      }),
    );
  });
});
