/** Checks that docs/operations.md says what is true: its configuration is sound, its commands, events, reasons and signals exist. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { closeReasons } from '../src/balancer/close-reason.js';
import { catalogue } from '../src/log/event.js';
import { problemsOf, warningsOf } from './config/samples.js';

const page = readFileSync('docs/operations.md', 'utf8');
const commands = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, text = '']) => text.trim().split('\n'));

/** What a heading is linked to by. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

describe('docs/operations.md', () => {
  it('has a first configuration without problems and without warnings', () => {
    const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => text);
    assert.equal(blocks.length, 1);
    for (const block of blocks) assert.deepEqual([problemsOf(block), warningsOf(block)], [[], []]);
  });

  it('uses commands and options that exist', () => {
    const helps = new Map<string, string>();
    const helpOf = (...command: string[]): string => {
      const key = command.join(' ');
      const help =
        helps.get(key) ?? execFileSync('node', ['bin/cmpp-lb.js', ...command, '--help'], { encoding: 'utf8' });
      helps.set(key, help);
      return help;
    };
    const used = [...commands, ...[...page.matchAll(/`(cmpp-lb [^`]+)`/g)].map(([, text = '']) => text)]
      .map((line) => line.replace(/ +#.*$/, '').replace(/^\/usr\/local\/bin\//, ''))
      .filter((line) => line.startsWith('cmpp-lb '));
    assert.ok(used.length > 10);
    for (const line of used) {
      const [, command = '', ...rest] = line.replace(/"[^"]*"/g, 'TEXT').split(' ');
      assert.match(helpOf(), new RegExp(`^  ${command} `, 'm'), line);
      for (const option of rest.filter((word) => word.startsWith('-'))) {
        assert.ok(helpOf(command).includes(option), `${line}: ${option}`);
      }
    }
  });

  it('sends commands that the runtime API knows', () => {
    const table = readFileSync('docs/runtime-api.md', 'utf8');
    const sent = [...page.matchAll(/ctl "([a-z]+ [a-z]+)/g)].map(([, words = '']) => words);
    assert.ok(sent.length > 3);
    for (const words of sent) assert.ok(table.includes(`| \`${words}`), words);
  });

  it('names events of the log that there are', () => {
    const named = [...page.matchAll(/`((?:state|server|session|log|lines|notify|accept)-[a-z-]+)`/g)].map(
      ([, name = '']) => name,
    );
    assert.ok(named.includes('state-left'));
    for (const name of named) assert.ok(Object.hasOwn(catalogue, name) || name.endsWith('-file'), name);
  });

  it('links to headings that there are', () => {
    const own = new Set([...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));
    for (const [, link = ''] of page.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(own.has(link), link);
    const reasons: readonly string[] = closeReasons;
    const linked = [...page.matchAll(/\]\(close-reasons\.md#([^)]+)\)/g)].map(([, reason = '']) => reason);
    assert.ok(linked.length > 3);
    for (const reason of linked) assert.ok(reasons.includes(reason), reason);
  });

  it('names the signals that the process heeds', () => {
    const source = readFileSync('src/runtime/signals.ts', 'utf8');
    const heeded = [...source.matchAll(/process\.on\('(SIG[A-Z0-9]+)'/g)].map(([, signal = '']) => signal);
    const [, section = ''] = page.split('## Signals');
    for (const signal of heeded) assert.ok(section.includes(`| ${signal}`) || section.includes(`, ${signal}`), signal);
  });
});
