/** Changes the configuration of the running balancer: reloads its file, takes servers in and out. One change at a time. */

import type { ReloadOutcome, Reloading } from '../admin/reloading.js';
import type { Accounts } from '../balancer/accounts.js';
import { accountOfKey } from '../config/account-name.js';
import type { ConfigResult } from '../config/check-config.js';
import type { BackendConfig, Config, ServerConfig } from '../config/config.js';
import { problemText } from '../config/problem.js';
import { planOf } from '../config/reload-plan.js';
import type { Standing } from '../config/reload-plan.js';
import { planLines } from '../config/reload-plan-text.js';
import { stackOf } from '../log/event.js';
import type { Log } from '../log/log.js';
import type { Clock } from '../runtime/clock.js';
import { STOPPING } from './running.js';
import type { Running } from './running.js';

/** Where the configuration comes from. */
export interface ConfigSource {
  load(): ConfigResult;
}

export interface ReloaderParts {
  readonly running: Running;
  /** Undefined: the balancer was not started from a file. */
  readonly source: ConfigSource | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const BROKEN = 'internal error; the log has more about it';

export class Reloader implements Reloading {
  readonly #parts: ReloaderParts;
  /** The last change that was asked for. */
  #last: Promise<unknown> = Promise.resolve();
  #isReloadWaiting = false;
  /** `smsc/server9`: the servers that the operator has added, and no file knows of. */
  readonly #added = new Set<string>();
  readonly #followers: ((config: Config) => void)[] = [];

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
  }

  /** Is told what runs after each reload. */
  follow(follower: (config: Config) => void): void {
    this.#followers.push(follower);
  }

  async reload(by: string, isDryRun: boolean): Promise<ReloadOutcome> {
    if (isDryRun) return this.#inTurn(async () => this.#plan(), refusal(BROKEN));
    // It reads the file when its turn comes, so that one that waits does for all.
    if (this.#isReloadWaiting) return refusal('another reload waits already, and will read the file as it is then');
    this.#isReloadWaiting = true;
    return this.#inTurn(async () => {
      this.#isReloadWaiting = false;
      const outcome = await this.#reload();
      const { log } = this.#parts;
      if (outcome.kind === 'refused') log.event('reload-refused', { by, problems: outcome.problems });
      if (outcome.kind === 'done')
        log.event('reload', { by, changes: planLines(outcome.plan), tookMs: outcome.tookMs });
      return outcome;
    }, refusal(BROKEN));
  }

  async addServer(backend: string, server: ServerConfig): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const fault = await this.#changeServers(backend, (servers) => [...servers, server]);
      if (fault === undefined) this.#added.add(`${backend}/${server.name}`);
      return fault;
    }, BROKEN);
  }

  async removeServer(backend: string, server: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const fault = await this.#changeServers(backend, (servers) => servers.filter(({ name }) => name !== server));
      if (fault === undefined) this.#added.delete(`${backend}/${server}`);
      return fault;
    }, BROKEN);
  }

  backend(name: string): BackendConfig | undefined {
    return this.#parts.running.config.backends.find((backend) => backend.name === name);
  }

  /** One change after the other; a fault in the program is said instead of the result, and is in the log. */
  async #inTurn<Result>(act: () => Promise<Result>, broken: Result): Promise<Result> {
    const mine = this.#last.then(act).catch((error: unknown) => {
      this.#parts.log.event('internal-error', { session: undefined, stack: stackOf(error) });
      return broken;
    });
    this.#last = mine;
    return mine;
  }

  /** What a reload would do, or why it would be refused. */
  #plan(): ReloadOutcome & { kind: 'planned' | 'refused' } {
    return this.#read().outcome;
  }

  #read() {
    const { running, source } = this.#parts;
    if (source === undefined) return { outcome: refusal('this balancer was not started from a file') };
    if (running.balancer.isStopping) return { outcome: refusal(STOPPING) };
    const result = source.load();
    if (result.kind === 'invalid') return { outcome: refusal(...result.problems.map(problemText)) };
    const plan = planOf(running.config, result.config, this.#standing());
    return { outcome: { kind: 'planned', plan, warnings: result.warnings.map(problemText) } as const, result };
  }

  async #reload(): Promise<ReloadOutcome> {
    const { clock, running } = this.#parts;
    const begunAtMs = clock.nowMs();
    const { outcome, result } = this.#read();
    if (outcome.kind === 'refused' || result === undefined) return outcome;
    const fault = await running.become(result.config, 'file');
    if (fault !== undefined) return refusal(fault);
    this.#adopt();
    for (const follow of this.#followers) follow(running.config);
    return { ...outcome, kind: 'done', tookMs: clock.nowMs() - begunAtMs };
  }

  /** What the operator had added and the file has now is checked like the others: no `enable health` is waited for. */
  #adopt(): void {
    const { supervisor } = this.#parts.running;
    for (const added of this.#added) {
      const [backend = '', server = ''] = added.split('/', 2);
      const supervised = supervisor.find(backend, server);
      if (supervised?.server.isLeaving === false) supervisor.setProbed(supervised, true);
    }
    this.#added.clear();
  }

  async #changeServers(
    backend: string,
    change: (servers: readonly ServerConfig[]) => readonly ServerConfig[],
  ): Promise<string | undefined> {
    const { running } = this.#parts;
    if (running.balancer.isStopping) return STOPPING;
    const { config } = running;
    const backends = config.backends.map((each) =>
      each.name === backend ? { ...each, servers: change(each.servers) } : each,
    );
    return running.become({ ...config, backends }, 'command');
  }

  #standing(): Standing {
    const { accounts, farm, entrances } = this.#parts.running;
    return {
      sessionsAt: ([kind, name, , server]) => {
        if (kind === 'accounts') return sessionsOfAccount(accounts, String(name));
        if (kind === 'frontends') return entrances.sessionsOf(String(name));
        const service = farm.services.get(String(name));
        if (server === undefined) return service?.sessionsNow ?? 0;
        return service?.backend.servers.find((each) => each.name === server)?.sessionsNow ?? 0;
      },
      originOf: ([, backend, , server]) => (this.#added.has(`${backend}/${server}`) ? 'added by command' : ''),
    };
  }
}

function sessionsOfAccount(accounts: Accounts, key: string): number {
  const named = accountOfKey(key);
  return named.kind === 'name' ? (accounts.find(named.account)?.members.size ?? 0) : 0;
}

function refusal(...problems: readonly string[]): Extract<ReloadOutcome, { kind: 'refused' }> {
  return { kind: 'refused', problems };
}
