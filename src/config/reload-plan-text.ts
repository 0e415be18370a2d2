/** A plan as lines of text: `+ smsc/server4 10.0.0.4:7890`, `~ smsc/server2 weight 1→3`. Pure. */

import type { Path } from './problem.js';
import type { Change, Plan } from './reload-plan.js';

/** There may be thousands of them, and the lines are one line of the log. */
const ACCOUNTS_SHOWN = 20;

/** One line a change, of accounts the first of each kind and how many more; `no change` for none. */
export function planLines({ changes }: Plan): string[] {
  if (changes.length === 0) return ['no change'];
  return [
    ...changes.filter(({ path }) => !isOfAccount(path)).map(changeLine),
    ...(['add', 'change', 'remove'] as const).flatMap((kind) =>
      accountLines(changes.filter((change) => isOfAccount(change.path) && change.kind === kind)),
    ),
  ];
}

function isOfAccount([kind]: Path): boolean {
  return kind === 'accounts';
}

/** Of changes of one kind. */
function accountLines(changes: readonly Change[]): string[] {
  const accounts = new Set(changes.map(({ path }) => path[1]));
  const shown = new Set([...accounts].slice(0, ACCOUNTS_SHOWN));
  const lines = changes.filter(({ path }) => shown.has(path[1])).map(changeLine);
  const more = accounts.size - shown.size;
  const [mark] = lines[0] ?? '';
  return more === 0 ? lines : [...lines, `${mark} ${more} more ${more === 1 ? 'account' : 'accounts'}`];
}

function changeLine(change: Change): string {
  if (change.kind === 'add') return `+ ${placeText(change.path)}${change.detail === '' ? '' : ` ${change.detail}`}`;
  if (change.kind === 'remove') return `- ${placeText(change.path)}${noteText(change.note)}${fateText(change)}`;
  const { effect, path, from, to } = change;
  const what = [placeText(path.slice(0, -1)), path.at(-1), `${from}→${to}`].filter((word) => word !== '').join(' ');
  if (change.kind === 'restart') return `! ${what} needs a restart`;
  return effect === 'new-sessions' ? `~ ${what}, for new sessions` : `~ ${what}`;
}

/** As operators call it: `smsc/server2`, `backend smsc`, `frontend sp 0.0.0.0:7890`, `account 900001`, `global`. */
function placeText([kind, name, , below]: Path): string {
  if (kind === 'backends') return below === undefined ? `backend ${name}` : `${name}/${below}`;
  if (kind === 'frontends') return below === undefined ? `frontend ${name}` : `frontend ${name} ${below}`;
  if (kind === 'accounts') return `account ${name}`;
  return name === undefined ? `${kind ?? ''}` : `${kind} ${name}`;
}

function noteText(note: string): string {
  return note === '' ? '' : ` (${note})`;
}

/** Sessions leave a server; an account has no other place to go to, and may come back. */
function fateText({ path, sessions }: Change & { kind: 'remove' }): string {
  if (sessions === 0) return '';
  const [one, many] = isOfAccount(path) ? ['stays', 'stay'] : ['drains', 'drain'];
  return sessions === 1 ? `: 1 session ${one}` : `: ${sessions} sessions ${many}`;
}
