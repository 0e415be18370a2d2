/** What all that is served by HTTP is drawn from, and the one way by which it changes something. */

import type { AdminLevel } from '../../config/vocabulary.js';
import type { OffsetMinutesAt } from '../../log/timestamp.js';
import type { Guest } from '../../proxy/guest.js';
import type { Clock } from '../../runtime/clock.js';
import type { AccountFigures, Snapshot } from '../../stats/snapshot.js';
import type { ShownMigration } from '../../supervision/migrations.js';
import type { Answer } from '../answer.js';
import type { Executor } from '../executor.js';
import type { Statistics } from '../snapshot.js';
import { Talk } from '../talk.js';
import type { World } from '../world.js';
import type { Doorway } from './readiness.js';

/** A server's name in full, and the word for how it is. */
interface ServerState {
  /** `smsc/server1` */
  readonly server: string;
  readonly status: string;
}

export interface Caller {
  /** `http:me@10.0.0.8` */
  readonly from: string;
  readonly level: AdminLevel;
}

export interface Sources {
  readonly clock: Clock;
  /** Of local time, which the page shows. */
  readonly offsetMinutesAt: OffsetMinutesAt;
  /** It costs something, more with every session. */
  snapshot(): Snapshot;
  doorways(): readonly Doorway[];
  /** Cheap, unlike a snapshot. */
  serverStates(): readonly ServerState[];
  /** What moves sessions off servers or into balance, or did last. */
  migrations(): readonly ShownMigration[];
  /** All that are remembered. */
  accounts(): readonly AccountFigures[];
  /** The sessions that are not closed, those of a frontend in the order of their arrival. */
  guests(): readonly Guest[];
  /** Carries out a command of the runtime API. */
  execute(words: readonly string[], caller: Caller): Promise<Answer>;
}

export function sourcesOf(
  world: World,
  statistics: Pick<Statistics, 'snapshot' | 'accounts'>,
  executor: Pick<Executor<World>, 'execute'>,
): Sources {
  const { balancer, clock, offsetMinutesAt, services, supervisor } = world;
  return {
    clock,
    offsetMinutesAt,
    snapshot: () => statistics.snapshot(),
    doorways: () =>
      balancer.entrances.map(({ frontend, listeners }) => {
        const { name, service } = frontend.parts;
        return { name, listeners, backend: { name: service.name, accepts: service.backend.accepts } };
      }),
    serverStates: () =>
      [...services].flatMap(([name, { backend }]) =>
        backend.servers.map((server) => {
          return { server: `${name}/${server.name}`, status: supervisor.find(name, server.name)?.status ?? '' };
        }),
      ),
    migrations: () => supervisor.migrations.shown,
    accounts: () => statistics.accounts(),
    guests: () => balancer.guests(),
    // Nobody waits for a caller by HTTP: its connection has limits of its own.
    execute: (words, caller) => executor.execute(words, new Talk({ ...caller, timeoutMs: Infinity })),
  };
}
