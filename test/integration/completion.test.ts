/** The completion of `cmpp-lb` in real shells, at a balancer that runs. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Program } from '../support/program.js';
import { Scene } from '../support/scene.js';
import { SteeredScene } from '../support/steered-scene.js';
import { missingPrograms } from '../support/terminal.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/cmpp-lb.js', import.meta.url));

/** Stands for what zsh's own functions would do with what they are given. */
const ZSH_STUBS = `
compdef() { :; }
compadd() { shift; print -l -- "$@"; }
_describe() { local name="\${@[-1]}"; print -l -- "\${(@P)name%%:*}"; }
_files() { print files; }
`;

/** Prints what the last of the words may become, a line each. */
const ASKING = {
  bash: (script: string, words: readonly string[]) =>
    `source ${script}; COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}; _cmpp_lb; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (script: string, words: readonly string[]) =>
    `${ZSH_STUBS} source ${script}; words=(${words.map(quoted).join(' ')}); CURRENT=${words.length}; _cmpp_lb`,
  fish: (script: string, words: readonly string[]) => `source ${script}; complete -C ${quoted(words.join(' '))}`,
};
type Shell = keyof typeof ASKING;

function quoted(word: string): string {
  return `'${word}'`;
}

class Completion {
  readonly #shell: Shell;
  readonly #folder: string;
  readonly #script: string;

  private constructor(shell: Shell, folder: string) {
    this.#shell = shell;
    this.#folder = folder;
    this.#script = `${folder}/completion`;
  }

  /** The script as the program prints it, and the program on the path. */
  static async of(shell: Shell, t: TestContext): Promise<Completion> {
    const folder = new Scene(t).folder();
    mkdirSync(`${folder}/bin`);
    symlinkSync(PROGRAM, `${folder}/bin/cmpp-lb`);
    const program = new Program(t, ['completion', shell]);
    assert.equal(await program.exited, 0);
    const completion = new Completion(shell, folder);
    writeFileSync(completion.#script, program.stdout);
    return completion;
  }

  /** The words alone, in their order; those that only begin alike are the shell's business to leave out. */
  async whatFits(...words: readonly string[]): Promise<string> {
    const env = { ...process.env, PATH: `${this.#folder}/bin:${process.env['PATH'] ?? ''}`, HOME: this.#folder };
    const line = ASKING[this.#shell](this.#script, ['cmpp-lb', ...words]);
    const { stdout } = await promisify(execFile)(this.#shell, ['-c', line], { env, cwd: this.#folder });
    const found = stdout.split('\n').map((text) => text.split('\t')[0] ?? '');
    const current = words.at(-1) ?? '';
    return [...new Set(found)]
      .filter((word) => word !== '' && word.startsWith(current))
      .sort()
      .join(' ');
  }
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  describe(`in ${shell}`, { timeout: 60_000, skip: missingPrograms(shell) }, () => {
    it('commands and options are those of --help', async (t) => {
      const completion = await Completion.of(shell, t);
      const help = new Program(t, ['--help']);
      await help.exited;
      const commands = Array.from(help.stdout.matchAll(/^ {2}([a-z]+) .*[[<]/gm), ([, name = '']) => name).filter(
        // --help is the same, and shorter.
        (name) => name !== 'help',
      );
      assert.ok(commands.length > 10, help.stdout);
      assert.equal(await completion.whatFits(''), [...commands].sort().join(' '));
      assert.equal(await completion.whatFits('st'), 'start status');
      assert.equal(await completion.whatFits('check', '--'), '--help --json --mode');
      assert.equal(await completion.whatFits('smsc', 'c'), 'ctl');
    });

    it('values are those that an option takes', async (t) => {
      const completion = await Completion.of(shell, t);
      assert.equal(await completion.whatFits('check', '--mode', ''), 'cmpp tcp');
      assert.equal(await completion.whatFits('completion', ''), 'bash fish zsh');
      const files = await completion.whatFits('check', '');
      assert.equal(
        files,
        shell === 'zsh' ? 'files' : 'bin completion'.replace('bin', shell === 'fish' ? 'bin/' : 'bin'),
      );
    });

    it('servers are those of the running balancer, and none where there is none', async (t) => {
      const completion = await Completion.of(shell, t);
      const { scene } = await SteeredScene.running(t);
      const socket = ['-s', scene.socketPath];
      assert.equal(await completion.whatFits('drain', ...socket, ''), 'smsc/s1 smsc/s2');
      assert.equal(await completion.whatFits('ready', ...socket, 'smsc/s2'), 'smsc/s2');
      assert.equal(await completion.whatFits('ctl', ...socket, 'set', 'server', ''), 'smsc/s1 smsc/s2');
      assert.equal(await completion.whatFits('ctl', 'show', 'servers', ''), 'conn state');
      assert.equal(await completion.whatFits('maint', '-s', '/nonexistent/lb.sock', ''), '');
    });
  });
}
