/** Starts an SMSC simulator: the gateways of one platform, each on a port of its own. */

import { realClock } from '../../runtime/clock.js';
import type { Clock } from '../../runtime/clock.js';
import { realRandom } from '../../runtime/random.js';
import type { Random } from '../../runtime/random.js';
import { GatewayListener } from './gateway-listener.js';
import type { ListenAddress } from './gateway-listener.js';
import { Mailroom } from './mailroom.js';
import { DEFAULT_SMSC_SETTINGS } from './settings.js';
import type { SmscSettings } from './settings.js';
import type { SmscCommand } from './smsc-command.js';
import { executeSmscCommand, statusTable } from './smsc-executor.js';
import type { SmscReply } from './smsc-executor.js';
import { SmscLines } from './smsc-lines.js';

export interface SmscOptions {
  readonly listen: readonly ListenAddress[];
  /** The first gateway's 22-bit code in its Msg_Ids; the others count up from it. 1 unless said. */
  readonly gatewayCode?: number;
  readonly settings?: Partial<SmscSettings>;
  /** Takes a line for every login, logout and SMS; without it nothing is written, which is faster. */
  readonly say?: ((line: string) => void) | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface RunningSmsc {
  /** The ports in the order of `listen`. */
  readonly ports: readonly number[];
  execute(command: SmscCommand): SmscReply;
  /** What every gateway has counted, as a table of several lines. */
  status(): string;
  /** Ends every session with TERMINATE and resolves when all is closed. */
  close(): Promise<void>;
}

/** Rejects with the system's error, such as EADDRINUSE, when one of the addresses cannot be listened on. */
export async function startSmsc(options: SmscOptions): Promise<RunningSmsc> {
  const clock = options.clock ?? realClock;
  const mailroom = new Mailroom(clock);
  const lines = options.say === undefined ? undefined : new SmscLines(clock, options.say);
  const shared = {
    settings: { ...DEFAULT_SMSC_SETTINGS, ...options.settings },
    mailroom,
    clock,
    random: options.random ?? realRandom,
    tell: (port: number, event: Parameters<SmscLines['tell']>[1]) => lines?.tell(port, event),
  };
  const gateways: GatewayListener[] = [];
  const close = async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    mailroom.stop();
  };
  try {
    for (const [index, address] of options.listen.entries()) {
      gateways.push(await GatewayListener.listen(address, (options.gatewayCode ?? 1) + index, shared));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const platform = { gateways, mailroom };
  return {
    ports: gateways.map(({ gateway }) => gateway.port),
    execute: (command) => executeSmscCommand(command, platform),
    status: () => statusTable(platform),
    close,
  };
}
