import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventName, EventValues } from '../../src/log/event.js';
import { Transport } from '../../src/proxy/transport.js';
import type { Dialling } from '../../src/proxy/transport.js';
import { seededRandom } from '../../src/runtime/random.js';
import type { Random } from '../../src/runtime/random.js';
import { Bystander } from '../support/bystander.js';
import { EventLog } from '../support/event-log.js';
import type { Gateway } from '../support/gateway.js';
import { describeForBothTransports, Scene } from '../support/scene.js';
import { connectFrame } from '../support/sp.js';

/** Chance that is out of order when it is told to. */
class FaultyRandom implements Random {
  isFaulty = false;
  readonly #sound = seededRandom(1);

  below(limit: number): number {
    if (this.isFaulty) throw new Error('chance is out of order');
    return this.#sound.below(limit);
  }
}

/** A log that is out of order, when it is told so, for the next event of one name. */
class FaultyLog extends EventLog {
  isFaulty = false;
  readonly #name: EventName;

  constructor(name: EventName) {
    super();
    this.#name = name;
  }

  override event<Name extends EventName>(name: Name, values: EventValues<Name>): void {
    if (name === this.#name && this.isFaulty) {
      this.isFaulty = false;
      throw new Error('the log is out of order');
    }
    super.event(name, values);
  }
}

/** A transport that cannot dial when it is told so. */
class FaultyTransport extends Transport {
  isFaulty = false;

  override dial(...call: Parameters<Transport['dial']>): Dialling {
    if (this.isFaulty) throw new Error('the transport is out of order');
    return super.dial(...call);
  }
}

/** The keys of a server that has room for one. */
const oneAt = ({ address }: Gateway) => `address: ${JSON.stringify(address)}, maxconn: 1`;

describe('A fault in the program', { timeout: 30_000 }, () => {
  it('while a server is chosen ends that session, and no other', async (t) => {
    const random = new FaultyRandom();
    const scene = new Scene(t, { random });
    const gateway = await scene.gateway({});
    await scene.start({ servers: [gateway, gateway], frontend: 'maxconn: 2', backend: 'balance: random' });
    const bystander = await Bystander.loggedIn(scene, gateway);
    random.isFaulty = true;
    const sp = await scene.client();
    sp.write(connectFrame());
    await sp.left();
    const { session, stack } = await scene.log.seen('internal-error');
    assert.match(stack, /^Error: chance is out of order\n +at FaultyRandom\.below/);
    const end = await scene.endOf(sp);
    assert.deepEqual([end.reason, end.session], ['internal-error', session]);
    assert.deepEqual(scene.balancer.totals.closed, { 'internal-error': 1 });
    await bystander.isUnharmed();
    random.isFaulty = false;
    assert.equal((await (await scene.sp()).logIn()).status, 0);
  });

  it('while a server is dialled gives the place on it back', async (t) => {
    const transport = new FaultyTransport();
    const scene = new Scene(t, { transport });
    await scene.start({ servers: [oneAt(await scene.gateway({}))] });
    transport.isFaulty = true;
    const sp = await scene.client();
    sp.write(connectFrame());
    await sp.left();
    assert.equal((await scene.endOf(sp)).reason, 'internal-error');
    transport.isFaulty = false;
    assert.equal((await (await scene.sp()).logIn()).status, 0);
  });

  it('while a server that failed is reported gives the place on it back', async (t) => {
    const log = new FaultyLog('server-failed');
    const scene = new Scene(t, { log });
    const gateway = await scene.gateway();
    await scene.start({ servers: [oneAt(gateway)] });
    log.isFaulty = true;
    const sp = await scene.client();
    sp.write(connectFrame());
    (await gateway.accept()).finish();
    await sp.left();
    assert.equal((await log.seen('session-end')).reason, 'internal-error');
    const next = await scene.client();
    next.write(connectFrame());
    await (await gateway.accept()).frame();
  });

  it('while a place is handed to who waits for it ends the session of him who waited', async (t) => {
    const transport = new FaultyTransport();
    const scene = new Scene(t, { transport });
    await scene.start({ servers: [oneAt(await scene.gateway({}))] });
    const first = await scene.sp();
    await first.logIn();
    const second = await scene.client();
    second.write(connectFrame());
    const heard = await scene.client();
    heard.write('GET / HTTP/1.1');
    await scene.endOf(heard);
    transport.isFaulty = true;
    first.peer.finish();
    await second.left();
    assert.equal((await scene.endOf(first)).reason, 'client-closed');
    assert.equal((await scene.endOf(second)).reason, 'internal-error');
    transport.isFaulty = false;
    assert.equal((await (await scene.sp()).logIn()).status, 0);
  });

  it('while the end of a session is told leaves nobody behind', async (t) => {
    const log = new FaultyLog('session-end');
    const scene = new Scene(t, { log });
    await scene.start({ servers: [await scene.gateway({})], frontend: 'maxconn: 1' });
    const sp = await scene.sp();
    await sp.logIn();
    log.isFaulty = true;
    sp.peer.finish();
    await log.seen('internal-error');
    assert.equal(scene.balancer.sessionsNow, 0);
    assert.equal((await (await scene.sp()).logIn()).status, 0);
  });
});

describeForBothTransports('A fault in the program', (sceneOf) => {
  it('while bytes are relayed ends that session, and no other', async (t) => {
    const log = new FaultyLog('session-start');
    const scene = sceneOf(t, { log });
    const gateway = await scene.gateway({});
    const other = await scene.gateway({});
    await scene.start({ servers: [gateway, other] });
    const bystander = await Bystander.loggedIn(scene, gateway);
    log.isFaulty = true;
    const sp = await scene.client();
    sp.write(connectFrame());
    await sp.left();
    const { session } = await log.seen('internal-error');
    assert.deepEqual((await scene.endOf(sp)).session, session);
    assert.deepEqual(scene.balancer.totals.closed, { 'internal-error': 1 });
    await bystander.isUnharmed();
  });
});
