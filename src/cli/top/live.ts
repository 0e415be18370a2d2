/** `cmpp-lb top` on a terminal: asks again and again, paints, and carries out what keys say. */

import type { NetConnectOpts } from 'node:net';
import { asciiText } from '../../log/escape.js';
import { realClock } from '../../runtime/clock.js';
import { askAt, replyText } from '../runtime-client.js';
import { drawScreen } from './draw.js';
import { press, initialState } from './state.js';
import type { Shown, TopState } from './state.js';
import type { Key } from './keys.js';
import { look } from './look.js';
import type { Pair } from './rows.js';
import { Terminal } from './terminal.js';

/** With more sessions than this, the list of them is asked for only so often: it is work for the balancer. */
const MANY_SESSIONS = 1000;
const MANY_SESSIONS_EVERY_MS = 5000;

export class LiveTop {
  readonly #places: readonly NetConnectOpts[];
  readonly #intervalMs: number;
  readonly #terminal: Terminal;
  readonly #finished: Promise<void>;
  #resolveFinished: () => void = () => {};
  #isFinished = false;
  #state: TopState = initialState;
  #pair: Pair | undefined;
  #trouble: string | undefined;
  #shown: Shown = { choices: [], pageRows: 0 };
  #listedAtMs = -Infinity;
  #isLooking = false;
  #cancelTimer: () => void = () => {};

  constructor(places: readonly NetConnectOpts[], intervalMs: number) {
    this.#places = places;
    this.#intervalMs = intervalMs;
    this.#finished = new Promise((resolve) => {
      this.#resolveFinished = resolve;
    });
    this.#terminal = new Terminal({
      pressed: (key) => this.#pressed(key),
      changed: () => this.#draw(),
      gone: () => this.#finish(),
    });
  }

  /** Resolves when the operator has quit; the terminal is as it was then. */
  async run(): Promise<void> {
    this.#terminal.open();
    this.#draw();
    void this.#look();
    await this.#finished;
    this.#cancelTimer();
    this.#terminal.close();
  }

  /** One question at a time; the next follows in its time. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#cancelTimer();
    const isListing = this.#wantsSessions();
    const seen = await look(this.#places, isListing);
    this.#isLooking = false;
    if (this.#isFinished) return;
    if (seen.kind === 'trouble') this.#trouble = seen.why;
    else {
      const { figures } = seen;
      if (isListing) this.#listedAtMs = figures.takenMs;
      const last = this.#pair?.now;
      // A key may ask soon after; the rates of an instant would jump.
      const isSoon = last !== undefined && figures.takenMs - last.takenMs < this.#intervalMs / 2;
      const before = isSoon ? this.#pair?.before : last;
      this.#pair = { now: { ...figures, sessions: figures.sessions ?? last?.sessions }, before };
      this.#trouble = undefined;
    }
    this.#draw();
    this.#cancelTimer = realClock.after(this.#intervalMs, () => {
      if (!this.#state.isPaused) void this.#look();
    });
  }

  #wantsSessions(): boolean {
    if (this.#state.view === 'servers') return false;
    const count = this.#pair?.now.sessions?.length ?? 0;
    return count < MANY_SESSIONS || realClock.nowMs() - this.#listedAtMs >= MANY_SESSIONS_EVERY_MS;
  }

  #pressed(key: Key): void {
    const before = this.#state;
    const { state, action } = press(before, key, this.#shown);
    this.#state = state;
    this.#draw();
    if (action?.kind === 'quit') this.#finish();
    else if (action?.kind === 'command') void this.#send(action.line);
    else if (state.view !== before.view || (before.isPaused && !state.isPaused)) void this.#look();
  }

  async #send(line: string): Promise<void> {
    const reply = await askAt(this.#places, line);
    const text = reply.kind === 'unreached' ? reply.message : replyText(reply);
    const outcome = reply.kind === 'done' ? `done: ${line}` : `${reply.kind}: ${line}`;
    const message = asciiText((text === '' ? outcome : `${outcome}: ${text}`).replaceAll('\n', ' '));
    this.#state = { ...this.#state, message };
    this.#draw();
    void this.#look();
  }

  #finish(): void {
    this.#isFinished = true;
    this.#resolveFinished();
  }

  #draw(): void {
    const { lines, shown } = drawScreen({
      pair: this.#pair,
      state: this.#state,
      size: this.#terminal.size,
      trouble: this.#trouble,
    });
    this.#shown = shown;
    this.#terminal.paint(lines);
  }
}
