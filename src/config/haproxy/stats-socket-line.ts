/** Reads `stats socket` lines: an address for each socket of the runtime API. Pure. */

import { listenTexts } from './bind-line.js';
import type { Use, WithSettings } from './keyword.js';
import { readParameters } from './parameters.js';
import type { Place } from './place.js';
import { statsSocketParameters } from './stats-socket-parameters.js';

/** A line, with the settings of all its addresses. */
export interface StatsSocket extends WithSettings {
  /** The key of `admin.socket` that it is written under. */
  readonly key: 'path' | 'address';
  readonly value: string;
  readonly place: Place;
}

const UNIX = 'unix:';

export function readStatsSocket(use: Use, { sockets }: { readonly sockets: StatsSocket[] }): void {
  const [addresses, ...parameters] = use.words;
  if (addresses === undefined) return;
  const place = { ...use.place, column: addresses.column };
  const { settings }: WithSettings = { settings: new Map() };
  readParameters({ ...use, words: parameters }, statsSocketParameters, { settings });
  // All of IPv6 is refused for being reached from elsewhere; with all of IPv4 beside it, that would be said twice.
  const texts = addresses.text.split(',').flatMap((text) => listenTexts(text, { ...use, place }, true));
  for (const text of texts) {
    const isUnix = text.startsWith(UNIX);
    sockets.push({ key: isUnix ? 'path' : 'address', value: isUnix ? text.slice(UNIX.length) : text, place, settings });
  }
}
