import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { REFUSED_AT_ONCE } from '../../src/balancer/admission.js';
import { refusingAddress } from '../support/bad-addresses.js';
import type { Gateway } from '../support/gateway.js';
import type { Peer } from '../support/peer.js';
import { ProgramScene } from '../support/program-scene.js';
import { connectFrame } from '../support/sp.js';

/** Closes every connection of this gateway as soon as it comes. */
async function closeAll(gateway: Gateway): Promise<never> {
  for (;;) (await gateway.accept()).finish();
}

describe('A process at the brim', { timeout: 30_000 }, () => {
  it('still has the descriptors for whom it lets in, however many others it refuses', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway({})] }, { descriptorLimit: 256 });
    const maxconn = Number((await program.event('ready'))['maxconn']);
    const sps = [];
    for (let count = 0; count < maxconn; count += 1) {
      const sp = await scene.comingSp();
      assert.equal((await sp.logIn()).status, 0);
      sps.push(sp);
    }
    // Those who are heard, and one who is not: he is the last that the process has seen.
    for (let count = 0; count < REFUSED_AT_ONCE; count += 1) await scene.comer();
    await (await scene.comer()).left();
    for (const leaving of sps.slice(0, 3)) {
      leaving.peer.finish();
      await leaving.left();
      await program.event('session-end', ({ source }) => source === leaving.name);
      const next = await scene.comingSp();
      await (await scene.comer()).left();
      assert.equal((await next.logIn()).status, 0);
    }
    assert.deepEqual(
      program.lines.filter(({ event }) => event === 'server-failed' || event === 'accept-error'),
      [],
    );
  });
});

describe('A process that lives for long', { timeout: 30_000 }, () => {
  it('keeps no descriptor of those who have left, however they did', async (t) => {
    const scene = new ProgramScene(t);
    const closing = await scene.gateway();
    const servers = [closing, await scene.gateway({}), await refusingAddress(t)];
    const program = scene.run({ servers, backend: 'balance: roundrobin', frontend: 'dontlognull: false' });
    await program.event('ready');
    const descriptors = () => readdirSync(`/proc/${program.pid}/fd`).length;
    const atFirst = descriptors();
    void closeAll(closing);
    const clients: Peer[] = [];
    for (let round = 0; round < 30; round += 1) {
      for (const leave of ['finish', 'reset'] as const) {
        const [silent, foreign, sp] = [await scene.comer(), await scene.comer(), await scene.comer()];
        foreign.write('GET / HTTP/1.1');
        sp.write(connectFrame());
        await sp.pdu('connectResp');
        for (const client of [silent, foreign, sp]) client[leave]();
        clients.push(silent, foreign, sp);
      }
    }
    for (const { name } of clients) await program.event('session-end', ({ source }) => source === name);
    assert.equal(descriptors(), atFirst);
  });

  it('is not put off by clients that are gone before it accepts them', async (t) => {
    const scene = new ProgramScene(t);
    const program = scene.run({ servers: [await scene.gateway({})], frontend: 'dontlognull: false' });
    await program.port();
    program.signal('SIGSTOP');
    for (let count = 0; count < 3; count += 1) {
      const client = await scene.comer();
      await client.sent(connectFrame());
      client.reset();
    }
    program.signal('SIGCONT');
    const sp = await scene.comingSp();
    assert.equal((await sp.logIn()).status, 0);
    assert.equal((await program.event('session-end'))['source'], 'unknown');
  });
});
