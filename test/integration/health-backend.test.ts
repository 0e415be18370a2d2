import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayProcess } from '../support/gateway-process.js';
import { ProgramScene } from '../support/program-scene.js';

const CHECK =
  '{ type: cmpp, inter: 400ms, fall: 3, init-state: fully-up, account: "900001", shared-secret: opensesame }';
/** Nobody waits for any of these: an answer that comes before them was given at once. */
const PATIENCE = 'timeout: { connect: 1h, login: 1h, queue: 1h }';
/** CONNECT_RESP's status for "other errors", from which SPs come back. */
const OTHER_ERROR = 5;

describe('A backend whose servers are down', { timeout: 60_000, concurrency: 2 }, () => {
  const cases = [
    { title: 'refuses logins at once when all of them hang', minUp: 0, hanging: 2, reason: 'no-server', left: 0 },
    { title: 'refuses logins at once below min-up', minUp: 2, hanging: 1, reason: 'min-up', left: 1 },
  ] as const;
  for (const { title, minUp, hanging, reason, left } of cases) {
    it(`${title}, and accepts them again when enough are back`, async (t) => {
      const scene = new ProgramScene(t);
      const gateways = await GatewayProcess.pair(t);
      const stalled = gateways.slice(0, hanging);
      const servers = gateways.map((gateway) => gateway.server());
      const backend = `min-up: ${minUp}\nobserve: off\non-marked-down: keep\n${PATIENCE}`;
      const program = scene.run({ servers, check: CHECK, backend });
      const before = [await scene.loggedInSp(), await scene.loggedInSp()];
      for (const gateway of stalled) gateway.stall();

      const refuses = await program.event('backend-refuses');
      assert.deepEqual([refuses['level'], refuses['upNow'], refuses['servers']], ['error', left, 2]);
      const floor = minUp === 0 ? '' : `, min-up is ${minUp}`;
      assert.equal(refuses['msg'], `Backend smsc refuses logins: ${left}/2 servers UP${floor}`);
      const refused = await scene.comingSp();
      assert.equal((await refused.logIn()).status, OTHER_ERROR);
      assert.equal((await refused.left()).by, 'FIN');
      refused.peer.finish();
      const end = await scene.endIn(refused);
      // No server was dialled for it.
      assert.deepEqual([end['reason'], end['connectMs'], end['server']], [reason, -1, undefined]);
      // Who is in stays in.
      if (left > 0) await before[1]?.submit();

      for (const gateway of stalled) gateway.goOn();
      const accepts = await program.event('backend-accepts');
      assert.ok(Number(accepts['upNow']) >= Math.max(1, minUp));
      await scene.loggedInSp();
      for (const sp of before) await sp.submit();
    });
  }
});
