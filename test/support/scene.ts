/** A balancer with gateways behind it and clients before it, over real sockets, for one test; it leaves nothing running. */

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ListenOptions, NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Statistics } from '../../src/admin/snapshot.js';
import { startBalancer } from '../../src/app.js';
import type { Admin } from '../../src/admin/admin.js';
import type { AppParts } from '../../src/app.js';
import type { Reloader } from '../../src/assembly/reloader.js';
import type { EventValues } from '../../src/log/event.js';
import type { Balancer } from '../../src/proxy/balancer.js';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import { versionByte } from '../../src/cmpp/version.js';
import { Transport } from '../../src/proxy/transport.js';
import { realClock } from '../../src/runtime/clock.js';
import { seededRandom } from '../../src/runtime/random.js';
import { configOf } from '../config/samples.js';
import { EventLog } from './event-log.js';
import { Gateway } from './gateway.js';
import type { Manner } from './gateway.js';
import { Peer } from './peer.js';
import { Sp } from './sp.js';

const ANSWERING: Manner = { version: '3.0', status: 0 };

/** Keys of YAML, as `retries: 0, timeout: { connect: 1s }`. */
export interface ConfigKeys {
  readonly admin?: string;
  readonly global?: string;
  readonly defaults?: string;
  readonly frontend?: string;
  readonly listen?: string;
  readonly backend?: string;
  /** How the backend checks its servers; left out, it does not. */
  readonly check?: string;
  /** Left out, sessions end with their server, as most tests want to see. */
  readonly onLinkLost?: 'move' | 'close';
  /** Further sections of the file, as whole lines. */
  readonly sections?: string;
  /** The keys of the servers s1, s2 and so on, or where they are. */
  readonly servers: readonly (Gateway | string)[];
}

/** A configuration with the frontend `sp` and the backend `smsc`. */
export function configText(keys: ConfigKeys): string {
  const {
    admin,
    global,
    defaults,
    frontend,
    listen,
    backend,
    check,
    onLinkLost = 'close',
    servers,
    sections = '',
  } = keys;
  const lines = servers.map((server, index) => {
    const own = typeof server === 'string' ? server : `address: ${JSON.stringify(server.address)}`;
    return `      s${index + 1}: { ${own} }`;
  });
  return `${admin === undefined ? '' : `admin: { ${admin} }\n`}global: { ${global ?? ''} }
defaults: { ${defaults ?? ''} }
frontends:
  sp: { listen: ${listen ?? '"127.0.0.1:0"'}, default-backend: smsc, ${frontend ?? ''} }
backends:
  smsc:
    check: ${check ?? 'off'}
    on-link-lost: ${onLinkLost}
    servers:
${lines.join('\n')}
${(backend ?? '').replace(/^(?=.)/gm, '    ')}
${sections}
`;
}

/** What stands in for the real parts. */
export type SceneParts = Partial<Omit<AppParts, 'log'>> & { readonly log?: EventLog };

export class Scene {
  readonly log: EventLog;
  readonly #context: TestContext;
  readonly #parts: SceneParts;
  #balancer: Balancer | undefined;
  #statistics: Statistics | undefined;
  #admin: Admin | undefined;
  #reloader: Reloader | undefined;

  constructor(context: TestContext, parts: SceneParts = {}) {
    this.#context = context;
    this.#parts = parts;
    this.log = parts.log ?? new EventLog();
  }

  get balancer(): Balancer {
    if (this.#balancer === undefined) throw new Error('the balancer was not started');
    return this.#balancer;
  }

  get statistics(): Statistics {
    if (this.#statistics === undefined) throw new Error('the balancer was not started');
    return this.#statistics;
  }

  get admin(): Admin {
    if (this.#admin === undefined) throw new Error('the balancer was not started');
    return this.#admin;
  }

  get reloader(): Reloader {
    if (this.#reloader === undefined) throw new Error('the balancer was not started');
    return this.#reloader;
  }

  /** A gateway that answers as `manner` says; with undefined the test accepts its connections. */
  async gateway(manner?: Partial<Manner>, where: ListenOptions = { host: '127.0.0.1', port: 0 }): Promise<Gateway> {
    return this.#kept(await Gateway.listening(where, manner && { ...ANSWERING, ...manner }));
  }

  /** Starts the balancer; its clients come to the frontend `sp`. */
  async start(keys: ConfigKeys): Promise<void> {
    const started = await this.tryStart(keys);
    if (started !== undefined) throw new Error(started);
  }

  /** Returns why it did not start. */
  async tryStart(keys: ConfigKeys): Promise<string | undefined> {
    const { log } = this;
    const transport = new Transport();
    const parts = { clock: realClock, random: seededRandom(1), transport, ...this.#parts, log };
    const started = await startBalancer(configOf(configText(keys)), parts);
    if (started.kind === 'fault') return started.message;
    const { balancer } = started;
    this.#balancer = balancer;
    this.#statistics = started.statistics;
    this.#admin = started.admin;
    this.#reloader = started.reloader;
    this.#context.after(() => this.#end(balancer));
    return undefined;
  }

  /** A client, connected to an address of the frontend `sp` or elsewhere. */
  async client(where: NetConnectOpts = this.entrance()): Promise<Peer> {
    const peer = await Peer.connected(where);
    this.#context.after(() => peer.socket.destroy());
    return peer;
  }

  /** An SP that is connected and not logged in. */
  async sp(where?: NetConnectOpts): Promise<Sp> {
    return new Sp(await this.client(where));
  }

  /** Where the frontend's nth listener is reached. */
  entrance(index = 0): NetConnectOpts {
    const address = this.balancer.addressesOf('sp')[index] ?? '';
    if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
    const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
    return { host: host ?? '', port: Number(port) };
  }

  /** What a gateway accepts a login with. */
  accepts(sequenceId: number): Uint8Array {
    return frameOf(makePdu('connectResp', sequenceId, { version: versionByte('3.0') }), '3.0');
  }

  /** The last line of this client's session. */
  async endOf({ name }: Peer | Sp): Promise<EventValues<'session-end'>> {
    return this.log.seen('session-end', ({ source }) => source === name);
  }

  /** The same, if it has come already, after a turn of the event loop. */
  async endedSoFar({ name }: Peer | Sp): Promise<EventValues<'session-end'> | undefined> {
    await eventLoopTurn();
    return this.log.of('session-end').find(({ source }) => source === name);
  }

  /** A folder that goes with the test. */
  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'cmpp-lb-'));
    // A program that is still to be ended may write there in this moment. What throws here would leave it running, and
    // only this kind of removal looks again at what is there.
    this.#context.after(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
    return path;
  }

  /** Whatever was done to it: nobody is left, and everybody was counted. */
  async #end(balancer: Balancer): Promise<void> {
    balancer.kill();
    await balancer.empty();
    const { accepted, closed } = balancer.totals;
    assert.equal(
      Object.values(closed).reduce((sum, count) => sum + count, 0),
      accepted,
    );
  }

  #kept(gateway: Gateway): Gateway {
    this.#context.after(() => gateway.close());
    return gateway;
  }
}

/** The same tests with either kind of connection: on the sockets' handles, and by documented means alone. */
export function describeForBothTransports(
  title: string,
  define: (sceneOf: (context: TestContext, parts?: SceneParts) => Scene) => void,
): void {
  for (const documentedMeansOnly of [false, true]) {
    const means = documentedMeansOnly ? 'by documented means alone' : 'on handles';
    describe(`${title} (${means})`, { timeout: 30_000 }, () => {
      define((context, parts) => new Scene(context, { transport: new Transport(documentedMeansOnly), ...parts }));
    });
  }
}
