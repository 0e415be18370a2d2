import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LOGIN } from '../balancer/staged-session.js';
import { connect } from '../simulation/frames.js';
import { SupervisedStage, placesOf } from './supervised-stage.js';
import type { StagedServer } from './supervised-stage.js';

const three: readonly StagedServer[] = [{ name: 's1' }, { name: 's2' }, { name: 's3' }];

describe('a server that stalls', () => {
  it('is down within fall x inter by its probes, takes nobody, and comes back', () => {
    const stage = new SupervisedStage([{ servers: three }]).passes(6000);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP');
    assert.deepEqual(stage.lines.slice(-3).sort(), [
      'Server smsc/s1 is UP: ACTIVE_TEST answered',
      'Server smsc/s2 is UP: ACTIVE_TEST answered',
      'Server smsc/s3 is UP: ACTIVE_TEST answered',
    ]);
    stage.gateway('s2').manner = 'stalls';
    stage.passes(15_000);
    assert.deepEqual(stage.lines, [
      'Server smsc/s2 is UP 2/3: no ACTIVE_TEST_RESP',
      'Server smsc/s2 is UP 1/3: no ACTIVE_TEST_RESP',
      'Server smsc/s2 is DOWN: no ACTIVE_TEST_RESP (2/3 UP left)',
    ]);
    assert.equal(placesOf(stage, 9), 's1 s3');
    stage.gateway('s2').manner = 'answers';
    stage.passes(15_000);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP');
    assert.equal(placesOf(stage, 9), 's1 s2 s3');
    const [first, second] = stage.lines;
    assert.equal(first, 'Server smsc/s2 is DOWN 1/2: ACTIVE_TEST answered');
    assert.match(second ?? '', /^Server smsc\/s2 is UP after \d+\.\d s: ACTIVE_TEST answered \(3\/3 UP\)$/);
  });

  it('keeps its sessions, or closes them, as on-marked-down says', () => {
    for (const onMarkedDown of ['keep', 'close'] as const) {
      const stage = new SupervisedStage([{ rules: { onMarkedDown }, servers: three }]).passes(6000);
      const sessions = [1, 2, 3].map(() => stage.session().logsIn());
      const left = sessions.find(({ session }) => session.conversation?.server.name === 's2');
      assert.ok(left !== undefined);
      assert.equal(stage.lines.length, 3);
      stage.gateway('s2').manner = 'refuses';
      stage.passes(15_000);
      const last = stage.lines.at(-1);
      const why = 'connection refused (ECONNREFUSED)';
      if (onMarkedDown === 'keep') {
        assert.equal(last, `Server smsc/s2 is DOWN: ${why} (2/3 UP left, 1 session stays)`);
        assert.deepEqual(left.acts, []);
      } else {
        assert.equal(last, `Server smsc/s2 is DOWN: ${why} (2/3 UP left, 1 session closes)`);
        assert.deepEqual(left.acts, [
          'client gets TERMINATE 4294967295',
          'client gets FIN',
          'ended: server-marked-down',
        ]);
        assert.equal(left.session.detail, why);
      }
      for (const other of sessions.filter((session) => session !== left))
        assert.equal(other.session.state.kind, 'relaying');
    }
  });

  it('is left at once by who only tries it', () => {
    const stage = new SupervisedStage([{ servers: three.slice(0, 2) }]).passes(6000);
    stage.gateway('s1').manner = 'stalls';
    stage.passes(8000);
    const session = stage.session().sends('client', connect(LOGIN));
    assert.deepEqual(session.acts, ['dials s1']);
    session.accepts();
    stage.passes(6000);
    assert.deepEqual(session.acts, [
      'server gets CONNECT 1',
      'drops server',
      'try 1 on s1 failed: server-marked-down, redispatch',
      'dials s2',
    ]);
  });
});

describe('a server that cannot be probed for want of descriptors', () => {
  it('stays as it was, up or down, and the log says so once each time', () => {
    const stage = new SupervisedStage([{ servers: three }]).passes(6000);
    stage.gateway('s2').manner = 'refuses';
    stage.passes(20_000);
    assert.equal(stage.states, 's1 UP, s2 DOWN, s3 UP');
    const unchecked = (): string[] => stage.lines.filter((line) => line.includes('cannot be probed'));
    for (const name of ['s1', 's2']) stage.gateway(name).manner = 'no-socket';
    stage.passes(60_000);
    assert.equal(stage.states, 's1 UP, s2 DOWN, s3 UP');
    assert.deepEqual(unchecked(), [
      'Server smsc/s1 cannot be probed, and stays UP: no descriptor is left (ulimit -n) (EMFILE)',
      'Server smsc/s2 cannot be probed, and stays DOWN: no descriptor is left (ulimit -n) (EMFILE)',
    ]);
    const health = stage.supervised('s1').health;
    assert.equal(health?.failures, 0);
    assert.equal(health.lastOutcome?.status, 'SOCKERR');
    stage.gateway('s1').manner = 'answers';
    stage.passes(6000);
    stage.gateway('s1').manner = 'no-socket';
    stage.passes(60_000);
    assert.equal(unchecked().length, 1);
  });
});

