/** The file with the process's number, for tools that stop and watch processes by one. */

import { readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';

export type PidFile =
  { readonly kind: 'written'; readonly remove: () => void } | { readonly kind: 'fault'; readonly message: string };

/** Writes `pid` in place of whatever is there. `remove` takes it away, unless another process has written its own. */
export function writePidFile(path: string, pid: number): PidFile {
  const text = `${pid}\n`;
  const temporaryPath = `${path}.${pid}.tmp`;
  try {
    // Whoever reads it finds a whole number, the old one or the new one.
    writeFileSync(temporaryPath, text, { mode: 0o644 });
    renameSync(temporaryPath, path);
  } catch (error) {
    rmSync(temporaryPath, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'fault', message: `cannot write the pid file ${path}: ${why}` };
  }
  return {
    kind: 'written',
    remove: () => {
      try {
        if (readFileSync(path, 'utf8') === text) unlinkSync(path);
      } catch {
        // Somebody has taken it away already, or its folder: there is nothing left to say.
      }
    },
  };
}

/** Whether there is a process of that number, of any user. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
