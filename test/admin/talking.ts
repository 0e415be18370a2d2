/** Real sockets to the runtime API with a few commands of the test's own, and callers that say what comes back. */

import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { DONE, refused, shown } from '../../src/admin/answer.js';
import type { Command } from '../../src/admin/command.js';
import { talkCommands } from '../../src/admin/commands/talk-commands.js';
import { Executor } from '../../src/admin/executor.js';
import { RuntimeSocket } from '../../src/admin/runtime-socket.js';
import type { AdminSocketConfig } from '../../src/config/config.js';
import type { Clock } from '../../src/runtime/clock.js';
import { afterThisTurn } from '../../src/runtime/turn.js';
import { EventLog } from '../support/event-log.js';
import { Change } from '../support/change.js';

export const LARGE_BYTES = 4 * 1024 * 1024;

const look = { takes: '', level: 'user', help: '', kind: 'look' } as const;

const ownCommands: readonly Command<unknown>[] = [
  { ...look, words: 'show version', run: () => shown(['1.2.3']) },
  { ...look, words: 'show lines', run: () => shown(['one', 'two']) },
  { ...look, words: 'show large', run: () => shown(['x'.repeat(LARGE_BYTES)]) },
  { ...look, words: 'show errors', level: 'operator', run: () => shown(['none']) },
  {
    ...look,
    words: 'set it',
    level: 'admin',
    kind: 'change',
    run: (_, [to]) => (to === 'wrong' ? refused('No.') : DONE),
  },
  {
    ...look,
    words: 'set broken',
    level: 'admin',
    kind: 'change',
    run: () => {
      throw new Error('a bug');
    },
  },
  { ...look, words: 'show slowly', run: () => new Promise((resolve) => afterThisTurn(() => resolve(shown(['slow'])))) },
];

export class TalkingStage {
  readonly log = new EventLog();
  readonly folder: string;
  readonly #context: TestContext;
  readonly #clock: Clock;

  constructor(context: TestContext, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
    this.folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-'));
    context.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  get path(): string {
    return join(this.folder, 'lb.sock');
  }

  socket(config: Partial<AdminSocketConfig> = {}): RuntimeSocket {
    const address = { kind: 'unix', path: this.path, mode: 0o600 } as const;
    const executor = new Executor([...ownCommands, ...talkCommands], undefined, this.log);
    const socket = new RuntimeSocket(
      { address, owner: undefined, level: 'admin', timeoutMs: 10_000, maxconn: 10, ...config },
      { executor, clock: this.#clock, log: this.log },
    );
    this.#context.after(() => socket.close());
    return socket;
  }

  async listening(config?: Partial<AdminSocketConfig>): Promise<RuntimeSocket> {
    const socket = this.socket(config);
    const bound = await socket.bind();
    if (bound.kind === 'fault') throw new Error(bound.message);
    return socket;
  }

  caller(where: NetConnectOpts = { path: this.path }): Caller {
    const caller = new Caller(connect({ ...where, allowHalfOpen: true }));
    this.#context.after(() => caller.socket.destroy());
    return caller;
  }
}

/** What a caller has heard. */
export class Caller {
  readonly socket: Socket;
  heard = '';
  #hasEnded = false;
  readonly #change = new Change();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.heard += text;
      this.#change.happened();
    });
    socket.on('error', () => {});
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#hasEnded = true;
        this.#change.happened();
      });
    }
  }

  says(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** All that comes until the other side ends. */
  async all(): Promise<string> {
    await this.#until(() => this.#hasEnded);
    return this.heard;
  }

  /** Resolves when this has been heard in all. */
  async hears(text: string): Promise<void> {
    await this.#until(() => this.heard.length >= text.length || this.#hasEnded);
    if (this.heard !== text) throw new Error(`expected ${JSON.stringify(text)}, heard ${JSON.stringify(this.heard)}`);
  }

  /** Resolves when this has been heard anywhere. */
  async hearsPart(text: string): Promise<void> {
    await this.#until(() => this.heard.includes(text) || this.#hasEnded);
    if (!this.heard.includes(text))
      throw new Error(`expected ${JSON.stringify(text)} in ${JSON.stringify(this.heard)}`);
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await this.#change.next();
  }
}
