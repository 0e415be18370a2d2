/** Asks the running balancer what `cmpp-lb top` shows. */

import type { NetConnectOpts } from 'node:net';
import { asciiText } from '../../log/escape.js';
import { realClock } from '../../runtime/clock.js';
import { askAt } from '../runtime-client.js';
import { readFigures } from './figures.js';
import type { Figures } from './figures.js';

export type Look =
  | { readonly kind: 'figures'; readonly figures: Figures }
  /** Why there are none, in one line of ASCII. */
  | { readonly kind: 'trouble'; readonly why: string; readonly isRefused: boolean };

export async function look(places: readonly NetConnectOpts[], isWithSessions: boolean): Promise<Look> {
  const reply = await askAt(places, isWithSessions ? 'show snapshot;show sess' : 'show snapshot');
  if (reply.kind === 'unreached') return trouble(reply.message);
  const [snapshot, sessions] = reply.answers;
  if (snapshot === undefined || snapshot.outcome === 'refused')
    return trouble(
      `the balancer refuses: ${snapshot?.text ?? 'no answer'} (top needs a socket of level operator or admin)`,
      true,
    );
  const figures = readFigures(realClock.nowMs(), snapshot.text, sessions?.text);
  return figures === undefined
    ? trouble('the balancer is of another version than this command')
    : { kind: 'figures', figures };
}

function trouble(why: string, isRefused = false): Look {
  return { kind: 'trouble', isRefused, why: asciiText(why.replaceAll('\n', ' ')) };
}
