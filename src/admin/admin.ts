/** All ways in for the operator that the configuration has: the runtime API's, over one executor, and HTTP. */

import type { AdminConfig } from '../config/config.js';
import type { Log } from '../log/log.js';
import { commands } from './command-table.js';
import { Executor } from './executor.js';
import { HttpServer } from './http/http-server.js';
import { sourcesOf } from './http/sources.js';
import type { Bound } from '../proxy/listener.js';
import { RuntimeSocket } from './runtime-socket.js';
import type { Statistics } from './snapshot.js';
import type { World } from './world.js';

/** The running ways in, or a sentence for the operator; then nothing is left open. */
export type StartedAdmin =
  { readonly kind: 'started'; readonly admin: Admin } | { readonly kind: 'fault'; readonly message: string };

export class Admin {
  /** For whoever else takes the operator's commands. */
  readonly executor: Executor<World>;
  readonly #sockets: readonly RuntimeSocket[];
  readonly #http: HttpServer | undefined;

  constructor(executor: Executor<World>, sockets: readonly RuntimeSocket[], http: HttpServer | undefined) {
    this.executor = executor;
    this.#sockets = sockets;
    this.#http = http;
  }

  /** Where callers reach the runtime API, with the ports that the system gave. */
  get addresses(): readonly string[] {
    return this.#sockets.map(({ address }) => address);
  }

  /** Where HTTP is served; undefined if it is not. */
  get httpAddress(): string | undefined {
    return this.#http?.address;
  }

  /** Levels and limits for callers who come from now on; where the sockets are, only a restart changes. */
  use({ sockets }: AdminConfig): void {
    for (const [index, config] of sockets.entries()) this.#sockets[index]?.use(config);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#http?.close();
  }
}

export async function startAdmin(
  config: AdminConfig,
  world: World,
  statistics: Pick<Statistics, 'snapshot' | 'accounts'>,
  log: Pick<Log, 'event'>,
): Promise<StartedAdmin> {
  const { clock } = world;
  const executor = new Executor(commands, world, log);
  const sockets = config.sockets.map((socket) => new RuntimeSocket(socket, { executor, clock, log }));
  const sources = sourcesOf(world, statistics, executor);
  const http = config.http && new HttpServer(config.http, { log, sources });
  const admin = new Admin(executor, sockets, http);
  for (const door of doorsOf(sockets, http, config, log)) {
    const bound = await door.bind();
    if (bound.kind === 'fault') {
      admin.stop();
      return { kind: 'fault', message: `${door.what}: ${bound.message}` };
    }
    door.announce();
  }
  return { kind: 'started', admin };
}

/** One of the ways in, as it is opened. */
interface Door {
  /** For the sentence that says why it cannot be. */
  readonly what: string;
  bind(): Promise<Bound>;
  announce(): void;
}

function doorsOf(
  sockets: readonly RuntimeSocket[],
  http: HttpServer | undefined,
  config: AdminConfig,
  log: Pick<Log, 'event'>,
): Door[] {
  const doors = sockets.map((socket): Door => ({
    what: 'runtime API',
    bind: () => socket.bind(),
    announce: () => log.event('admin-listening', { address: socket.address, access: socket.level }),
  }));
  if (http === undefined) return doors;
  const access = config.http?.credentials === undefined ? 'open' : 'password';
  const announce = (): void => log.event('http-listening', { address: http.address, access });
  return [...doors, { what: 'HTTP', bind: () => http.bind(), announce }];
}
