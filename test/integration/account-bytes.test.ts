/** Every byte that a Source_Addr may have, wherever an account is shown. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Talk } from '../../src/admin/talk.js';
import type { Snapshot } from '../../src/stats/snapshot.js';
import { connectFrame } from '../support/sp.js';
import { Scene } from '../support/scene.js';

/** So many accounts have a label of their own. */
const BATCH = 64;

/** The account `AxZ` with this byte in the middle, as it must be shown. */
function shownAs(byte: number): string {
  const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x5c;
  return `A${isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`}Z`;
}

function connectOf(byte: number): Uint8Array {
  const frame = Buffer.from(connectFrame('A Z'));
  frame[13] = byte;
  return frame;
}

const forPrometheus = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');

async function answered({ admin }: Scene, line: string): Promise<string> {
  const talk = new Talk({ level: 'admin', from: 'test', timeoutMs: 1000 });
  return (await admin.executor.execute(line.split(' '), talk)).text;
}

async function fetched(scene: Scene, path: string): Promise<string> {
  const response = await fetch(`http://${scene.admin.httpAddress ?? ''}${path}`, { headers: { connection: 'close' } });
  return response.text();
}

describe('The bytes of a Source_Addr', { timeout: 60_000 }, () => {
  for (let first = 0; first < 256; first += BATCH) {
    const bytes = Array.from({ length: BATCH }, (_, nth) => first + nth);
    it(`from 0x${first.toString(16)} on are escaped in log, runtime API, CSV, metrics and JSON`, async (t) => {
      const scene = new Scene(t);
      const admin = 'http: { listen: 127.0.0.1:0 }';
      await scene.start({ servers: [await scene.gateway({})], admin, backend: 'stick: { on: account }' });
      for (const byte of bytes) {
        const client = await scene.client();
        client.write(connectOf(byte));
        await client.frame();
      }
      const expected = bytes.map(shownAs);
      const logged = scene.log.of('session-start').map(({ account }) => account);
      assert.deepEqual(logged, expected);
      const [sessions, accounts, table, csv, one] = await Promise.all(
        ['show sess', 'show accounts', 'show table smsc', 'show stat', 'show session 1'].map(async (line) =>
          answered(scene, line),
        ),
      );
      const metrics = await fetched(scene, '/metrics');
      const json = await fetched(scene, '/api/snapshot');
      assert.deepEqual(
        Array.from(sessions?.matchAll(/ account=(\S+)$/gm) ?? [], ([, name]) => name),
        expected,
      );
      assert.deepEqual(
        Array.from(table?.matchAll(/ key=(\S+) /g) ?? [], ([, name]) => name),
        expected,
      );
      assert.deepEqual(
        Array.from(accounts?.matchAll(/^(A\S+Z) +1 /gm) ?? [], ([, name = '']) => name).sort(),
        expected.sort(),
      );
      assert.ok(one?.includes(`\nAccount: ${shownAs(first)}\n`));
      for (const name of expected) assert.ok(metrics.includes(`_sessions{account="${forPrometheus(name)}"} 1\n`), name);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what /api/snapshot answers is a Snapshot
      const snapshot = JSON.parse(json) as Snapshot;
      assert.deepEqual(snapshot.accounts.leading.map(({ name }) => name).sort(), expected);
      for (const text of [sessions, accounts, table, csv, one, metrics, json]) assert.match(text ?? '', /^[\n -~]*$/);
    });
  }
});
