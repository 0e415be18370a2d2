/** The operator's terminal: takes it over and gives it back, whatever ends the process; paints lines, and reads keys. */

import { realClock } from '../../runtime/clock.js';
import type { Line, Size } from './draw.js';
import { decodeKeys } from './keys.js';
import type { Key } from './keys.js';

const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[0m\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[0m\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** How long the rest of a key's sequence may take, over a slow line; then it was the key Escape. */
const SEQUENCE_MS = 100;
/** A terminal that does not say how large it is. */
const USUAL_SIZE: Size = { columns: 80, rows: 24 };

/** SGR: bold 1, reverse 7, red 31, green 32, yellow 33, blue 34, magenta 35, cyan 36. */
const TONES: Readonly<Record<Line['tone'], string>> = {
  plain: '',
  heading: '1',
  up: '32',
  changing: '33',
  down: '31',
  drain: '36',
  maint: '35',
  alarm: '1;31',
  ask: '1;33',
};

/** What ends a process; each is sent again once the terminal is as it was. */
const ENDINGS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

export interface TerminalEvents {
  pressed(key: Key): void;
  /** It must be painted anew. */
  changed(): void;
  /** Nobody sits there any more. */
  gone(): void;
}

export class Terminal {
  readonly #events: TerminalEvents;
  readonly #hasColours = process.env['NO_COLOR'] === undefined;
  #isTaken = false;
  #held = '';
  #cancelHeld: () => void = () => {};
  readonly #leave = (): void => this.#giveBack();
  readonly #end = (signal: NodeJS.Signals): void => {
    this.close();
    process.kill(process.pid, signal);
  };
  readonly #takeAgain = (): void => {
    this.#take();
    this.#events.changed();
  };

  constructor(events: TerminalEvents) {
    this.#events = events;
  }

  static get isThere(): boolean {
    return process.stdin.isTTY && process.stdout.isTTY;
  }

  get size(): Size {
    const { columns, rows } = process.stdout;
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  }

  open(): void {
    process.on('exit', this.#leave);
    // Before Node prints what was thrown, which would vanish with this screen.
    process.on('uncaughtExceptionMonitor', this.#leave);
    for (const signal of ENDINGS) process.once(signal, this.#end);
    process.on('SIGCONT', this.#takeAgain);
    process.stdout.on('resize', () => this.#events.changed());
    process.stdout.on('error', () => this.#events.gone());
    process.stdin.on('error', () => this.#events.gone());
    process.stdin.on('end', () => this.#events.gone());
    process.stdin.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#take();
  }

  /** Gives it back for good. */
  close(): void {
    this.#giveBack();
    this.#cancelHeld();
    for (const signal of ENDINGS) process.off(signal, this.#end);
    process.off('SIGCONT', this.#takeAgain);
    process.stdin.removeAllListeners('data').pause();
  }

  paint(lines: readonly Line[]): void {
    if (!this.#isTaken) return;
    const { columns } = this.size;
    const text = lines.map((line) => this.#dressed(line, columns) + CLEAR_LINE).join('\r\n');
    process.stdout.write(HOME + text + CLEAR_BELOW);
  }

  #dressed({ text, tone, isChosen }: Line, columns: number): string {
    const colour = this.#hasColours || tone === 'heading' ? TONES[tone] : '';
    const codes = [colour, isChosen ? '7' : ''].filter((code) => code !== '').join(';');
    return codes === '' ? text : `\u001B[${codes}m${isChosen ? text.padEnd(columns) : text}`;
  }

  #read(text: string): void {
    this.#cancelHeld();
    const { keys, rest } = decodeKeys(this.#held + text);
    this.#held = rest;
    for (const key of keys) this.#events.pressed(key);
    if (rest === '') return;
    this.#cancelHeld = realClock.after(SEQUENCE_MS, () => {
      this.#held = '';
      this.#events.pressed({ kind: 'escape' });
    });
  }

  #take(): void {
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdout.write(ENTER);
    this.#isTaken = true;
  }

  #giveBack(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    process.stdout.write(LEAVE);
    process.stdin.setRawMode(false);
  }
}
