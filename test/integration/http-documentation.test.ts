/** Runs the examples of docs/http.md and docs/page.md: commands as they are written, and configurations. */

import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { configOf, sound } from '../config/samples.js';
import { HttpScene, PASSWORD } from '../support/http-scene.js';

const pages = ['docs/http.md', 'docs/page.md'].map((path) => readFileSync(path, 'utf8'));

function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return pages.flatMap((page) => Array.from(page.matchAll(fence), ([, text = '']) => text.trim()));
}

/** Runs a command of the pages against a balancer of the test's. */
async function answerTo(t: TestContext, command: string): Promise<unknown> {
  const scene = new HttpScene(t);
  const http = command.includes('ops:') ? 'user: ops, password: { env: HTTP }, level: admin' : '';
  await scene.serve(`listen: 127.0.0.1:0, ${http}`, { servers: [await scene.gateway({})] });
  await (await scene.sp()).logIn('900001');
  const here = command.replace('127.0.0.1:8081', scene.address).replace('smsc/server1', 'smsc/s1');
  const { stdout } = await promisify(exec)(here, { env: { ...process.env, PASSWORD } });
  return JSON.parse(stdout);
}

describe('The pages about HTTP', { timeout: 30_000 }, () => {
  it('show configurations that are sound', () => {
    const configs = blocks('yaml').filter((text) => text.startsWith('admin:'));
    assert.equal(configs.length, 3);
    for (const text of configs) assert.ok(configOf(`${text}\n${sound}`).admin.http !== undefined);
  });

  it('show commands that do what they say', async (t) => {
    const [change = '', search = '', ...more] = blocks('sh');
    assert.deepEqual(more, []);
    assert.deepEqual(await answerTo(t, change), {
      outcome: 'done',
      text: '1 session moves, 100 a second\nsmsc refuses logins from now on: 0 of its servers take sessions',
    });
    const answer = await answerTo(t, search);
    const example: unknown = JSON.parse(blocks('json')[0] ?? '');
    assert.deepEqual(shapeOf(answer), shapeOf(example));
  });
});

/** The same with the kind of each value in its place. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
