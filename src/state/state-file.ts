/** The state file on disk: written beside the old one and put in its place, so that there is a whole one at any moment. */

import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../runtime/pid-file.js';
import { readHead, readState } from './state-text.js';
import type { ReadState, StateHead } from './state-text.js';

/** Accounts and addresses are nobody's but the operator's. */
const FILE_MODE = 0o600;
/** What is put together in one turn of the event loop: a third of a millisecond. 200,000 entries take 0.4 s in all. */
const SLICE_CHARACTERS = 16 * 1024;

export type FileRead = ReadState | { readonly kind: 'none' } | { readonly kind: 'unreadable'; readonly why: string };

export class StateFile {
  readonly path: string;
  /** With the process's number, so that two processes never write into the same one. */
  readonly #temporaryPath: string;

  constructor(path: string, pid: number) {
    this.path = path;
    this.#temporaryPath = `${path}.${pid}.tmp`;
  }

  /** Never throws. */
  async read(): Promise<FileRead> {
    try {
      const handle = await open(this.path);
      try {
        return await readState(handle.readLines());
      } finally {
        await handle.close();
      }
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? { kind: 'none' } : { kind: 'unreadable', why: textOf(error) };
    }
  }

  /** Who wrote the file that is there; undefined where there is none, or none that says so. */
  async head(): Promise<StateHead | undefined> {
    try {
      const handle = await open(this.path);
      try {
        for await (const line of handle.readLines({ end: 1024 })) return readHead(line);
      } finally {
        await handle.close();
      }
    } catch {
      // Whether it can be written is found out by writing it.
    }
    return undefined;
  }

  /** Gives a broken file another name, so that the next one does not replace it. Returns the name; empty if it stayed. */
  async setAside(): Promise<string> {
    const aside = `${this.path}.broken`;
    try {
      await rename(this.path, aside);
      return aside;
    } catch {
      return '';
    }
  }

  /** Puts a new file in the place of the old one, on disk when it resolves. Returns its size. Throws what the system says. */
  async write(lines: Iterable<string>): Promise<number> {
    // Whatever has that name, a link even, is not written through.
    await rm(this.#temporaryPath, { force: true });
    const handle = await open(this.#temporaryPath, 'wx', FILE_MODE);
    let bytes = 0;
    try {
      try {
        for (const slice of slices(lines)) {
          await handle.writeFile(slice, 'latin1');
          bytes += slice.length;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(this.#temporaryPath, this.path);
    } catch (error) {
      await rm(this.#temporaryPath, { force: true });
      throw error;
    }
    await syncFolder(dirname(this.path));
    return bytes;
  }

  /** Removes what processes that were killed while they wrote have left behind. */
  async removeLeftovers(): Promise<void> {
    const folder = dirname(this.path);
    const start = `${basename(this.path)}.`;
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const [, pid] = /^([0-9]+)\.tmp$/.exec(name.startsWith(start) ? name.slice(start.length) : '') ?? [];
      if (pid !== undefined && !isProcessAlive(Number(pid))) await rm(join(folder, name), { force: true });
    }
  }
}

/** Pieces of the text, each small enough that making it holds up nobody. */
function* slices(lines: Iterable<string>): Iterable<string> {
  let slice = '';
  for (const line of lines) {
    slice += line;
    if (slice.length < SLICE_CHARACTERS) continue;
    yield slice;
    slice = '';
  }
  if (slice !== '') yield slice;
}

/** Without it, a machine that loses its power may forget the new name. Not every file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
