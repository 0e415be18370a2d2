import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { EventFeed } from '../../src/admin/http/event-feed.js';
import { Refusals } from '../../src/admin/http/refusal.js';
import { EventLog } from '../support/event-log.js';
import { FakeClock } from '../support/fake-clock.js';
import { portOf } from '../support/haproxy.js';
import { Caller } from './talking.js';

const LIMITS = { readers: 2, unreadBytes: 256 * 1024, heartbeatMs: 15_000 };

/** A feed, and readers of it over real connections. */
class Stage {
  readonly clock = new FakeClock();
  readonly log = new EventLog();
  readonly refusals = new Refusals({ clock: this.clock, log: this.log });
  readonly feed = new EventFeed(LIMITS, this.clock, this.refusals);
  readonly #context: TestContext;
  readonly #server = createServer((_request, response) => this.#joined(response));
  #joined: (response: ServerResponse) => void = () => {};

  constructor(context: TestContext) {
    this.#context = context;
    context.after(() => {
      this.feed.close();
      this.#server.close();
      this.#server.closeAllConnections();
    });
  }

  async reader(name: string): Promise<Caller> {
    const port = this.#server.listening ? addressPort(this.#server) : await portOf(this.#server.listen(0, '127.0.0.1'));
    const joined = new Promise<void>((resolve) => {
      this.#joined = (response) => {
        response.writeHead(200);
        this.feed.join(response, name);
        resolve();
      };
    });
    const caller = new Caller(connect(port, '127.0.0.1'));
    this.#context.after(() => caller.socket.destroy());
    caller.says('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
    await joined;
    return caller;
  }
}

function addressPort(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await eventLoopTurn();
}

describe('The feed of events', { timeout: 20_000 }, () => {
  it('tells all who follow the same', async (t) => {
    const stage = new Stage(t);
    const readers = [await stage.reader('a'), await stage.reader('b')];
    stage.feed.tell('server', { server: 'smsc/s1', status: 'DOWN' });
    for (const reader of readers) {
      await until(() => reader.heard.includes('event: server\ndata: {"server":"smsc/s1","status":"DOWN"}\n\n'));
    }
  });

  it('is full when it has its readers, and has room when one leaves', async (t) => {
    const stage = new Stage(t);
    const [first] = [await stage.reader('a'), await stage.reader('b')];
    assert.ok(stage.feed.isFull);
    first.socket.destroy();
    await until(() => !stage.feed.isFull);
    assert.equal(stage.feed.readersNow, 1);
  });

  it('lets readers hear that it lives, as long as there are some', async (t) => {
    const stage = new Stage(t);
    const reader = await stage.reader('a');
    const beats = (): number => reader.heard.split(': \n\n').length - 1;
    await until(() => beats() === 1);
    stage.clock.advance(LIMITS.heartbeatMs);
    await until(() => beats() === 2);
    reader.socket.destroy();
    await until(() => stage.feed.readersNow === 0);
    stage.clock.advance(LIMITS.heartbeatMs);
    assert.equal(stage.clock.pending, 0);
  });

  it('cuts off who does not read, keeps no more for it than it may, and tells the others everything', async (t) => {
    const stage = new Stage(t);
    const stuck = await stage.reader('10.0.0.66');
    stuck.socket.pause();
    const reader = await stage.reader('10.0.0.8');
    const data = { filling: 'x'.repeat(32_000) };
    let told = 0;
    while (stage.feed.readersNow === 2) {
      stage.feed.tell('sample', data);
      told += 1;
      const heard = told;
      await until(() => reader.heard.split('event: sample').length - 1 === heard);
    }
    assert.deepEqual(stage.log.of('http-refused'), [
      { reason: 'slow-reader', from: '10.0.0.66', request: 'GET /events', unlogged: 0 },
    ]);
    assert.equal(stage.refusals.totals['slow-reader'], 1);
    stuck.socket.resume();
    if (!stuck.socket.closed) await once(stuck.socket, 'close');
  });
});
