/** Commands of chance at a running balancer: whatever is said, there is an answer, and nothing breaks. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { commands } from '../../src/admin/command-table.js';
import { Talk } from '../../src/admin/talk.js';
import { SteeredScene } from '../support/steered-scene.js';

const ARGUMENTS = [
  'smsc/s1 smsc/s2 smsc/ / smsc sp x 0x1 1 0 -1 50% % 999999999999 1e3 127.0.0.9 ::1 toString __proto__ \u0000',
  'state drain ready maint weight health up down stopping addr port key data.server_id eq all json typed cli',
].flatMap((line) => line.split(' '));

const words = fc
  .tuple(
    fc.oneof(fc.constantFrom(...commands.map((command) => command.words)), fc.string()),
    fc.array(fc.oneof(fc.constantFrom(...ARGUMENTS), fc.string()), { maxLength: 5 }),
  )
  .map(([first, rest]) => [...first.split(' '), ...rest]);

it('answers every command, whatever its words', { timeout: 30_000 }, async (t) => {
  const scene = new SteeredScene(t);
  await scene.start({
    servers: [await scene.gateway({}), await scene.gateway({})],
    check: '{ type: cmpp, inter: 1h }',
    backend: 'stick: { on: source }',
  });
  const { executor } = scene.admin;
  await fc.assert(
    fc.asyncProperty(words, fc.constantFrom('user', 'operator', 'admin'), async (said, level) => {
      const { kind, text } = await executor.execute(said, new Talk({ level, from: 'test', timeoutMs: 1000 }));
      assert.ok(kind === 'done' || text !== '', said.join(' '));
    }),
    { numRuns: 1000 },
  );
  assert.deepEqual(scene.log.of('internal-error'), []);
  for (const line of ['enable frontend sp', 'set maxconn frontend sp 10', 'set maxconn global 0'])
    await scene.command(line);
  assert.ok(scene.log.of('command').length > 0);
  assert.equal(await scene.command('show backend'), '# name\nsmsc');
});
