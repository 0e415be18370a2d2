/** A plan as lines of text: `+ smsc/server4 10.0.0.4:7890`, `~ smsc/server2 weight 1→3`. Pure. */

import type { Path } from './problem.js';
import type { Change, Plan } from './reload-plan.js';

/** One line a change; `no change` for none. */
export function planLines({ changes }: Plan): string[] {
  return changes.length === 0 ? ['no change'] : changes.map(changeLine);
}

function changeLine(change: Change): string {
  if (change.kind === 'add') return `+ ${placeText(change.path)}${change.detail === '' ? '' : ` ${change.detail}`}`;
  if (change.kind === 'remove')
    return `- ${placeText(change.path)}${noteText(change.note)}${fateText(change.sessions)}`;
  const { effect, path, from, to } = change;
  const what = `${placeText(path.slice(0, -1))} ${path.at(-1)} ${from}→${to}`;
  if (change.kind === 'restart') return `! ${what} needs a restart`;
  return effect === 'new-sessions' ? `~ ${what}, for new sessions` : `~ ${what}`;
}

/** As operators call it: `smsc/server2`, `backend smsc`, `frontend sp`, `frontend sp 0.0.0.0:7890`, `global`. */
function placeText([kind, name, , below]: Path): string {
  if (kind === 'backends') return below === undefined ? `backend ${name}` : `${name}/${below}`;
  if (kind === 'frontends') return below === undefined ? `frontend ${name}` : `frontend ${name} ${below}`;
  return name === undefined ? `${kind}` : `${kind} ${name}`;
}

function noteText(note: string): string {
  return note === '' ? '' : ` (${note})`;
}

function fateText(sessions: number): string {
  if (sessions === 0) return '';
  return sessions === 1 ? ': 1 session drains' : `: ${sessions} sessions drain`;
}
