/** The balancer as it runs by a configuration, and the one place where it comes to run by another one. */

import type { Accounts } from '../balancer/accounts.js';
import { Admission } from '../balancer/admission.js';
import type { Present } from '../balancer/backend.js';
import type { Config } from '../config/config.js';
import { inEffect } from '../config/reload-plan.js';
import type { Log } from '../log/log.js';
import { createAccounts } from '../proxy/account-lines.js';
import type { AccountLines } from '../proxy/account-lines.js';
import { Balancer } from '../proxy/balancer.js';
import type { BackendService } from '../proxy/backend-service.js';
import type { Transport } from '../proxy/transport.js';
import type { Clock } from '../runtime/clock.js';
import type { Random } from '../runtime/random.js';
import { SessionTotals } from '../stats/session-totals.js';
import { Supervisor } from '../supervision/supervisor.js';
import { Entrances } from './entrances.js';
import type { Opened } from './entrances.js';
import { Farm } from './farm.js';
import type { ChangedBy } from './farm.js';

export interface RunningParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly log: Log;
}

/** Why nothing changes any more. */
export const STOPPING = 'the balancer is stopping';
/** How often it is looked whether the last session has left what was removed; only while there is something. */
const SWEEP_MS = 1000;

export class Running {
  readonly balancer: Balancer;
  readonly supervisor: Supervisor;
  readonly accounts: Accounts;
  readonly accountLines: AccountLines;
  readonly admission: Admission;
  readonly farm: Farm;
  readonly entrances: Entrances;
  readonly #clock: Clock;
  #config: Config;
  #cancelSweep: (() => void) | undefined;

  private constructor(config: Config, parts: RunningParts) {
    const { clock } = parts;
    const totals = new SessionTotals();
    this.#clock = clock;
    this.#config = config;
    const { accounts, lines } = createAccounts(config.accounts, parts.log, clock);
    this.accounts = accounts;
    this.accountLines = lines;
    this.admission = new Admission(config.global.maxconn);
    this.supervisor = new Supervisor([], { ...parts, sessions: () => this.balancer.sessions() });
    this.farm = new Farm({ ...parts, supervisor: this.supervisor, presentIn: (service) => this.#presentIn(service) });
    this.entrances = new Entrances({ ...parts, accounts, admission: this.admission, totals });
    this.balancer = new Balancer([], { stop: () => this.#stop() }, totals, clock);
  }

  /**
   * Starts, or returns a sentence that says why an address cannot be bound; then nothing is left open. `prepare` is called
   * before the first SP can come: wherever SPs were, and wherever they must not go, is to be known by then.
   */
  static async by(
    config: Config,
    parts: RunningParts,
    prepare: (running: Running) => Promise<void>,
  ): Promise<Running | string> {
    const running = new Running(config, parts);
    running.farm.use(config.backends, 'file');
    running.farm.settle('file');
    await prepare(running);
    const fault = await running.become(config, 'file');
    if (fault !== undefined) running.#stop();
    return fault ?? running;
  }

  /** The configuration that is in effect. */
  get config(): Config {
    return this.#config;
  }

  /**
   * Runs by this configuration from now on, but for what needs a restart. Its new addresses are bound first; if one can't
   * be, nothing changes, and the sentence that says why is returned. Then everything changes in one step. Not to be called
   * while another call is under way.
   */
  async become(config: Config, by: ChangedBy): Promise<string | undefined> {
    const next = inEffect(this.#config, config);
    const opened = await this.entrances.open(config.frontends);
    if (opened.kind === 'fault') return opened.message;
    // It has closed what was open when it was told to, and accepts nobody at the new addresses either.
    if (this.balancer.isStopping) {
      for (const gate of opened.fresh) gate.close();
      return STOPPING;
    }
    this.#swap(next, opened, by);
    return undefined;
  }

  /** Forgets what was removed and has no session any more; looks again later if there is more to come. */
  #sweep(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    const used = new Set<unknown>();
    for (const { driver, service } of this.balancer.guests()) used.add(service).add(driver.session.server);
    const isFarmLeaving = this.farm.sweep((part) => used.has(part));
    const areEntrancesLeaving = this.entrances.sweep();
    this.balancer.use(this.entrances.all);
    if (isFarmLeaving || areEntrancesLeaving) this.#cancelSweep = this.#clock.after(SWEEP_MS, () => this.#sweep());
  }

  #swap(config: Config, opened: Opened, by: ChangedBy): void {
    const former = this.#config;
    this.accounts.use(config.accounts, this.#clock.nowMs());
    this.farm.use(config.backends, by);
    this.entrances.use(config.frontends, opened, (backend) => this.farm.service(backend));
    this.balancer.use(this.entrances.all);
    if (former.global.maxconn !== config.global.maxconn) this.admission.configure(config.global.maxconn);
    this.#config = config;
    this.farm.settle(by);
    this.#sweep();
  }

  #stop(): void {
    this.#cancelSweep?.();
    this.supervisor.stop();
  }

  *#presentIn(service: BackendService): Iterable<Present> {
    for (const guest of this.balancer.guests()) {
      const { answer, conversation, who } = guest.driver.session;
      if (guest.service !== service || conversation === undefined) continue;
      const isAccepted = answer === undefined || answer.status === 0;
      if (isAccepted) yield { who, server: conversation.server };
    }
  }
}
