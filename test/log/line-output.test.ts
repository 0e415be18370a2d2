import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openFile } from '../../src/log/line-output.js';
import type { LineOutput } from '../../src/log/line-output.js';

const folder = mkdtempSync(join(tmpdir(), 'cmpp-lb-log-'));
after(() => rmSync(folder, { recursive: true }));

function outputOf(path: string): LineOutput {
  const opened = openFile(path);
  assert.equal(opened.kind, 'output');
  return opened.output;
}

function faultOf(path: string): string {
  const opened = openFile(path);
  assert.equal(opened.kind, 'fault');
  return opened.message;
}

/** Writes `text` once. Resolves with the bytes that were taken, or the error's code. */
function write(output: LineOutput, text: string): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    output.write(Buffer.from(text), (error, writtenBytes) => resolve(error === null ? writtenBytes : error.code));
  });
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

function makeFifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('openFile', () => {
  it('appends to the file, which only the operator and its group may read', async () => {
    const path = join(folder, 'a.log');
    for (const text of ['one\n', 'two\n']) {
      const output = outputOf(path);
      assert.equal(await write(output, text), 4);
      output.close();
    }
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
    assert.equal(statSync(path).mode & 0o007, 0);
  });

  it('goes on at the start of a file that was emptied, so that copytruncate works', async () => {
    const path = join(folder, 'b.log');
    const output = outputOf(path);
    await write(output, 'one\n');
    truncateSync(path);
    await write(output, 'two\n');
    output.close();
    assert.equal(readFileSync(path, 'utf8'), 'two\n');
  });

  it('reopened, goes on in the file that has its name now', async () => {
    const path = join(folder, 'moved.log');
    const output = outputOf(path);
    await write(output, 'one\n');
    renameSync(path, `${path}.1`);
    await write(output, 'two\n');
    assert.deepEqual(output.reopen(), { kind: 'reopened' });
    await write(output, 'three\n');
    output.close();
    assert.deepEqual([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')], ['one\ntwo\n', 'three\n']);
  });

  it('reopened during a write, ends that in the old file, and leaves no file open', async () => {
    const path = join(folder, 'busy.log');
    const before = openFiles();
    const output = outputOf(path);
    const written = write(output, 'one\n');
    renameSync(path, `${path}.1`);
    for (let times = 0; times < 3; times += 1) assert.deepEqual(output.reopen(), { kind: 'reopened' });
    await written;
    await write(output, 'two\n');
    assert.deepEqual([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')], ['one\n', 'two\n']);
    const last = write(output, 'three\n');
    output.reopen();
    await last;
    output.close();
    assert.equal(openFiles(), before);
  });

  it('that cannot be reopened goes on in the file that it has, and says why', async () => {
    const inner = join(folder, 'vanishing');
    mkdirSync(inner);
    const path = join(inner, 'v.log');
    const output = outputOf(path);
    renameSync(path, join(folder, 'v.log.1'));
    rmSync(inner, { recursive: true });
    const reopened = output.reopen();
    assert.ok(reopened.kind === 'fault' && reopened.message.startsWith('ENOENT'));
    assert.equal(await write(output, 'one\n'), 4);
    output.close();
    assert.equal(readFileSync(join(folder, 'v.log.1'), 'utf8'), 'one\n');
  });

  it('says which file cannot be opened and why', () => {
    const path = join(folder, 'missing', 'c.log');
    assert.match(faultOf(path), /^cannot open the log .*missing\/c\.log: ENOENT/);
    assert.match(faultOf(folder), /EISDIR/);
  });

  it('does not wait for somebody to read a named pipe', () => {
    assert.match(faultOf(makeFifo('unread')), /ENXIO/);
  });

  it('hands back the error of a full disk', async () => {
    const output = outputOf('/dev/full');
    assert.equal(await write(output, 'one\n'), 'ENOSPC');
    output.close();
  });

  it('hands back that a pipe is full instead of waiting for its reader', async () => {
    const path = makeFifo('slow');
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = outputOf(path);
    const taken = await write(output, 'x'.repeat(4_000_000));
    assert.ok(typeof taken === 'number' && taken < 4_000_000);
    assert.equal(await write(output, 'one\n'), 'EAGAIN');
    output.close();
    closeSync(reader);
  });
});
