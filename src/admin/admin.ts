/** All ways in for the operator that the configuration has: the runtime API's, over one executor, and HTTP. */

import type { AdminConfig } from '../config/config.js';
import type { Log } from '../log/log.js';
import { commands } from './command-table.js';
import { Executor } from './executor.js';
import type { Sources } from './http/endpoints.js';
import { HttpServer } from './http/http-server.js';
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

function sourcesOf({ balancer }: World, statistics: Pick<Statistics, 'snapshot'>): Sources {
  return {
    snapshot: () => statistics.snapshot(),
    doorways: () =>
      balancer.entrances.map(({ frontend, listeners }) => {
        const { name, service } = frontend.parts;
        return { name, listeners, backend: { name: service.name, accepts: service.backend.accepts } };
      }),
  };
}

export async function startAdmin(
  config: AdminConfig,
  world: World,
  statistics: Pick<Statistics, 'snapshot'>,
  log: Pick<Log, 'event'>,
): Promise<StartedAdmin> {
  const { clock } = world;
  const executor = new Executor(commands, world, log);
  const sockets = config.sockets.map((socket) => new RuntimeSocket(socket, { executor, clock, log }));
  const http = config.http && new HttpServer(config.http, { clock, log, sources: sourcesOf(world, statistics) });
  const admin = new Admin(executor, sockets, http);
  for (const [index, socket] of sockets.entries()) {
    const bound = await socket.bind();
    if (bound.kind === 'fault') {
      admin.stop();
      return { kind: 'fault', message: `runtime API: ${bound.message}` };
    }
    log.event('admin-listening', { address: socket.address, access: config.sockets[index]?.level ?? 'user' });
  }
  if (http !== undefined) {
    const bound = await http.bind();
    if (bound.kind === 'fault') {
      admin.stop();
      return { kind: 'fault', message: `HTTP: ${bound.message}` };
    }
    const access = config.http?.credentials === undefined ? 'open' : 'password';
    log.event('http-listening', { address: http.address, access });
  }
  return { kind: 'started', admin };
}
