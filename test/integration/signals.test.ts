import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { Gateway } from '../support/gateway.js';
import type { Peer } from '../support/peer.js';
import { ProgramScene } from '../support/program-scene.js';
import { connectFrame, submitFrame } from '../support/sp.js';

/** A session of the program that is logged in. */
async function session(
  scene: ProgramScene,
  keys: { readonly global?: string } = {},
): Promise<{ client: Peer; server: Peer; gateway: Gateway }> {
  const gateway = await scene.gateway();
  scene.run({ ...keys, servers: [gateway] });
  const client = await scene.comer();
  client.write(connectFrame());
  const server = await gateway.accept();
  await server.frame();
  server.write(frameOf(makePdu('connectResp', 1, { status: 0, version: 0x30 }), '3.0'));
  await client.frame();
  return { client, server, gateway };
}

/** Answers the TERMINATE that has to come, and closes as soon as the other side does. */
async function sayGoodbye(peer: Peer): Promise<void> {
  const { sequenceId } = await peer.pdu('terminate');
  peer.write(frameOf(makePdu('terminateResp', sequenceId), '3.0'));
  assert.deepEqual(await peer.left(), { bytes: Buffer.alloc(0), by: 'FIN' });
  peer.finish();
}

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const [error]: unknown[] = await once(socket, 'error');
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

describe('The program', { timeout: 30_000, concurrency: 2 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`on ${signal} takes leave of both sides of every session, and ends with 0`, async (t) => {
      const scene = new ProgramScene(t);
      const { client, server } = await session(scene);
      const { program } = scene;
      program.signal(signal);
      await Promise.all([sayGoodbye(client), sayGoodbye(server)]);
      assert.equal(await program.exited, 0);
      assert.equal((await program.event('stopping'))['signal'], signal);
      assert.equal((await program.event('stopping'))['sessions'], 1);
      assert.equal((await program.event('session-end'))['reason'], 'shutdown');
      const last = program.lines.at(-1);
      assert.deepEqual([last?.['event'], last?.['sessions'], last?.['closed']], ['stopped', 1, { shutdown: 1 }]);
      assert.equal(program.stderr, '');
    });
  }

  it('on SIGTERM waits for the answers that are under way', async (t) => {
    const scene = new ProgramScene(t);
    const { client, server } = await session(scene);
    client.write(submitFrame(2));
    await server.frame();
    scene.program.signal('SIGTERM');
    await server.pdu('terminate');
    await client.pdu('terminate');
    const answer = frameOf(makePdu('submitResp', 2), '3.0');
    server.write(answer);
    assert.deepEqual(await client.frame(), Buffer.from(answer));
    for (const peer of [client, server]) {
      peer.write(frameOf(makePdu('terminateResp', 0xffffffff), '3.0'));
      await peer.left();
      peer.finish();
    }
    assert.equal(await scene.program.exited, 0);
    assert.equal((await scene.program.event('session-end'))['unanswered'], 0);
  });

  it('on SIGTERM ends within hard-stop-after, whoever does not answer', async (t) => {
    const scene = new ProgramScene(t);
    const { client, server, gateway } = await session(scene, { global: 'hard-stop-after: 200ms' });
    const waiting = await scene.comer();
    waiting.write(connectFrame());
    await (await gateway.accept()).frame();
    const silent = await scene.comer();
    scene.program.signal('SIGTERM');
    assert.equal(await scene.program.exited, 0);
    assert.equal((await client.pdu('terminate')).sequenceId, 0xffffffff);
    assert.equal((await server.pdu('terminate')).sequenceId, 0xffffffff);
    await silent.left();
    assert.equal((await scene.program.event('session-end'))['reason'], 'shutdown');
    // Who was still waiting for his login is told.
    assert.equal((await waiting.pdu('connectResp')).status, 5);
  });

  it('on another signal that is an echo of the first goes on, and on one later than that ends at once', async (t) => {
    const scene = new ProgramScene(t);
    const { client, server } = await session(scene, { global: 'hard-stop-after: 1h' });
    const { program } = scene;
    program.signal('SIGTERM');
    program.signal('SIGINT');
    await Promise.all([client.pdu('terminate'), server.pdu('terminate')]);
    const stoppedAt = process.hrtime.bigint();
    for (let sequenceId = 2; process.hrtime.bigint() - stoppedAt < 600_000_000n; sequenceId += 1) {
      client.write(submitFrame(sequenceId));
      assert.deepEqual(await server.frame(), Buffer.from(submitFrame(sequenceId)));
    }
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.equal((await program.event('session-end'))['reason'], 'shutdown');
  });

  it('on SIGUSR1 closes its port, and ends with 0 when its last session does', async (t) => {
    const scene = new ProgramScene(t);
    const { client, server } = await session(scene);
    const { program } = scene;
    program.signal('SIGUSR1');
    assert.equal((await program.event('stopping'))['signal'], 'SIGUSR1');
    client.write(submitFrame(2));
    assert.deepEqual(await server.frame(), Buffer.from(submitFrame(2)));
    assert.ok(await isRefused(await program.port()));
    client.finish();
    await server.left();
    server.finish();
    assert.equal(await program.exited, 0);
    assert.equal((await program.event('session-end'))['reason'], 'client-closed');
    assert.deepEqual((await program.event('stopped'))['closed'], { 'client-closed': 1 });
  });

  it('on SIGUSR1 and then SIGTERM takes leave after all', async (t) => {
    const scene = new ProgramScene(t);
    const { client, server } = await session(scene);
    scene.program.signal('SIGUSR1');
    await scene.program.event('stopping');
    scene.program.signal('SIGTERM');
    await Promise.all([sayGoodbye(client), sayGoodbye(server)]);
    assert.equal(await scene.program.exited, 0);
    assert.deepEqual((await scene.program.event('stopped'))['closed'], { shutdown: 1 });
  });

  it('on SIGHUP while it starts reloads when it has', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway()] });
    await program.event('starting');
    program.signal('SIGHUP');
    assert.deepEqual((await program.event('reload'))['changes'], ['no change']);
    const events = program.lines.map(({ event }) => event);
    assert.ok(events.indexOf('ready') < events.indexOf('reload'));
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
    assert.equal(program.stderr, '');
  });

  it('on SIGUSR1 while it starts ends when it has, since it has no session', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway()] });
    await program.event('starting');
    program.signal('SIGUSR1');
    assert.equal(await program.exited, 0);
    assert.equal((await program.event('stopping'))['signal'], 'SIGUSR1');
    // Without a listener of ours, Node would have said here that a debugger listens.
    assert.equal(program.stderr, '');
  });

  it('without sessions ends at once', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway()] });
    await program.event('ready');
    program.signal('SIGTERM');
    assert.equal(await program.exited, 0);
  });
});
