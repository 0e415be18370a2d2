import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { OpenProbeLink, ProbeLink, ProbeOutcome, ProbeSettings } from '../../src/health/probe.js';
import { createProbe } from '../../src/health/probe-table.js';
import { probeLinks } from '../../src/proxy/probe-link.js';
import { Transport } from '../../src/proxy/transport.js';
import type { DialAddress } from '../../src/proxy/transport.js';
import { realClock } from '../../src/runtime/clock.js';
import { Gateway } from '../support/gateway.js';
import type { Manner } from '../support/gateway.js';
import { freePorts } from '../support/haproxy.js';
import { Scene } from '../support/scene.js';

const HOST = '127.0.0.1';

/** A link whose events a test takes one by one. */
class WatchedLink {
  readonly link: ProbeLink;
  readonly events: string[] = [];
  #wake: (() => void) | undefined;

  constructor(openLink: OpenProbeLink, port?: number) {
    this.link = openLink(port, {
      opened: () => this.#note('opened'),
      read: (bytes) => this.#note(`read ${Buffer.from(bytes).toString('latin1')}`),
      lost: (detail) => this.#note(`lost ${detail}`),
    });
  }

  async next(): Promise<string> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #note(event: string): void {
    this.events.push(event);
    this.#wake?.();
  }
}

interface Listening {
  readonly gateway: Gateway;
  readonly address: Extract<DialAddress, { kind: 'tcp' }>;
}

async function listening(context: TestContext, manner?: Manner): Promise<Listening> {
  const gateway = await Gateway.listening({ host: HOST, port: 0 }, manner);
  context.after(() => gateway.close());
  return { gateway, address: { kind: 'tcp', host: HOST, port: Number(gateway.address.replace(/^.*:/, '')) } };
}

async function probed(transport: Transport, address: DialAddress, settings: ProbeSettings): Promise<ProbeOutcome> {
  const probe = createProbe(settings, { clock: realClock, openLink: probeLinks(transport, address) });
  return new Promise((resolve) => {
    probe.run({ wholeMs: 5000, answerMs: 5000 }, resolve);
  });
}

for (const documentedMeansOnly of [false, true]) {
  const transport = new Transport(documentedMeansOnly);
  describe(
    `A probe's link (${transport.isFast ? 'on handles' : 'by documented means alone'})`,
    { timeout: 20_000 },
    () => {
      it('opens, writes behind its preface, reads, and tells that the server closed', async (t) => {
        const { gateway, address } = await listening(t);
        const watched = new WatchedLink(probeLinks(transport, address, () => Buffer.from('PROXY UNKNOWN\r\n')));
        const server = await gateway.accept();
        assert.equal(await watched.next(), 'opened');
        const bytes = Buffer.from('hello');
        watched.link.write(bytes);
        bytes.fill(0);
        assert.equal(String(await server.bytes(20)), 'PROXY UNKNOWN\r\nhello');
        server.write('greetings');
        assert.equal(await watched.next(), 'read greetings');
        server.finish();
        assert.equal(await watched.next(), 'lost closed by the server');
        assert.equal((await server.left()).by, 'FIN');
      });

      it('tells that the connection broke', async (t) => {
        const { gateway, address } = await listening(t);
        const watched = new WatchedLink(probeLinks(transport, address));
        const server = await gateway.accept();
        assert.equal(await watched.next(), 'opened');
        server.reset();
        assert.equal(await watched.next(), 'lost ECONNRESET');
      });

      it('closes with all sent that was written, and tells nothing after', async (t) => {
        const { gateway, address } = await listening(t);
        const watched = new WatchedLink(probeLinks(transport, address));
        const server = await gateway.accept();
        assert.equal(await watched.next(), 'opened');
        watched.link.write(Buffer.from('farewell'));
        watched.link.close();
        watched.link.write(Buffer.from('nothing more'));
        assert.deepEqual(await server.left(), { bytes: Buffer.from('farewell'), by: 'FIN' });
        server.reset();
        await eventLoopTurn();
        assert.deepEqual(watched.events, []);
      });

      it('tells nothing when it is closed while it is being opened', async (t) => {
        const { address } = await listening(t);
        const watched = new WatchedLink(probeLinks(transport, address));
        watched.link.close();
        const other = new WatchedLink(probeLinks(transport, address));
        assert.equal(await other.next(), 'opened');
        other.link.close();
        assert.deepEqual(watched.events, []);
      });

      it('opens to a name, and to IPv6', async (t) => {
        for (const [host, name] of [
          ['127.0.0.1', 'localhost'],
          ['::1', '::1'],
        ] as const) {
          const gateway = await Gateway.listening({ host, port: 0 });
          t.after(() => gateway.close());
          const address = { kind: 'tcp', host: name, port: Number(gateway.address.replace(/^.*:/, '')) } as const;
          const watched = new WatchedLink(probeLinks(transport, address));
          assert.equal(await watched.next(), 'opened');
          watched.link.write(Buffer.from('hello'));
          const server = await gateway.accept();
          assert.equal(String(await server.bytes(5)), 'hello');
          watched.link.close();
        }
      });

      it('tells what the system refuses at once, though not within the call', async () => {
        const nowhere = { kind: 'tcp', host: '255.255.255.255', port: 9 } as const;
        const watched = new WatchedLink(probeLinks(transport, nowhere));
        assert.deepEqual(watched.events, []);
        assert.match(await watched.next(), /^lost E(NETUNREACH|ACCES)$/);
        assert.deepEqual(watched.events, []);
      });

      it('goes to another port of the address, and to a unix socket', async (t) => {
        const { gateway, address } = await listening(t);
        const [deadPort = 0] = await freePorts(HOST, 1);
        const refused = new WatchedLink(probeLinks(transport, address), deadPort);
        assert.equal(await refused.next(), 'lost ECONNREFUSED');
        const openElsewhere = probeLinks(transport, { ...address, port: deadPort });
        const elsewhere = new WatchedLink(openElsewhere, address.port);
        assert.equal(await elsewhere.next(), 'opened');
        await gateway.accept();
        elsewhere.link.close();
        const path = `${new Scene(t).folder()}/smsc.sock`;
        const unix = await Gateway.listening({ path });
        t.after(() => unix.close());
        const watched = new WatchedLink(probeLinks(transport, { kind: 'unix', path }));
        assert.equal(await watched.next(), 'opened');
        watched.link.close();
      });

      it('does not read from a server that does not read', async (t) => {
        const { gateway, address } = await listening(t);
        const watched = new WatchedLink(probeLinks(transport, address));
        const server = await gateway.accept();
        assert.equal(await watched.next(), 'opened');
        const much = Buffer.alloc(32 * 1024 * 1024);
        watched.link.write(much);
        await eventLoopTurn();
        await server.sent(Buffer.from('more'));
        for (let turns = 0; turns < 10; turns += 1) await eventLoopTurn();
        assert.deepEqual(watched.events, []);
        for (let left = much.length; left > 0; left -= 65_536) await server.bytes(65_536);
        assert.equal(await watched.next(), 'read more');
        watched.link.close();
      });

      it('carries a cmpp probe from CONNECT to TERMINATE', async (t) => {
        const { address } = await listening(t, { version: '2.0', status: 0 });
        const account = { sourceAddr: '900001', sharedSecret: 'opensesame' };
        const outcome = await probed(transport, address, { kind: 'cmpp', account, version: '3.0', persistent: false });
        assert.match(outcome.text, /^ACTIVE_TEST answered in [\d.]+ ms$/);
        assert.match(outcome.steps.at(-1)?.text ?? '', /^answered in [\d.]+ ms$/);
      });
    },
  );
}
