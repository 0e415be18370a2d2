import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObserveRules } from '../../src/health/rules.js';
import { CommandId } from '../../src/cmpp/header.js';
import { LOGIN } from '../balancer/staged-session.js';
import type { StagedSession } from '../balancer/staged-session.js';
import { connect, frame } from '../simulation/frames.js';
import { SupervisedStage } from './supervised-stage.js';
import type { StagedBackend, StagedServer } from './supervised-stage.js';

const three: readonly StagedServer[] = [{ name: 's1' }, { name: 's2' }, { name: 's3' }];
const SUBMIT_RESP_BODY_BYTES = 9;
const BUSY = 8;

/** Three sessions, one on each server, after the first probes. */
function stageWith(observe: Partial<ObserveRules> = {}, servers = three, rules: StagedBackend['rules'] = {}) {
  const stage = new SupervisedStage([{ observe, servers, rules }]).passes(6000);
  const sessions = servers.map(() => stage.session().logsIn());
  const on = (name: string): StagedSession => {
    const found = sessions.find(({ session }) => session.conversation?.server.name === name);
    assert.ok(found !== undefined, name);
    return found;
  };
  assert.ok(stage.lines.length > 0);
  return { stage, on };
}

function asks(session: StagedSession, sequenceId: number, commandId: number = CommandId.submit): void {
  session.sends('client', frame(commandId, sequenceId, 20, 1));
}

function isAnswered(session: StagedSession, sequenceId: number, result = 0): void {
  const answer = frame(CommandId.submitResp, sequenceId, SUBMIT_RESP_BODY_BYTES, 1);
  answer[answer.length - 1] = result;
  session.sends('server', answer);
}

