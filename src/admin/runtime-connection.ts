/**
 * One connection of the runtime API: takes its lines, has their commands carried out one after the other, and answers as
 * HAProxy does. Without `prompt` it ends behind the answers to what came first; with it, when the caller says so.
 */

import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.js';
import { splitCommands } from './command-line.js';
import type { Executor } from './executor.js';
import type { Talk } from './talk.js';
import type { World } from './world.js';
import { refused } from './answer.js';

/** HAProxy's buffer: a longer line is no command. */
export const LONGEST_LINE_CHARACTERS = 16_384;
/** How long a caller that has been answered may take to close, before what it did not take is thrown away. */
const LINGER_MS = 1000;

export interface RuntimeConnectionParts {
  readonly executor: Pick<Executor<World>, 'execute'>;
  readonly talk: Talk;
  readonly clock: Clock;
  /** It is over. */
  readonly ended: () => void;
}

/**
 * `answering`: a command is being carried out, or its answer not yet taken. `closing`: what comes now is nobody's, and
 * what was written is given a moment to be taken.
 */
type State = 'waiting' | 'answering' | 'closing';

export class RuntimeConnection {
  readonly #socket: Socket;
  readonly #parts: RuntimeConnectionParts;
  #held = '';
  #state: State = 'waiting';
  /** The caller has sent all that it will. */
  #hasEnded = false;
  #cancelTimer: () => void = () => {};

  /** The socket allows half of it to be closed. */
  constructor(socket: Socket, parts: RuntimeConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#goOn();
    });
    // A caller that is gone needs no answer; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#state = 'closing';
      this.#cancelTimer();
      parts.ended();
    });
    this.#watch();
    socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** A socket that was destroyed tells those who wait for its writes first, and only then that it is closed. */
  get #isOver(): boolean {
    return this.#state === 'closing' || this.#socket.destroyed;
  }

  #read(text: string): void {
    // What comes behind the end is read all the same: unread, it would make the system throw our answer away.
    if (this.#isOver) return;
    this.#held += text;
    this.#goOn();
  }

  /** Carries out what has come, unless it is at it. */
  #goOn(): void {
    if (this.#state === 'answering' || this.#isOver) return;
    const end = this.#held.indexOf('\n');
    if (end === -1) {
      if (this.#held.length > LONGEST_LINE_CHARACTERS) this.#close(refusedLine(this.#parts.talk));
      else if (this.#hasEnded) this.#close('');
      else this.#watch();
      return;
    }
    const line = this.#held.slice(0, end);
    this.#held = this.#held.slice(end + 1);
    if (line.length > LONGEST_LINE_CHARACTERS) {
      this.#close(refusedLine(this.#parts.talk));
      return;
    }
    this.#state = 'answering';
    // Nothing more is held than one read behind the line that is answered.
    this.#socket.pause();
    // It never rejects: the executor doesn't, and what a broken socket says is heard above.
    void this.#answer(line).then(() => this.#answered());
  }

  async #answer(line: string): Promise<void> {
    const { executor, talk } = this.#parts;
    for (const words of splitCommands(line)) {
      const answer = await executor.execute(words, talk);
      if (talk.isOver || this.#isOver) return;
      await this.#write(talk.frame(answer));
    }
  }

  #answered(): void {
    if (this.#isOver) return;
    this.#state = 'waiting';
    const { isInteractive, isOver } = this.#parts.talk;
    const isAnotherHeld = this.#held.includes('\n');
    if (isOver || (!isInteractive && !isAnotherHeld)) {
      this.#close('');
      return;
    }
    this.#socket.resume();
    this.#goOn();
  }

  /** Resolves when the caller has taken it, or is gone. */
  #write(text: string): Promise<void> {
    this.#watch();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.once('close', done);
      this.#socket.write(text, done);
    });
  }

  /** Ends it behind what was written. */
  #close(lastWords: string): void {
    this.#state = 'closing';
    this.#held = '';
    this.#socket.end(lastWords);
    this.#socket.resume();
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.clock.after(LINGER_MS, () => this.#socket.destroy());
  }

  /** Its time runs anew: a caller that is silent, or does not take its answer, is not waited for any longer. */
  #watch(): void {
    const { clock, talk } = this.#parts;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(talk.timeoutMs, () => this.#socket.destroy());
  }
}

function refusedLine(talk: Talk): string {
  return talk.frame(refused(`A line has at most ${LONGEST_LINE_CHARACTERS} characters.`));
}
