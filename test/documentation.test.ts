/** Checks that the README says what is true: its configuration is the shipped one, its commands exist and do what it says. */

import assert from 'node:assert/strict';
import { exec, execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runDemo } from '../src/cli/demo.js';
import type { Config } from '../src/config/config.js';
import { loadConfig, readLimits } from '../src/config/load.js';

const readme = readFileSync('README.md', 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);
}

/** The shipped configuration, listening on a port of the system's choice, for gateways on these ports. */
function configFor(smscPorts: readonly number[]): Config {
  const shipped = readFileSync('config/default.yaml', 'utf8');
  const text = smscPorts.reduce((yaml, port, index) => yaml.replace(`:${9315 + index}`, `:${port}`), shipped);
  const loaded = loadConfig({ text: text.replace('*:9999', '127.0.0.1:0'), file: 'demo.yaml' }, readLimits());
  assert.equal(loaded.kind, 'valid');
  return loaded.config;
}

describe('README.md', () => {
  it('shows the shipped configuration', () => {
    assert.deepEqual(blocks('yaml'), [readFileSync('config/default.yaml', 'utf8')]);
  });

  it('names npm scripts and commands that exist', () => {
    const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
    assert.ok(lines.includes('npm ci && npm start') && lines.includes('npm ci && npm test'));
    assert.match(readFileSync('package.json', 'utf8'), /"start": "node bin\/cmpp-lb\.js start --demo"/);
    const help = execFileSync('node', ['bin/cmpp-lb.js', '--help'], { encoding: 'utf8' });
    for (const [, command = ''] of readme.matchAll(/^\| `cmpp-lb (\w+)`/gm))
      assert.match(help, new RegExp(`^  ${command} `, 'm'));
    for (const line of lines.filter((candidate) => candidate.startsWith('node bin/cmpp-lb.js '))) {
      const [, , command = ''] = line.split(' ');
      assert.match(help, new RegExp(`^  ${command} `, 'm'));
    }
  });

  it('shows an SMS that goes through the balancer, and its report', async () => {
    const lines: string[] = [];
    const events = new EventEmitter();
    const stopped = once(events, 'stop').then(() => undefined);
    const reported = once(events, 'report');
    const say = (line: string): void => {
      lines.push(line);
      if (line.startsWith('sp   report of 13800138000: DELIVRD')) events.emit('report');
    };
    const ended = runDemo({ smscPorts: [0, 0, 0], configFor, say, stopped });
    try {
      await Promise.race([reported, ended]);
      const hint = lines.join('\n').match(/^ {2}(node bin\/cmpp-lb\.js sp --server \S+:(\d+) --to .*)$/m);
      const [, command = '', port = ''] = hint ?? [];
      const shown = blocks('sh').find((block) => block.startsWith('node bin/cmpp-lb.js sp ')) ?? '';
      assert.equal(shown.trim().replace(':9999', `:${port}`), command);
      const { stdout } = await promisify(exec)(command);
      assert.match(stdout, /1 of 1 SUBMITs answered with result 0, 1 of 1 reports say DELIVRD/);
      assert.ok(lines.some((line) => line.startsWith('smsc ') && line.endsWith('"你好，世界"')));
    } finally {
      events.emit('stop');
    }
    assert.equal(await ended, undefined);
    assert.match(lines.at(-1) ?? '', /^(lb {3}Stopped after 2 sessions|smsc )/);
  });
});

describe('documentation', () => {
  it('has no link to a file that does not exist', () => {
    const pages = ['.', 'docs', 'bench'].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name)),
    );
    for (const page of pages) {
      for (const [, link = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        assert.ok(existsSync(join(dirname(page), link)), `${page} links to ${link}`);
      }
    }
  });
});
