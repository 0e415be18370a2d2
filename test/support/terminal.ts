/** A program on a terminal of its own, with keys that are pressed and what it shows. */

import { spawn, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { Change } from './change.js';

/** Which of them are not there, as a reason to skip. Where CI is set they must be there. */
export function missingPrograms(...programs: readonly string[]): string | false {
  if (process.env['CI'] !== undefined) return false;
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return missing.length > 0 && `${missing.join(' and ')} not installed`;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

export class Terminal {
  /** All that was written, controls included. */
  shown = '';
  /** The exit code of the command. */
  readonly exited: Promise<number | null>;
  readonly #child;
  readonly #change = new Change();

  constructor(t: TestContext, command: string, { rows, columns }: Size) {
    const env = { ...process.env, TERM: 'xterm' };
    this.#child = spawn('script', ['-qefc', `stty rows ${rows} cols ${columns}; ${command}`, '/dev/null'], { env });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code);
        this.#change.happened();
      });
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      this.#change.happened();
    });
    t.after(() => this.#child.kill('SIGKILL'));
  }

  press(...keys: readonly string[]): void {
    this.#child.stdin.write(keys.join(''));
  }

  /** Resolves when it has been shown, since the start or since `forget`. */
  async shows(text: string | RegExp): Promise<void> {
    while (typeof text === 'string' ? !this.shown.includes(text) : !text.test(this.shown)) await this.#change.next();
  }

  forget(): void {
    this.shown = '';
  }
}
