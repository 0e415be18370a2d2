import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesText, isoTime, numberText, rateText, timeText, zoneText } from '../../src/admin/page/format.js';
import { migrationsShown, problemsOf } from '../../src/admin/page/problems.js';
import { stateOf } from '../../src/admin/page/server-state.js';
import type { BackendFigures, ServerFigures, Snapshot } from '../../src/stats/snapshot.js';
import { backendOf, frontendOf, serverOf, snapshotOf } from '../stats/haproxy-figures.js';

describe('Figures on the page', () => {
  for (const [text, expected] of [
    [numberText(0), '0'],
    [numberText(999), '999'],
    [numberText(1_234_567), '1,234,567'],
    [numberText(null), '–'],
    [rateText(0), '0'],
    [rateText(0.25), '0.3'],
    [rateText(1), '1'],
    [rateText(9.96), '10'],
    [rateText(1234.4), '1,234'],
    [bytesText(999), '999 B'],
    [bytesText(1250), '1.3 kB'],
    [bytesText(34_999_000), '34 MB'],
    [bytesText(2 ** 60), '1152 PB'],
    [zoneText(480), 'UTC+08:00'],
    [zoneText(-210), 'UTC-03:30'],
    [timeText(Date.UTC(2026, 10, 21, 20), () => 480), '2026-11-22 04:00:00'],
    [isoTime(Date.UTC(2026, 10, 21, 20)), '2026-11-21T20:00:00.000Z'],
  ] as const) {
    it(`are written like ${expected}`, () => assert.equal(text, expected));
  }
});

describe('A server’s state', () => {
  for (const [status, isUp, state] of [
    ['UP', true, 'up'],
    ['UP 1/3', true, 'going-down'],
    ['DOWN 1/2', false, 'coming-up'],
    ['DOWN', false, 'down'],
    ['DRAIN', true, 'drain'],
    ['MAINT', false, 'maint'],
    ['MAINT (via smsc/s1)', false, 'maint'],
    ['no check', true, 'unchecked'],
    ['no check', false, 'down'],
  ] as const) {
    it(`is ${state} at ${status}`, () => assert.equal(stateOf({ status, isUp }), state));
  }
});

function ofBackend(known: Partial<BackendFigures>): Partial<Snapshot> {
  return { backends: [backendOf(known)] };
}

function ofServer(known: Partial<ServerFigures>): Partial<Snapshot> {
  return ofBackend({ servers: [serverOf(known)] });
}

describe('What needs attention', () => {
  const { process } = snapshotOf();
  const closed = [frontendOf({ isOpen: false })];
  const ofProcess = (known: Partial<Snapshot['process']>): Partial<Snapshot> => ({ process: { ...process, ...known } });

  for (const [what, known, expected] of [
    ['nothing, where all is well', {}, []],
    ['a backend that accepts nobody', ofBackend({ accepts: false }), ['bad problemBackendDown']],
    ['a closed frontend', { frontends: closed }, ['bad problemFrontendClosed']],
    ['a full frontend', { frontends: [frontendOf({ sessionsNow: 5, sessionsLimit: 5 })] }, ['bad problemFrontendFull']],
    ['a full process', ofProcess({ sessionsNow: 9, sessionsLimit: 9 }), ['bad problemProcessFull']],
    [
      'that it stops, not what follows',
      { ...ofProcess({ isStopping: true }), frontends: closed },
      ['bad problemStopping'],
    ],
    ['sessions that are held', ofBackend({ heldNow: 3 }), ['warning problemHeld']],
    ['a queue', ofBackend({ queuedNow: 3 }), ['warning problemQueue']],
    ['lost lines of the log', ofProcess({ lostLogLines: 2 }), ['warning problemLog']],
    ['a server that is down', ofServer({ status: 'DOWN', isUp: false }), ['warning problemServerDown']],
    ['a server that fails', ofServer({ status: 'UP 1/3' }), ['warning problemServerFailing']],
    ['a full server', ofServer({ sessionsNow: 4, sessionsLimit: 4 }), ['warning problemServerFull']],
    ['no server that the operator keeps away', ofServer({ status: 'MAINT', isUp: false }), []],
    [
      'the worst first',
      { ...ofServer({ status: 'DOWN', isUp: false }), frontends: closed },
      ['bad problemFrontendClosed', 'warning problemServerDown'],
    ],
  ] as const) {
    it(`is ${what}`, () => {
      const shown = problemsOf(snapshotOf(known)).map(({ severity, word }) => `${severity} ${word}`);
      assert.deepEqual(shown, expected);
    });
  }
});

describe('Migrations', () => {
  it('are shown as long as they are under way, with what has come of them', () => {
    const progress = { state: 'running', begun: 50, moved: 41, failed: 2, tookMs: 61_000 } as const;
    const drain = { of: 'smsc/s1', cause: 'drain', perSecond: 100, progress } as const;
    const over = (['done', 'stopped'] as const).map((state) => ({ ...drain, progress: { ...progress, state } }));
    const shown = migrationsShown([...over, drain]);
    const values = { name: 'smsc/s1', cause: 'drain', rate: '100', since: '1m1s', moved: '41', now: '7', failed: '2' };
    assert.deepEqual(shown, [{ severity: 'note', word: 'problemMigration', values }]);
  });
});
