/** Which servers may be given a session at this moment: by the rules alone, and as plainly as can be. Pure. */

import type { BackendRules } from '../../src/balancer/backend.js';
import type { Server } from '../../src/balancer/server.js';

type FarmRules = Pick<BackendRules, 'allBackups' | 'minUp'>;

export class WitnessedFarm {
  readonly servers: readonly Server[];
  readonly #rules: FarmRules;

  constructor(servers: readonly Server[], rules: FarmRules) {
    this.servers = servers;
    this.#rules = rules;
  }

  /** None at all where there are too few. */
  get candidates(): readonly Server[] {
    return this.whyNone === undefined ? this.#choices : [];
  }

  /** What is wrong if nobody can be placed. */
  get whyNone(): 'no server' | 'too few servers' | undefined {
    const { length } = this.#choices;
    if (length === 0) return 'no server';
    return length < this.#rules.minUp ? 'too few servers' : undefined;
  }

  takes(server: Server | undefined): boolean {
    return this.candidates.some((candidate) => candidate === server);
  }

  /** Those that are no backups; without any, the first backup, or all. */
  get #choices(): readonly Server[] {
    const usable = this.servers.filter(({ isUp, wish, weight }) => isUp && wish === 'ready' && weight !== 0);
    const active = usable.filter(({ backup }) => !backup);
    if (active.length > 0) return active;
    return this.#rules.allBackups ? usable : usable.slice(0, 1);
  }
}
