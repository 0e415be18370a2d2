/** The composition root: makes a running balancer from a configuration, with the operator's ways in. */

import { startAdmin } from './admin/admin.js';
import type { Admin } from './admin/admin.js';
import { showsOf } from './admin/shows-of.js';
import { Statistics } from './admin/snapshot.js';
import { Reloader } from './assembly/reloader.js';
import type { ConfigSource } from './assembly/reloader.js';
import { Running } from './assembly/running.js';
import type { RunningParts } from './assembly/running.js';
import type { Config } from './config/config.js';
import { readLimits } from './config/load.js';
import { localOffsetMinutes } from './log/timestamp.js';
import type { Balancer } from './proxy/balancer.js';
import { readProcessFacts } from './runtime/process-facts.js';
import { version } from './runtime/version.js';
import { StateKeeper } from './state/state-keeper.js';

export interface AppParts extends RunningParts {
  /** What a reload reads; left out where there is no file. */
  readonly source?: ConfigSource;
}

export type Started =
  | {
      readonly kind: 'started';
      readonly balancer: Balancer;
      readonly admin: Admin;
      readonly statistics: Statistics;
      readonly reloader: Reloader;
      /** The configuration that is in effect: another one after a reload. */
      readonly config: () => Config;
      /** To be closed at the end. Undefined without a `state-file`. */
      readonly stateKeeper: StateKeeper | undefined;
    }
  /** A sentence for the operator. Nothing is left open. */
  | { readonly kind: 'fault'; readonly message: string };

export async function startBalancer(config: Config, parts: AppParts): Promise<Started> {
  const { clock, log, source } = parts;
  let stateKeeper: StateKeeper | undefined;
  const running = await Running.by(config, parts, async ({ farm, supervisor }) => {
    const { stateFile } = config.global;
    if (stateFile === undefined) return;
    stateKeeper = new StateKeeper(stateFile, { ...parts, supervisor, backends: () => farm.shown() });
    await stateKeeper.restore();
  });
  if (typeof running === 'string') return { kind: 'fault', message: running };
  const { admission, balancer, farm, supervisor } = running;
  const statistics = createStatistics(running, parts);
  const reloader = new Reloader({ running, source, clock, log });
  const steered = { version, clock, offsetMinutesAt: localOffsetMinutes, balancer, supervisor, admission };
  const world = { ...steered, services: farm.services, shows: showsOf(statistics), reloading: reloader };
  const started = await startAdmin(config.admin, world, statistics, log);
  if (started.kind === 'fault') {
    balancer.kill();
    return started;
  }
  const { admin } = started;
  balancer.endWith(admin, running.accountLines);
  reloader.follow((next) => admin.use(next.admin));
  stateKeeper?.begin();
  const servers = config.backends.reduce((sum, backend) => sum + backend.servers.length, 0);
  log.event('ready', { frontends: config.frontends.length, servers, maxconn: config.global.maxconn });
  return { kind: 'started', balancer, admin, statistics, reloader, config: () => running.config, stateKeeper };
}

function createStatistics(running: Running, { clock, log }: RunningParts): Statistics {
  const { accounts, admission, balancer, entrances, farm } = running;
  return new Statistics({
    admission,
    balancer,
    clock,
    log,
    totals: balancer.totals,
    limitedOf: (account) => accounts.find(account),
    facts: readProcessFacts(),
    descriptorLimit: readLimits().descriptorLimit,
    former: entrances.former,
    get frontends() {
      return entrances.shown();
    },
    get backends() {
      return farm.shown();
    },
  });
}