describe('a backend that has lost its servers', () => {
  it('refuses logins at once, says so once, and accepts them again', () => {
    const stage = new SupervisedStage([{ servers: three.slice(0, 2) }]).passes(6000);
    for (const name of ['s1', 's2']) stage.gateway(name).manner = 'refuses';
    stage.passes(15_000);
    assert.equal(placesOf(stage, 2), 'no-server');
    const session = stage.session().sends('client', connect(LOGIN));
    assert.deepEqual(session.acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
    assert.equal(stage.lines.filter((line) => line === 'Backend smsc refuses logins: 0/2 servers UP').length, 1);
    stage.gateway('s1').manner = 'answers';
    stage.passes(15_000);
    assert.equal(stage.lines.at(-1), 'Backend smsc accepts logins again: 1/2 servers UP');
    assert.equal(placesOf(stage, 2), 's1');
  });

  it('does so below min-up as well', () => {
    const stage = new SupervisedStage([{ rules: { minUp: 3 }, servers: three }]).passes(6000);
    stage.gateway('s3').manner = 'refuses';
    stage.passes(15_000);
    assert.equal(stage.lines.at(-1), 'Backend smsc refuses logins: 2/3 servers UP, min-up is 3');
    assert.equal(placesOf(stage, 3), 'min-up');
  });

  it('tells those who wait in its queue', () => {
    const stage = new SupervisedStage([{ servers: [{ name: 's1', maxconn: 1 }] }]).passes(6000);
    stage.session().logsIn();
    const waiting = stage.session().sends('client', connect(LOGIN));
    assert.deepEqual(waiting.acts, []);
    stage.gateway('s1').manner = 'refuses';
    // Its own patience would be over after eleven seconds.
    stage.supervisor.force(stage.supervised('s1'), 'down');
    assert.deepEqual(waiting.waits(0).acts, ['client gets CONNECT_RESP 1', 'client gets FIN']);
  });

  it('uses its backup meanwhile, and closes the sessions there if on-marked-up says so', () => {
    for (const onMarkedUp of ['keep', 'close-backup-sessions'] as const) {
      const servers = [{ name: 's1' }, { name: 'b1', backup: true }];
      const stage = new SupervisedStage([{ rules: { onMarkedUp }, servers }]).passes(6000);
      stage.gateway('s1').manner = 'refuses';
      stage.passes(15_000);
      const session = stage.session().logsIn();
      assert.equal(session.session.conversation?.server.name, 'b1');
      stage.gateway('s1').manner = 'answers';
      stage.passes(15_000);
      assert.equal(stage.states, 's1 UP, b1 UP');
      assert.deepEqual(
        session.acts,
        onMarkedUp === 'keep' ? [] : ['client gets TERMINATE 4294967295', 'client gets FIN', 'ended: backup-released'],
      );
    }
  });
});

describe('the operator’s wish', () => {
  it('is kept apart from health', () => {
    const stage = new SupervisedStage([{ servers: three }]).passes(6000);
    const { supervisor } = stage;
    const s1 = stage.supervised('s1');
    supervisor.setWish(s1, 'drain', 'set to drain');
    assert.equal(stage.states, 's1 DRAIN, s2 UP, s3 UP');
    assert.equal(stage.lines.at(-1), 'Server smsc/s1 is DRAIN: set to drain (2/3 UP, 0 sessions there)');
    assert.equal(placesOf(stage, 9), 's2 s3');
    stage.gateway('s1').manner = 'refuses';
    stage.passes(15_000);
    assert.equal(stage.states, 's1 DOWN, s2 UP, s3 UP');
    supervisor.setWish(s1, 'ready', 'set to ready');
    assert.equal(stage.states, 's1 DOWN, s2 UP, s3 UP');
    assert.equal(placesOf(stage, 9), 's2 s3');
    supervisor.setWeight(stage.supervised('s2'), 0, 'weight 0');
    assert.equal(stage.states, 's1 DOWN, s2 DRAIN, s3 UP');
  });

  it('stops the probes in maintenance, and leaves it one failure from down', () => {
    const stage = new SupervisedStage([{ servers: three }]).passes(6000);
    const s1 = stage.supervised('s1');
    stage.supervisor.setWish(s1, 'maint', 'set to maint');
    assert.equal(stage.states, 's1 MAINT, s2 UP, s3 UP');
    const before = stage.gateway('s1').probes;
    stage.passes(60_000);
    assert.equal(stage.gateway('s1').probes, before);
    assert.equal(placesOf(stage, 9), 's2 s3');
    stage.gateway('s1').manner = 'refuses';
    stage.supervisor.setWish(s1, 'ready', 'set to ready');
    assert.equal(stage.states, 's1 UP 1/3, s2 UP, s3 UP');
    stage.passes(1000);
    assert.equal(stage.states, 's1 DOWN, s2 UP, s3 UP');
  });

  it('is not said to be drained when it leaves maintenance and was down', () => {
    const stage = new SupervisedStage([{ servers: three }]).passes(6000);
    const s1 = stage.supervised('s1');
    stage.supervisor.force(s1, 'down');
    stage.supervisor.setWish(s1, 'maint', 'set to maint');
    assert.ok(stage.lines.length > 0);
    stage.supervisor.setWish(s1, 'ready', 'set to ready');
    assert.equal(stage.lines[0], 'Server smsc/s1 is UP 1/3: set to ready (2/3 UP, 0 sessions there)');
  });

  it('keeps sessions on a backup when a server comes up that it wants drained', () => {
    const servers = [{ name: 's1' }, { name: 'b1', backup: true }];
    const stage = new SupervisedStage([{ rules: { onMarkedUp: 'close-backup-sessions' }, servers }]).passes(6000);
    const s1 = stage.supervised('s1');
    stage.supervisor.force(s1, 'down');
    stage.supervisor.setWish(s1, 'drain', 'set to drain');
    const session = stage.session().logsIn();
    stage.supervisor.force(s1, 'up');
    assert.equal(session.session.state.kind, 'relaying');
  });

  it('can put a server up or down until its probes say otherwise, and not one without probes', () => {
    const stage = new SupervisedStage([{ servers: [...three, { name: 's4', check: 'off' }] }]).passes(6000);
    assert.equal(stage.supervisor.force(stage.supervised('s1'), 'down'), true);
    assert.equal(stage.supervisor.force(stage.supervised('s4'), 'down'), false);
    assert.equal(stage.states, 's1 DOWN, s2 UP, s3 UP, s4 no check');
    assert.match(stage.lines.at(-1) ?? '', /s1 is DOWN: set down by the operator/);
    stage.passes(15_000);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP, s4 no check');
  });

  it('stops the probes alone, also through maintenance, and not those that are not there', () => {
    const stage = new SupervisedStage([{ servers: [{ name: 's1' }, { name: 's2', check: 'off' }] }]);
    const s1 = stage.supervised('s1');
    stage.passes(60_000);
    assert.equal(stage.supervisor.setProbed(s1, false), true);
    const { probes } = stage.gateway('s1');
    stage.supervisor.setWish(s1, 'maint', 'by hand');
    stage.supervisor.setWish(s1, 'ready', 'by hand');
    stage.passes(60_000);
    assert.deepEqual([stage.gateway('s1').probes, stage.states], [probes, 's1 UP, s2 no check']);
    stage.supervisor.setProbed(s1, true);
    stage.passes(1000);
    assert.equal(stage.gateway('s1').probes, probes + 1);
    assert.equal(stage.supervisor.setProbed(stage.supervised('s2'), false), false);
  });

  it('probes a server that was moved at once, but not in maintenance', () => {
    const stage = new SupervisedStage([{ servers: [{ name: 's1' }] }]).passes(60_000);
    const s1 = stage.supervised('s1');
    const { probes } = stage.gateway('s1');
    stage.supervisor.moved(s1);
    stage.passes(250);
    assert.equal(stage.gateway('s1').probes, probes + 1);
    stage.supervisor.setWish(s1, 'maint', 'by hand');
    stage.supervisor.moved(s1);
    stage.passes(60_000);
    assert.equal(stage.gateway('s1').probes, probes + 1);
  });

  it('holds from the start for a server that is disabled', () => {
    const stage = new SupervisedStage([{ servers: three }], ([first]) => {
      if (first !== undefined) first.wish = 'maint';
    }).passes(20_000);
    assert.equal(stage.states, 's1 MAINT, s2 UP, s3 UP');
    assert.equal(stage.gateway('s1').probes, 0);
    assert.equal(placesOf(stage, 9), 's2 s3');
  });
});

it('leaves no timer behind', () => {
  const stage = new SupervisedStage([{ observe: {}, servers: three }]).passes(7000);
  stage.gateway('s1').manner = 'stalls';
  stage.passes(5000);
  stage.supervisor.stop();
  assert.equal(stage.clock.pending, 0);
});
