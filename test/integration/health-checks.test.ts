import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { readProxyHeader } from '../../src/proxy/proxy-header.js';
import { refusingAddress } from '../support/bad-addresses.js';
import { GatewayProcess } from '../support/gateway-process.js';
import type { Peer } from '../support/peer.js';
import { ProgramScene } from '../support/program-scene.js';
import { describeForBothTransports } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

const ACCOUNT = 'account: "900001", shared-secret: opensesame';

function hex(frame: Uint8Array): string {
  return Buffer.from(frame).toString('hex');
}

/** Logs in, and asks whether the gateway is active, as HAProxy's tcp-check would. */
const SCRIPT = [
  `send-binary: "${hex(connectFrame())}"`,
  `expect-binary: "800000010000000100000000"`,
  `send-binary: "${hex(frameOf(makePdu('activeTest', 2), '3.0'))}"`,
  `expect-binary: "0000000d800000080000000200"`,
]
  .map((step) => `{ ${step} }`)
  .join(', ');

/** What a check finds at a gateway that answers; all of them are in one file. */
const PASSING: readonly (readonly [backend: string, check: string, found: RegExp])[] = [
  ['tcp', 'type: tcp', /^connected in [\d.]+ ms$/],
  ['script', `type: tcp-script, script: [${SCRIPT}]`, /^binary 0000000d800000080000000200 in [\d.]+ ms$/],
  ['account', `type: cmpp, ${ACCOUNT}`, /^ACTIVE_TEST answered in [\d.]+ ms$/],
  ['older', `type: cmpp, version: "2.0", ${ACCOUNT}`, /^ACTIVE_TEST answered in [\d.]+ ms$/],
  ['nobody', 'type: cmpp', /^alive: it refuses an unknown login \(status 2\)$/],
  ['persistent', `type: cmpp, persistent: true, ${ACCOUNT}`, /^ACTIVE_TEST answered in [\d.]+ ms$/],
];

describe('A file with every kind of check', { timeout: 60_000 }, () => {
  it('finds each server up or down, and leaves alone whom it is told to', async (t) => {
    const scene = new ProgramScene(t);
    const open = await GatewayProcess.started(t);
    const closed = await GatewayProcess.started(t, { args: ['--secret', '900001=opensesame'] });
    const untouched = await scene.gateway();
    const refusing = await refusingAddress(t);
    const [, host, port] = /"(.*):(\d+)"/.exec(open.server()) ?? [];
    const backends = PASSING.map(([backend, check]) => {
      const gateway = backend === 'script' ? open : closed;
      return `  ${backend}: { check: { ${check}, inter: 500ms }, servers: { s: { ${gateway.server()} } } }`;
    });
    const program = scene.runFile(`
frontends: { sp: { listen: "127.0.0.1:0", default-backend: account } }
backends:
${backends.join('\n')}
  special:
    check: { type: cmpp, inter: 500ms, ${ACCOUNT} }
    servers:
      elsewhere: { ${refusing}, check: { address: "${host}", port: ${port} } }
      gone: { ${refusing} }
      unchecked: { ${refusing}, check: off }
      disabled: { address: "${untouched.address}", disabled: true }
  tracking:
    servers:
      direct: { ${open.server()}, track: special/gone }
      indirect: { ${open.server()}, track: direct }
      maintained: { ${open.server()}, track: special/disabled }
`);
    for (const [backend, , found] of PASSING) {
      const { status, why } = await program.event('server-health', (line) => line['backend'] === backend);
      assert.equal(status, 'UP', backend);
      assert.match(String(why), found);
    }
    assert.equal((await scene.serverEvent('server-health', 'elsewhere'))['status'], 'UP');
    const downs = await Promise.all(
      ['gone', 'direct', 'indirect', 'maintained'].map((name) => scene.serverEvent('server-down', name)),
    );
    assert.deepEqual(
      downs.map(({ status, why }) => [status, why]),
      [
        ['DOWN', 'connection refused (ECONNREFUSED)'],
        ['DOWN', 'special/gone: connection refused (ECONNREFUSED)'],
        ['DOWN', 'tracking/direct: special/gone: connection refused (ECONNREFUSED)'],
        ['MAINT (via special/disabled)', 'special/disabled: disabled in the configuration'],
      ],
    );
    const { status, why } = await scene.serverEvent('server-wish', 'disabled');
    assert.deepEqual([status, why], ['MAINT', 'disabled in the configuration']);
    assert.equal(untouched.count, 0);
    assert.ok(program.lines.every(({ server }) => server !== 'unchecked'));
    await closed.program.printed(/900001: login from .*, CMPP 2\.0/);
  });
});

/** Answers a login as a gateway does. */
async function letIn(peer: Peer): Promise<void> {
  const { sequenceId } = await peer.pdu('connect');
  peer.write(frameOf(makePdu('connectResp', sequenceId, { status: 0, version: 0x30 }), '3.0'));
}

async function answerActiveTest(peer: Peer): Promise<void> {
  const { sequenceId } = await peer.pdu('activeTest');
  peer.write(frameOf(makePdu('activeTestResp', sequenceId), '3.0'));
}

describeForBothTransports('A check', (sceneOf) => {
  it('that is persistent logs in once, and from then on sends only ACTIVE_TEST', async (t) => {
    const scene = sceneOf(t);
    const gateway = await scene.gateway();
    await scene.start({ servers: [gateway], check: `{ persistent: true, inter: 300ms, ${ACCOUNT} }` });
    const peer = await gateway.accept();
    await letIn(peer);
    for (let count = 0; count < 4; count += 1) await answerActiveTest(peer);
    assert.equal(gateway.count, 1);
    // The connection that is lost between two probes is opened anew.
    peer.finish();
    const next = await gateway.accept();
    await letIn(next);
    await answerActiveTest(next);
    // While it waits for the next answer: one that it has not read yet would make the close a reset.
    await next.pdu('activeTest');
    scene.balancer.kill();
    await next.pdu('terminate');
    assert.equal((await next.left()).by, 'FIN');
    assert.equal(gateway.count, 2);
    assert.deepEqual(scene.log.of('server-down'), []);
  });

  for (const version of ['v1', 'v2'] as const) {
    it(`sends the PROXY header ${version} that its server wants`, async (t) => {
      const scene = sceneOf(t);
      const gateway = await scene.gateway();
      const server = `address: "${gateway.address}", send-proxy: ${version}`;
      await scene.start({ servers: [server], check: `{ inter: 500ms, ${ACCOUNT} }` });
      const peer = await gateway.accept();
      const { remoteAddress, remotePort, localAddress, localPort } = peer.socket;
      const own = `PROXY TCP4 ${remoteAddress} ${localAddress} ${remotePort} ${localPort}\r\n`;
      const header = await peer.bytes(version === 'v1' ? own.length : 16);
      if (version === 'v1') assert.equal(String(header), own);
      else assert.deepEqual(readProxyHeader(header), { kind: 'header', header: { kind: 'local' }, consumedBytes: 16 });
      await letIn(peer);
      await answerActiveTest(peer);
      const { status } = await scene.log.seen('server-health');
      assert.equal(status, 'UP');
    });
  }
});
