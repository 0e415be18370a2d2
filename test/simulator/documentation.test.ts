import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { smscCommand } from '../../src/cli/smsc.js';
import { spCommand } from '../../src/cli/sp.js';
import { FAULT_WORDS } from '../../src/simulator/smsc/fault.js';
import { parseSmscCommand } from '../../src/simulator/smsc/smsc-command.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/simulators.md', import.meta.url)), 'utf8');

/** The command lines of the page, as words; those that need a file or a variable are left out. */
const examples = page
  .split('\n')
  .flatMap((line) => /^ {4}cmpp-lb (.*)$/.exec(line)?.[1] ?? [])
  .filter((line) => !line.includes('accounts.yaml') && !line.includes('--secret-env'))
  .map((line) => Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? ''));

/** The commands, which do nothing and throw instead of ending the process. */
function parser(): ReadonlyMap<string, Command> {
  const commands = [smscCommand(), spCommand()];
  for (const command of commands) {
    for (const each of [command, ...command.commands]) {
      each
        .exitOverride()
        .configureOutput({ writeErr: () => {} })
        .action(() => {});
    }
  }
  return new Map(commands.map((command) => [command.name(), command]));
}

describe('the page about the simulators', () => {
  it('shows commands that can be given', async () => {
    assert.ok(examples.length >= 12);
    for (const [name = '', ...args] of examples) {
      const command = parser().get(name);
      assert.ok(command, name);
      await command.parseAsync(args, { from: 'user' });
    }
  });

  it('shows faults that can be made, and all of them', () => {
    const commands = Array.from(page.matchAll(/^\| `([^`]+)` +\|/gm), ([, command = '']) => command);
    for (const command of commands) {
      const parsed = parseSmscCommand(command.replace('PORT', '9315'), (text) => Number.parseInt(text, 10));
      assert.equal(parsed.kind, 'command', command);
    }
    for (const word of Object.keys(FAULT_WORDS)) {
      assert.ok(
        commands.some((command) => command.startsWith(`fault PORT ${word}`)),
        word,
      );
    }
  });
});