describe('live traffic', () => {
  it('puts a server down that answers neither sessions nor probes, within five seconds', () => {
    const { stage, on } = stageWith();
    // Right after a probe, so that the next one by schedule is far.
    const before = stage.gateway('s2').probes;
    while (stage.gateway('s2').probes === before) stage.passes(10);
    stage.passes(100);
    stage.gateway('s2').manner = 'stalls';
    asks(on('s2'), 1);
    asks(on('s2'), 2, CommandId.activeTest);
    stage.passes(5000);
    assert.equal(stage.states, 's1 UP, s2 DOWN 1/2, s3 UP');
    const down = stage.lines.find((line) => line.includes('DOWN:'));
    assert.match(
      down ?? '',
      /^Server smsc\/s2 is DOWN: nothing answered for 4(\.\d)? s \(1 SUBMIT, 1 ACTIVE_TEST unanswered\) \(2\/3 UP left, 1 session stays\)$/,
    );
    stage.passes(20_000);
    assert.equal(stage.states, 's1 UP, s2 DOWN, s3 UP');
  });

  it('does so for a login that is not answered', () => {
    const { stage } = stageWith();
    stage.gateway('s1').manner = 'stalls';
    stage.session().sends('client', connect(LOGIN)).accepts();
    stage.passes(5000);
    assert.match(
      stage.lines.find((line) => line.includes('DOWN:')) ?? '',
      /s1 is DOWN: nothing answered for .* \(1 CONNECT unanswered\)/,
    );
  });

  it('does not for a slow answer while its probes are answered, nor while others are', () => {
    const { stage, on } = stageWith();
    asks(on('s1'), 1);
    // s2's probes run into the void, but its session is served.
    stage.gateway('s2').manner = 'stalls';
    asks(on('s2'), 1);
    for (let second = 0; second < 9; second += 1) {
      asks(on('s2'), 100 + second);
      isAnswered(on('s2'), 100 + second);
      stage.passes(1000);
      assert.ok(stage.supervised('s1').isUp);
      assert.ok(stage.supervised('s2').isUp, `${second} s`);
    }
  });

  it('does not when it was the balancer itself that slept', () => {
    const { stage, on } = stageWith();
    for (const name of ['s1', 's2', 's3']) asks(on(name), 1);
    stage.clock.stall(30_000);
    stage.passes(0);
    // What has come meanwhile is read now.
    for (const name of ['s1', 's2', 's3']) isAnswered(on(name), 1);
    stage.passes(2000);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP');
  });

  it('does not for requests that a gateway may leave unanswered', () => {
    const { stage, on } = stageWith();
    asks(on('s1'), 1, CommandId.query);
    stage.gateway('s1').manner = 'stalls';
    stage.passes(4900);
    assert.ok(stage.supervised('s1').isUp);
  });

  it('puts a server down whose connections are lost, and has it probed at the first', () => {
    const { stage, on } = stageWith({ linkLosses: 3 });
    stage.gateway('s1').manner = 'refuses';
    const before = stage.gateway('s1').probes;
    on('s1').reset('server');
    stage.passes(600);
    assert.ok(stage.gateway('s1').probes > before);
    assert.match(stage.states, /^s1 UP 2\/3,/);
    for (let lost = 0; lost < 6; lost += 1) stage.session().sends('client', connect(LOGIN)).refuses();
    stage.passes(600);
    assert.match(
      stage.lines.find((line) => line.includes('DOWN:')) ?? '',
      /\d connections lost in 10 s \(ECONNREFUSED\)/,
    );
  });

  it('blames no server for descriptors that it lacks itself', () => {
    const { stage } = stageWith({ linkLosses: 3 });
    for (let lost = 0; lost < 12; lost += 1) stage.session().sends('client', connect(LOGIN)).refuses(true);
    stage.passes(600);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP');
  });

  it('puts a server down that says busy to most', () => {
    const { stage, on } = stageWith();
    for (let sequenceId = 0; sequenceId < 100; sequenceId += 1) {
      for (const name of ['s1', 's2']) {
        asks(on(name), sequenceId);
        isAnswered(on(name), sequenceId, sequenceId % 10 < (name === 's1' ? 9 : 5) ? BUSY : 0);
      }
    }
    stage.passes(600);
    assert.equal(stage.states, 's1 DOWN 1/2, s2 UP, s3 UP');
    assert.match(stage.lines.find((line) => line.includes('DOWN:')) ?? '', /90 % of 100 SUBMIT_RESP in 10 s say busy/);
    stage.passes(10_000);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP', 'the next probe decides');
  });

  it('leaves half of the servers up, whatever it says; probes do not', () => {
    const { stage, on } = stageWith();
    for (const name of ['s1', 's2', 's3']) {
      stage.gateway(name).manner = 'stalls';
      asks(on(name), 1);
    }
    stage.passes(5000);
    assert.equal(stage.lines.filter((line) => line.includes('DOWN:')).length, 1);
    stage.passes(15_000);
    assert.equal(stage.states, 's1 DOWN, s2 DOWN, s3 DOWN');
  });

  it('says nothing of a server in maintenance, or where it is not to be watched', () => {
    const { stage, on } = stageWith();
    stage.supervisor.setWish(stage.supervised('s1'), 'maint', 'set to maint');
    stage.gateway('s1').manner = 'stalls';
    asks(on('s1'), 1);
    stage.passes(60_000);
    assert.equal(stage.states, 's1 MAINT, s2 UP, s3 UP');
  });

  it('hears a session once that leaves the server which it has put down, while a connection alone clears that', () => {
    const check = { interMs: 500, fastinterMs: 500, downinterMs: 500, timeoutMs: 500, rise: 1 };
    const servers = three.map(({ name }) => ({ name, check }));
    const { stage, on } = stageWith({}, servers, { onMarkedDown: 'move' });
    const gateway = stage.gateway('s1');
    const leaving = on('s1');
    gateway.sees = 'L4OK';
    gateway.manner = 'stalls';
    asks(leaving, 1);
    stage.passes(8000);
    assert.equal(leaving.session.journey?.move?.whenNone, 'hold');
    assert.equal(stage.lines.filter((line) => line.includes('DOWN:')).length, 1);
    assert.equal(stage.states, 's1 UP, s2 UP, s3 UP');
  });

  it('keeps a server down that a connection alone cannot clear', () => {
    const { stage, on } = stageWith();
    const gateway = stage.gateway('s1');
    gateway.sees = 'L4OK';
    gateway.manner = 'stalls';
    asks(on('s1'), 1);
    stage.passes(5000);
    let downMs = 0;
    for (let tenth = 0; tenth < 300; tenth += 1) {
      stage.passes(100);
      if (!stage.supervised('s1').isUp) downMs += 100;
    }
    assert.ok(downMs > 20_000, `${downMs} ms of 30 s`);
  });
});
