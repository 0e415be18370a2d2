import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SupervisedStage, placesOf } from './supervised-stage.js';

describe('track', () => {
  it('gives a server the health of another one, also in another backend and through a third', () => {
    const stage = new SupervisedStage([
      { name: 'own', servers: [{ name: 's1' }] },
      {
        name: 'other',
        servers: [
          { name: 't1', track: { backend: 'own', server: 's1' } },
          { name: 't2', track: { backend: 'other', server: 't1' } },
        ],
      },
    ]).passes(6000);
    assert.equal(stage.states, 's1 UP, t1 UP, t2 UP');
    stage.gateway('s1').manner = 'refuses';
    stage.passes(15_000);
    assert.equal(stage.states, 's1 DOWN, t1 DOWN, t2 DOWN');
    assert.equal(placesOf(stage, 2, 'other'), 'no-server');
    const down = stage.lines.filter((line) => line.includes('is DOWN:'));
    assert.deepEqual(down, [
      'Server own/s1 is DOWN: connection refused (ECONNREFUSED) (0/1 UP left)',
      'Server other/t1 is DOWN: own/s1: connection refused (ECONNREFUSED) (0/2 UP left)',
      'Server other/t2 is DOWN: other/t1: own/s1: connection refused (ECONNREFUSED) (0/2 UP left)',
    ]);
    stage.gateway('s1').manner = 'answers';
    stage.passes(15_000);
    assert.equal(stage.states, 's1 UP, t1 UP, t2 UP');
    stage.supervisor.setWish(stage.supervised('s1'), 'maint', 'set to maint');
    assert.equal(stage.states, 's1 MAINT, t1 MAINT (via own/s1), t2 MAINT (via own/s1)');
    assert.equal(placesOf(stage, 2, 'other'), 'no-server');
    stage.supervisor.setWish(stage.supervised('s1'), 'ready', 'set to ready');
    assert.equal(placesOf(stage, 2, 'other'), 't1 t2');
  });
});

describe('slowstart', () => {
  it('gives a server that came back its weight little by little, and one that starts at once', () => {
    const stage = new SupervisedStage([{ servers: [{ name: 's1', slowstartMs: 20_000 }, { name: 's2' }] }]).passes(
      6000,
    );
    const { server } = stage.supervised('s1');
    assert.equal(server.ramp, 1);
    stage.gateway('s1').manner = 'refuses';
    stage.passes(15_000);
    assert.equal(server.isUp, false);
    stage.gateway('s1').manner = 'answers';
    while (!server.isUp) stage.passes(10);
    assert.ok(server.ramp < 0.02, String(server.ramp));
    stage.passes(10_000);
    assert.ok(Math.abs(server.ramp - 0.5) < 0.06, String(server.ramp));
    stage.passes(10_000);
    assert.equal(server.ramp, 1);
    const pending = stage.clock.pending;
    stage.gateway('s1').manner = 'refuses';
    stage.passes(15_000);
    stage.gateway('s1').manner = 'answers';
    stage.passes(12_000);
    stage.supervisor.force(stage.supervised('s1'), 'down');
    assert.equal(server.ramp, 1, 'down before it was over');
    assert.equal(stage.clock.pending, pending, 'and nothing goes on');
  });
});
