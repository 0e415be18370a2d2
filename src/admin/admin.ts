/** All ways into the runtime API that the configuration has, over one executor. */

import type { AdminSocketConfig } from '../config/config.js';
import type { Log } from '../log/log.js';
import { commands } from './command-table.js';
import { Executor } from './executor.js';
import { RuntimeSocket } from './runtime-socket.js';
import type { World } from './world.js';

/** The running runtime API, or a sentence for the operator; then nothing is left open. */
export type StartedAdmin =
  { readonly kind: 'started'; readonly admin: Admin } | { readonly kind: 'fault'; readonly message: string };

export class Admin {
  /** For whoever else takes the operator's commands. */
  readonly executor: Executor<World>;
  readonly #sockets: readonly RuntimeSocket[];

  constructor(executor: Executor<World>, sockets: readonly RuntimeSocket[]) {
    this.executor = executor;
    this.#sockets = sockets;
  }

  /** Where callers reach it, with the ports that the system gave. */
  get addresses(): readonly string[] {
    return this.#sockets.map(({ address }) => address);
  }

  stop(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

export async function startAdmin(
  configs: readonly AdminSocketConfig[],
  world: World,
  log: Pick<Log, 'event'>,
): Promise<StartedAdmin> {
  const executor = new Executor(commands, world, log);
  const sockets = configs.map((config) => new RuntimeSocket(config, { executor, clock: world.clock, log }));
  const admin = new Admin(executor, sockets);
  for (const [index, socket] of sockets.entries()) {
    const bound = await socket.bind();
    if (bound.kind === 'fault') {
      admin.stop();
      return { kind: 'fault', message: `runtime API: ${bound.message}` };
    }
    log.event('admin-listening', { address: socket.address, access: configs[index]?.level ?? 'user' });
  }
  return { kind: 'started', admin };
}
