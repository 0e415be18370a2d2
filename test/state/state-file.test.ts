import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StateFile } from '../../src/state/state-file.js';
import { END_LINE, headLine } from '../../src/state/state-text.js';

const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-state-'));
after(() => rmSync(folder, { recursive: true }));

const HEAD = { pid: 4711, startedAt: '2026-11-22T02:00:00.000Z', writtenAt: '2026-11-22T03:00:00.000Z' };

/** A path in a folder of its own. */
function freshPath(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name, 'state');
}

describe('StateFile', () => {
  it('is its owner’s alone, and leaves nothing beside it', async () => {
    const path = freshPath('private');
    const bytes = await new StateFile(path, 1).write([headLine(HEAD), END_LINE]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(path).size, bytes);
    assert.deepEqual(readdirSync(join(folder, 'private')), ['state']);
  });

  it('is not there, cannot be read, or is broken: never a throw', async () => {
    const path = freshPath('reading');
    const file = new StateFile(path, 1);
    assert.deepEqual(await file.read(), { kind: 'none' });
    mkdirSync(path);
    assert.equal((await file.read()).kind, 'unreadable');
    rmSync(path, { recursive: true });
    writeFileSync(path, Buffer.from([0, 255, 10, 13, 200]));
    assert.equal((await file.read()).kind, 'broken');
    assert.equal(await file.head(), undefined);
    assert.equal(await file.setAside(), `${path}.broken`);
    assert.deepEqual(await file.read(), { kind: 'none' });
  });

  it('keeps the old one where the new one cannot be written', async () => {
    const path = freshPath('failing');
    const file = new StateFile(path, 1);
    await file.write([headLine(HEAD), END_LINE]);
    function* failing(): Iterable<string> {
      yield headLine({ ...HEAD, pid: 1 });
      throw new Error('in the middle');
    }
    await assert.rejects(file.write(failing()), /in the middle/);
    assert.equal((await file.head())?.pid, 4711);
    assert.deepEqual(readdirSync(join(folder, 'failing')), ['state']);
    await assert.rejects(new StateFile(join(folder, 'nowhere', 'state'), 1).write([]), /ENOENT/);
  });

  it('takes away what a killed process has left, and not what a living one writes', async () => {
    const path = freshPath('leftovers');
    const dead = spawnSync('true').pid;
    for (const name of [`state.${dead}.tmp`, `state.${process.pid}.tmp`, 'state.tmp', 'state.broken', 'other.1.tmp']) {
      writeFileSync(join(folder, 'leftovers', name), '');
    }
    await new StateFile(path, 1).removeLeftovers();
    assert.deepEqual(readdirSync(join(folder, 'leftovers')).sort(), [
      'other.1.tmp',
      `state.${process.pid}.tmp`,
      'state.broken',
      'state.tmp',
    ]);
    await new StateFile(join(folder, 'nowhere', 'state'), 1).removeLeftovers();
  });

  it('is whole whenever its writer is killed', { timeout: 60_000 }, async () => {
    const path = freshPath('killed');
    const writer = fileURLToPath(new URL('endless-writer.js', import.meta.url));
    let leftovers = 0;
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      // At another point of the next writes each time: this many looks at the file later.
      for (let looks = 0; looks < round * 20; looks += 1) readFileSync(path);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const file = new StateFile(path, process.pid);
      const read = await file.read();
      assert.equal(read.kind, 'state', JSON.stringify(read).slice(0, 200));
      assert.equal(read.state.entries.length, 3000);
      leftovers += existsSync(`${path}.${child.pid}.tmp`) ? 1 : 0;
      await file.removeLeftovers();
      assert.deepEqual(readdirSync(join(folder, 'killed')), ['state']);
    }
    assert.ok(leftovers > 0, 'none of them was killed in the middle of writing');
  });
});
