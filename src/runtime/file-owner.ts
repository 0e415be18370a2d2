/** Gives a file to a user and a group of the system, which are known by their names in /etc/passwd and /etc/group. */

import { lchownSync, readFileSync } from 'node:fs';

export interface Owner {
  /** Names or numbers; undefined for what stays as it is. */
  readonly user: string | undefined;
  readonly group: string | undefined;
}

/** What `chown` takes for "as it is". */
const UNCHANGED = -1;

/** Returns why it cannot; then the file is as it was. */
export function giveFile(path: string, { user, group }: Owner): string | undefined {
  try {
    const userId = user === undefined ? UNCHANGED : idOf(user, '/etc/passwd');
    if (userId === undefined) return `this machine knows no user ${user}`;
    const groupId = group === undefined ? UNCHANGED : idOf(group, '/etc/group');
    if (groupId === undefined) return `this machine knows no group ${group}`;
    if (userId !== UNCHANGED || groupId !== UNCHANGED) lchownSync(path, userId, groupId);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A number stands for itself. */
function idOf(name: string, table: string): number | undefined {
  return /^[0-9]+$/.test(name) ? Number(name) : idIn(readFileSync(table, 'utf8'), name);
}

/** The third field of the line that begins with the name: `sms:x:990:`. */
export function idIn(table: string, name: string): number | undefined {
  const line = table.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  const id = line?.split(':')[2];
  return id !== undefined && /^[0-9]+$/.test(id) ? Number(id) : undefined;
}
