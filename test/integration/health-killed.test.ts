import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayProcess } from '../support/gateway-process.js';
import { ProgramScene } from '../support/program-scene.js';

const CHECK =
  '{ type: cmpp, inter: 300ms, fall: 3, init-state: fully-up, account: "900001", shared-secret: opensesame }';

describe('A gateway that is killed', { timeout: 60_000, concurrency: 2 }, () => {
  for (const onMarkedDown of ['close', 'keep']) {
    it(`loses its sessions and nobody else's, goes down, and is used again when it is back (on-marked-down: ${onMarkedDown})`, async (t) => {
      const scene = new ProgramScene(t);
      const [first, second] = await GatewayProcess.pair(t);
      const servers = [first.server(), second.server()];
      const program = scene.run({ servers, check: CHECK, backend: `on-marked-down: ${onMarkedDown}` });
      const [hit, spared] = [await scene.loggedInSp(), await scene.loggedInSp()];
      assert.deepEqual([await scene.serverOf(hit), await scene.serverOf(spared)], ['s1', 's2']);

      await first.kill();
      // The system closes for it, so that no mark is waited for: what the SP hears of is the truth.
      assert.equal((await hit.left()).by, 'FIN');
      hit.peer.finish();
      assert.equal((await scene.endIn(hit))['reason'], 'server-lost');
      // Whoever comes before the probes know is given another one as well.
      assert.equal(await scene.serverOf(await scene.loggedInSp()), 's2');
      const down = await scene.serverEvent('server-down', 's1');
      assert.deepEqual(
        [down['status'], down['why'], down['msg']],
        [
          'DOWN',
          'connection refused (ECONNREFUSED)',
          'Server smsc/s1 is DOWN: connection refused (ECONNREFUSED) (1/2 UP left)',
        ],
      );
      const tries = program.lines.filter(({ event }) => event === 'server-failed').length;
      for (let count = 0; count < 3; count += 1) {
        assert.equal(await scene.serverOf(await scene.loggedInSp()), 's2');
      }
      assert.equal(program.lines.filter(({ event }) => event === 'server-failed').length, tries);

      await first.startedAgain();
      const up = await scene.serverEvent('server-up', 's1');
      assert.match(String(up['why']), /^ACTIVE_TEST answered in [\d.]+ ms$/);
      assert.equal(up['upNow'], 2);
      const places = [await scene.loggedInSp(), await scene.loggedInSp()].map((sp) => scene.serverOf(sp));
      assert.deepEqual(new Set(await Promise.all(places)), new Set(['s1', 's2']));
      await spared.submit();
    });
  }
});
