/** Samples the statistics at even steps, sees servers change and sessions migrate, and tells those who follow. */

import { stackOf } from '../../log/event.js';
import type { Log } from '../../log/log.js';
import { History, STEP_MS } from '../../stats/history.js';
import type { HistoryColumns } from '../../stats/history.js';
import { latenciesBetween, passedBy, ratesBetween, sampleOf } from '../../stats/sample.js';
import type { Passed, Rates } from '../../stats/sample.js';
import type { EventFeed } from './event-feed.js';
import type { Sources } from './sources.js';

/** How soon the page shows that a server has changed. */
const LOOK_MS = 500;

export interface SamplerParts {
  readonly sources: Pick<Sources, 'clock' | 'migrations' | 'serverStates' | 'snapshot'>;
  readonly feed: Pick<EventFeed, 'tell'>;
  readonly log: Pick<Log, 'event'>;
}

export class Sampler {
  readonly #parts: SamplerParts;
  readonly #history = new History();
  #states: ReadonlyMap<string, string> = new Map();
  /** How far the migrations were, as they were told. */
  #migrations: ReadonlySet<string> = new Set();
  #passed: Passed | undefined;
  #rates: Rates = { submit: null, deliver: null, limited: null };
  #nextSampleMs = -Infinity;
  #cancel: (() => void) | undefined;

  constructor(parts: SamplerParts) {
    this.#parts = parts;
  }

  /** Messages a second at the last sample. */
  get rates(): Rates {
    return this.#rates;
  }

  history(): HistoryColumns {
    return this.#history.columns();
  }

  start(): void {
    this.#look();
    this.#cancel = this.#parts.sources.clock.after(LOOK_MS, () => this.start());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    try {
      this.#lookAtStates();
      this.#lookAtMigrations();
      const nowMs = this.#parts.sources.clock.nowMs();
      if (nowMs < this.#nextSampleMs) return;
      // After a pause of the machine from now on, and not all that was missed at once.
      const isLate = nowMs - this.#nextSampleMs >= STEP_MS;
      this.#nextSampleMs = (isLate ? nowMs : this.#nextSampleMs) + STEP_MS;
      this.#sample(nowMs);
    } catch (error) {
      // A fault in the program costs this sample, and nothing else.
      this.#parts.log.event('internal-error', { session: undefined, stack: stackOf(error) });
    }
  }

  #lookAtStates(): void {
    const { sources, feed } = this.#parts;
    const states = new Map(sources.serverStates().map(({ server, status }) => [server, status]));
    const known = this.#states;
    this.#states = states;
    const changed = [...states].filter(([server, status]) => known.size > 0 && known.get(server) !== status);
    for (const [server, status] of changed) feed.tell('server', { server, status });
  }

  #lookAtMigrations(): void {
    const { sources, feed } = this.#parts;
    const now = new Set<string>();
    for (const { of, cause, perSecond, progress } of sources.migrations()) {
      const { state, begun, moved, failed } = progress;
      const told = { of, cause, state, perSecond, begun, moved, failed };
      const text = JSON.stringify(told);
      now.add(text);
      if (!this.#migrations.has(text)) feed.tell('migration', told);
    }
    this.#migrations = now;
  }

  #sample(nowMs: number): void {
    const { sources, feed } = this.#parts;
    const snapshot = sources.snapshot();
    const passed = passedBy(snapshot, nowMs);
    const before = this.#passed ?? passed;
    this.#passed = passed;
    this.#rates = ratesBetween(before, passed);
    const values = sampleOf(snapshot, this.#rates, latenciesBetween(before, passed));
    const wallMs = sources.clock.wallMs();
    this.#history.add(wallMs, values);
    feed.tell('sample', { time: wallMs, values });
  }
}
