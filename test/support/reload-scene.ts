/** A balancer whose configuration a test writes anew, and has it reload. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ReloadOutcome } from '../../src/admin/reloading.js';
import { checkConfig } from '../../src/config/check-config.js';
import { planLines } from '../../src/config/reload-plan-text.js';
import { configText } from './scene.js';
import type { ConfigKeys, SceneParts } from './scene.js';
import type { Sp } from './sp.js';
import { SteeredScene } from './steered-scene.js';

export class ReloadScene extends SteeredScene {
  #keys: ConfigKeys = { servers: [] };
  #text: string;

  constructor(context: TestContext, parts: SceneParts = {}) {
    const load = () => checkConfig('lb.yaml', this.#text, { descriptorLimit: 20_000 });
    super(context, { ...parts, source: { load } });
    this.#text = '';
  }

  override async start(keys: ConfigKeys): Promise<void> {
    // What would be counted from the descriptors changes with the addresses.
    this.#keys = { global: 'maxconn: 1000', ...keys };
    await super.start(this.#keys);
  }

  /** The file has these keys in place of those that it began with. */
  writes(keys: Partial<ConfigKeys>, edit: (text: string) => string = (text) => text): void {
    const admin = `socket: { path: ${this.socketPath} }`;
    this.#text = edit(configText({ admin, ...this.#keys, ...keys }));
  }

  /** Reloads such a file, and returns what the plan says. */
  async reload(keys: Partial<ConfigKeys>, edit?: (text: string) => string): Promise<readonly string[]> {
    const outcome = await this.outcomeOf(keys, edit);
    assert.equal(outcome.kind, 'done', outcome.kind === 'refused' ? outcome.problems.join('\n') : '');
    return planLines(outcome.plan);
  }

  async outcomeOf(keys: Partial<ConfigKeys>, edit?: (text: string) => string): Promise<ReloadOutcome> {
    this.writes(keys, edit);
    return this.reloader.reload('test', false);
  }

  /** One more SP that is let in. */
  async resident(account?: string): Promise<Sp> {
    const { sp, status } = await this.logIn(account);
    assert.equal(status, 0);
    return sp;
  }

  /** The server that this SP's session is on, once it has been told of. */
  async serverOf({ name }: Sp): Promise<string> {
    return (await this.log.seen('session-start', ({ source }) => source === name)).server;
  }

  /** `s1 UP 2, s2 DRAIN 0`: all servers of the backend that are shown, with their sessions. */
  states(name = 'smsc'): string {
    const backend = this.statistics.snapshot().backends.find((each) => each.name === name);
    return (backend?.servers ?? [])
      .map(({ name: server, sessionsNow, status }) => `${server} ${status} ${sessionsNow}`)
      .join(', ');
  }
}
