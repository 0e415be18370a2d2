import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProbeScene } from './probe-scene.js';

describe('a tcp probe', () => {
  it('passes when it is connected, and closes', () => {
    const scene = new ProbeScene({ kind: 'tcp' });
    scene.run();
    scene.clock.advance(3);
    scene.link.events.opened();
    assert.deepEqual(scene.outcome(), {
      hasPassed: true,
      status: 'L4OK',
      text: 'connected in 3 ms',
      durationMs: 3,
      steps: [{ name: 'connect', durationMs: 3, text: 'connected in 3 ms', hasPassed: true }],
    });
  });

  for (const [detail, verdict] of [
    ['ECONNREFUSED', 'failed L4CON: connection refused (ECONNREFUSED)'],
    ['ECONNRESET', 'failed L4CON: connection reset while it was opened (ECONNRESET)'],
    ['EHOSTUNREACH', 'failed L4CON: no route to the host (EHOSTUNREACH)'],
    ['ENOTFOUND', 'failed L4CON: the name is not known (ENOTFOUND)'],
    ['ENOENT', 'failed L4CON: no such socket (ENOENT)'],
    ['EMFILE', 'failed SOCKERR: no descriptor is left (ulimit -n) (EMFILE)'],
    ['EADDRNOTAVAIL', 'failed SOCKERR: no local port is left (EADDRNOTAVAIL)'],
    ['EWHATEVER', 'failed L4CON: no connection (EWHATEVER)'],
    ['ETIMEDOUT', 'failed L4TOUT: no connection (ETIMEDOUT)'],
  ] as const) {
    it(`fails on ${detail}`, () => {
      const scene = new ProbeScene({ kind: 'tcp' });
      scene.run();
      // A link that is lost has closed itself.
      scene.link.close();
      scene.link.events.lost(detail);
      assert.equal(scene.verdict(), verdict);
    });
  }

  for (const [wholeMs, verdict] of [
    [3000, 'failed L4TOUT: no connection in 3 s'],
    [3250, 'failed L4TOUT: no connection in 3.3 s'],
    [200, 'failed L4TOUT: no connection in 200 ms'],
  ] as const) {
    it(`waits ${wholeMs} ms for a connection, whatever an answer may take`, () => {
      const scene = new ProbeScene({ kind: 'tcp' });
      scene.run({ wholeMs, answerMs: 100 });
      scene.clock.advance(wholeMs - 1);
      assert.equal(scene.outcomes.length, 0);
      scene.clock.advance(1);
      assert.equal(scene.verdict(), verdict);
    });
  }

  it('runs again and again', () => {
    const scene = new ProbeScene({ kind: 'tcp' });
    for (let times = 0; times < 3; times += 1) {
      scene.opened();
      assert.equal(scene.verdict(), 'passed L4OK: connected in 0 ms');
    }
    assert.equal(scene.links.length, 3);
  });

  it('is not run while it is under way', () => {
    const scene = new ProbeScene({ kind: 'tcp' });
    scene.run();
    assert.throws(() => scene.run(), /under way/);
  });

  it('hears nothing of a connection that it has given up', () => {
    const scene = new ProbeScene({ kind: 'tcp' });
    const late = scene.run();
    scene.clock.advance(10_000);
    assert.match(scene.verdict(), /^failed L4TOUT/);
    scene.run();
    late?.events.opened();
    late?.events.read(Buffer.from('late'));
    late?.events.lost('ECONNREFUSED');
    assert.equal(scene.outcomes.length, 0);
    scene.link.events.opened();
    assert.match(scene.verdict(), /^passed L4OK/);
  });

  it('says nothing more when it is stopped, connected or not', () => {
    const scene = new ProbeScene({ kind: 'tcp' });
    scene.probe.stop();
    scene.run();
    scene.probe.stop();
    scene.link.events.opened();
    scene.clock.advance(10_000);
    assert.deepEqual([scene.outcomes.length, scene.clock.pending, scene.isEverythingClosed], [0, 0, true]);
    scene.opened();
    assert.match(scene.verdict(), /^passed L4OK/);
  });
});
