import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { deafAddress } from '../support/bad-addresses.js';
import { ProgramScene } from '../support/program-scene.js';

describe('The program that is stopped while it probes', { timeout: 30_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGUSR1'] as const) {
    it(`ends at once with 0 on ${signal}, and takes leave of the gateways that have let it in`, async (t) => {
      const scene = new ProgramScene(t);
      const silent = await scene.gateway();
      const open = await scene.gateway();
      const program = scene.run({
        // Nothing of what is awaited would come to an end by itself.
        global: 'hard-stop-after: 1h',
        defaults: 'timeout: { check: 1h }',
        check: '{ inter: 1h, fastinter: 100ms, persistent: true, account: "900001", shared-secret: opensesame }',
        servers: [await deafAddress(t), silent, open],
      });
      const unanswered = await silent.accept();
      await unanswered.pdu('connect');
      const loggedIn = await open.accept();
      const { sequenceId } = await loggedIn.pdu('connect');
      loggedIn.write(frameOf(makePdu('connectResp', sequenceId, { status: 0, version: 0x30 }), '3.0'));
      await loggedIn.pdu('activeTest');

      program.signal(signal);
      assert.equal(await program.exited, 0);
      assert.deepEqual(await unanswered.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
      await loggedIn.pdu('terminate');
      assert.deepEqual(await loggedIn.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
      assert.equal(program.lines.at(-1)?.['event'], 'stopped');
      assert.ok(program.lines.every(({ event }) => event !== 'server-health' && event !== 'server-down'));
      assert.equal([silent.count, open.count].join(), '1,1');
    });
  }

  it('takes leave of a gateway that has let it in between two probes too', async (t) => {
    const scene = new ProgramScene(t);
    const gateway = await scene.gateway();
    const check = '{ inter: 1h, fastinter: 100ms, persistent: true, account: "900001", shared-secret: opensesame }';
    const program = scene.run({ check, servers: [gateway] });
    const peer = await gateway.accept();
    const login = await peer.pdu('connect');
    peer.write(frameOf(makePdu('connectResp', login.sequenceId, { status: 0, version: 0x30 }), '3.0'));
    const { sequenceId } = await peer.pdu('activeTest');
    peer.write(frameOf(makePdu('activeTestResp', sequenceId), '3.0'));
    await scene.serverEvent('server-health', 's1');
    program.signal('SIGTERM');
    await peer.pdu('terminate');
    assert.deepEqual(await peer.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
    assert.equal(await program.exited, 0);
  });
});
