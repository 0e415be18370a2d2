import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { FakeLink } from './probe-scene.js';
import { activeTestResp, connectResp, ProbeScene } from './probe-scene.js';

const account = { sourceAddr: '900001', sharedSecret: 'opensesame' };
const KEPT = { keepsConnection: true };
const PASSED = 'passed L7OK: ACTIVE_TEST answered in 0 ms';

/** A probe that has passed once, and its connection. */
function loggedIn(): { scene: ProbeScene; link: FakeLink } {
  const scene = new ProbeScene({ kind: 'cmpp', account, version: '3.0', persistent: true });
  logIn(scene);
  return { scene, link: scene.link };
}

function logIn(scene: ProbeScene): void {
  const link = scene.opened();
  link.takenOne('connect');
  link.send(connectResp(0));
  link.takenOne('activeTest');
  link.send(activeTestResp(2));
  assert.equal(scene.verdict(KEPT), PASSED);
}

describe('a cmpp probe that keeps its login', () => {
  it('sends only ACTIVE_TEST from the second run on', () => {
    const { scene, link } = loggedIn();
    for (const sequenceId of [3, 4, 5]) {
      scene.run();
      assert.equal(link.takenOne('activeTest').sequenceId, sequenceId);
      link.send(activeTestResp(sequenceId));
      const { steps, status } = scene.outcome(KEPT);
      assert.deepEqual([status, steps.map(({ name }) => name)], ['L7OK', ['ACTIVE_TEST']]);
    }
    assert.equal(scene.links.length, 1);
  });

  it('gives the server what it is owed between the runs', () => {
    const { link } = loggedIn();
    link.send(frameOf(makePdu('activeTest', 71), '3.0'));
    link.send(frameOf(makePdu('deliver', 72, { msgId: 99n }), '3.0'));
    link.send(activeTestResp(2));
    assert.deepEqual(link.taken(), [
      makePdu('activeTestResp', 71),
      makePdu('deliverResp', 72, { msgId: 99n, result: 8 }),
    ]);
  });

  for (const [name, end] of [
    [
      'is closed',
      (link: FakeLink) => {
        link.close();
        link.events.lost('closed by the server');
      },
    ],
    ['carries what is no CMPP', (link: FakeLink) => link.send('HTTP/1.1 200 OK')],
    ['is terminated', (link: FakeLink) => link.send(frameOf(makePdu('terminate', 9), '3.0'))],
  ] as const) {
    it(`logs in anew without a word when its connection ${name} between the runs`, () => {
      const { scene, link } = loggedIn();
      end(link);
      assert.ok(scene.isEverythingClosed);
      assert.equal(scene.outcomes.length, 0);
      logIn(scene);
      assert.equal(scene.links.length, 2);
    });
  }

  it('fails and closes when its ACTIVE_TEST gets no answer, and logs in anew then', () => {
    const { scene } = loggedIn();
    scene.run({ wholeMs: 2000, answerMs: 5000 });
    scene.clock.advance(2000);
    assert.equal(scene.verdict(), 'failed L7TOUT: no ACTIVE_TEST_RESP in 2 s');
    logIn(scene);
  });

  it('fails when its connection is lost while it waits', () => {
    const { scene, link } = loggedIn();
    scene.run();
    link.close();
    link.events.lost('closed by the server');
    assert.equal(scene.verdict(), 'failed L7RSP: closed by the server before ACTIVE_TEST_RESP');
  });

  it('keeps no connection that was not let in', () => {
    const scene = new ProbeScene({ kind: 'cmpp', account: undefined, version: '3.0', persistent: true });
    scene.opened().send(connectResp(3));
    assert.match(scene.verdict(), /^passed L7OK: alive/);
  });

  it('takes leave when it is stopped, between the runs or in one', () => {
    for (const isRunning of [false, true]) {
      const { scene, link } = loggedIn();
      if (isRunning) scene.run();
      link.taken();
      scene.probe.stop();
      link.takenOne('terminate');
      assert.deepEqual([scene.isEverythingClosed, scene.clock.pending], [true, 0]);
    }
  });
});
