import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProbeLimits, ProbeSettings } from '../../src/health/probe.js';
import type { FakeLink } from './probe-scene.js';
import { activeTestResp, connectResp, ProbeScene } from './probe-scene.js';

const account = { sourceAddr: '900001', sharedSecret: 'opensesame' };
const known: ProbeSettings = { kind: 'cmpp', account, version: '3.0', persistent: false };

describe('a cmpp probe that is not answered', () => {
  const silences: readonly { after: string; limits: ProbeLimits; say: (link: FakeLink) => void; verdict: string }[] = [
    {
      after: 'the connection',
      limits: { wholeMs: 10_000, answerMs: 3200 },
      say: () => {},
      verdict: 'failed L7TOUT: no CONNECT_RESP in 3.2 s',
    },
    {
      after: 'the login',
      limits: { wholeMs: 10_000, answerMs: 5000 },
      say: (link) => link.send(connectResp(0)),
      verdict: 'failed L7TOUT: no ACTIVE_TEST_RESP in 5 s',
    },
    {
      after: 'half of an answer',
      limits: { wholeMs: 2000, answerMs: 5000 },
      say: (link) => link.send(connectResp(0).subarray(0, 16)),
      verdict: 'failed L7TOUT: no CONNECT_RESP in 2 s; 16 bytes of a PDU came',
    },
  ];
  for (const { after, limits, say, verdict } of silences) {
    it(`fails when nothing comes after ${after}`, () => {
      const scene = new ProbeScene(known);
      say(scene.opened(limits));
      scene.clock.advance(Math.min(limits.wholeMs, limits.answerMs) - 1);
      assert.equal(scene.outcomes.length, 0);
      scene.clock.advance(1);
      assert.equal(scene.verdict(), verdict);
    });
  }

  it('gives an answer what is left of the whole time', () => {
    const scene = new ProbeScene(known);
    scene.run({ wholeMs: 6000, answerMs: 5000 });
    scene.clock.advance(1500);
    scene.link.events.opened();
    scene.clock.advance(2500);
    scene.link.send(connectResp(0));
    scene.clock.advance(1999);
    assert.equal(scene.outcomes.length, 0);
    scene.clock.advance(1);
    assert.equal(scene.verdict(), 'failed L7TOUT: no ACTIVE_TEST_RESP in 2 s');
  });

  const farewells: readonly { name: string; say: (scene: ProbeScene) => void; text: string }[] = [
    { name: 'says nothing', say: (scene) => scene.clock.advance(5000), text: 'no TERMINATE_RESP in 5 s (not counted)' },
    {
      name: 'closes',
      say: ({ link }) => {
        link.close();
        link.events.lost('closed by the server');
      },
      text: 'closed by the server before TERMINATE_RESP (not counted)',
    },
    {
      name: 'sends what is no CMPP',
      say: ({ link }) => link.send('bye!'),
      text: 'Total_Length 1652122913 where TERMINATE_RESP was awaited (not counted)',
    },
  ];
  for (const { name, say, text } of farewells) {
    it(`passes though the server ${name} when it is told TERMINATE`, () => {
      const scene = new ProbeScene(known);
      const link = scene.opened();
      link.send(connectResp(0));
      link.send(activeTestResp(2));
      say(scene);
      const { hasPassed, status, text: verdict, steps } = scene.outcome();
      assert.deepEqual([hasPassed, status, verdict], [true, 'L7OK', 'ACTIVE_TEST answered in 0 ms']);
      assert.deepEqual([steps.at(-1)?.name, steps.at(-1)?.text, steps.at(-1)?.hasPassed], ['TERMINATE', text, true]);
    });
  }
});
