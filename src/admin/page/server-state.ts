/** What a server's status means, for its colour and in words. Pure. */

import type { ServerFigures } from '../../stats/snapshot.js';
import type { WordKey } from './words.js';

/** Also the name of its colour in the style sheet. */
export type StateKind = 'up' | 'unchecked' | 'going-down' | 'coming-up' | 'down' | 'drain' | 'maint';

export const STATE_WORDS: Readonly<Record<StateKind, WordKey>> = {
  up: 'stateUp',
  unchecked: 'stateUnchecked',
  'going-down': 'stateGoingDown',
  'coming-up': 'stateComingUp',
  down: 'stateDown',
  drain: 'stateDrain',
  maint: 'stateMaint',
};

/** Of HAProxy's words, `UP 1/3` and `DOWN 1/2` are on their way. */
export function stateOf({ status, isUp }: Pick<ServerFigures, 'status' | 'isUp'>): StateKind {
  if (status.startsWith('MAINT')) return 'maint';
  if (status.startsWith('DRAIN')) return 'drain';
  if (status === 'no check') return isUp ? 'unchecked' : 'down';
  const isOnItsWay = /\d+\/\d+/.test(status);
  if (isUp) return isOnItsWay ? 'going-down' : 'up';
  return isOnItsWay ? 'coming-up' : 'down';
}
