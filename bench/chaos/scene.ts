/** A load on the stage, what its steps have in common: to wait, and to have the sessions go home. */

import type { Clock } from '../../src/runtime/clock.js';
import { seconds } from './figures.js';
import type { Figure } from './figures.js';
import type { Fleet } from './fleet.js';
import { BACKEND, SERVERS } from './stage.js';
import type { ServerName, Stage } from './stage.js';

export const EVENT_LIMIT_MS = 30_000;
const SHARE_GOAL_PERCENT = 5;

export interface Scene {
  readonly clock: Clock;
  readonly stage: Stage;
  readonly fleet: Fleet;
  readonly sessions: number;
  readonly submitsPerSecond: number;
  /** How many sessions a second are told to move. */
  readonly moveRate: number;
  /** 1 for the whole run; less makes every wait that much shorter. */
  readonly pace: number;
}

/** Has the sessions go home; `server` is the one that is back, or all are looked at. */
export async function rebalance({ stage, moveRate, sessions }: Scene, server?: ServerName): Promise<readonly Figure[]> {
  const { log } = stage;
  const movesBefore = log.moves.length;
  const over = log.next('migration-over', EVENT_LIMIT_MS, ({ of }) => of === BACKEND);
  await stage.command(`rebalance backend ${BACKEND} rate ${moveRate}`);
  const { tookMs } = await over;
  const moves = log.moves.slice(movesBefore);
  const needless = moves.filter(({ account, to }) => log.homeOf.get(account) !== to).length;
  const awayFromHome = [...log.homeOf].filter(([account, home]) => log.serverOf.get(account) !== home).length;
  const shares = (server === undefined ? SERVERS : [server]).map((name) => {
    const deviation = (log.sessionsOn(name) / Math.max(1, log.homesOn(name)) - 1) * 100;
    return { text: `${log.sessionsOn(name)} of ${log.homesOn(name)}`, deviation };
  });
  const worst = Math.max(...shares.map(({ deviation }) => Math.abs(deviation)));
  return [
    {
      name: `share of ${server ?? 'each'}: sessions, of those that the hash gives it (a third: ${Math.round(sessions / 3)})`,
      value: `${shares.map(({ text }) => text).join(', ')}; ${worst.toFixed(1)} % off`,
      goal: { text: '≤ 5 %', isReached: worst <= SHARE_GOAL_PERCENT },
    },
    {
      name: 'sessions moved by the rebalance, of them to another than their home; not at home',
      value: `${moves.length}, ${needless}; ${awayFromHome}`,
      goal: { text: 'needless 0', isReached: needless === 0 },
    },
    { name: 'rebalance took, s', value: seconds(Number(tookMs)) },
  ];
}

export function pause({ clock, pace }: Scene, pauseS: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(pauseS * pace * 1000, resolve);
  });
}
