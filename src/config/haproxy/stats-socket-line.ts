/** Reads `stats socket` lines: an address for each socket of the runtime API. Pure. */

import { listenTexts } from './bind-line.js';
import type { Use, WithSettings } from './keyword.js';
import { readParameters } from './parameters.js';
import type { Place } from './place.js';
import { statsSocketParameters } from './stats-socket-parameters.js';

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
  const line: WithSettings = { settings: new Map() };
  readParameters({ ...use, words: parameters }, statsSocketParameters, line);
  // All of IPv6 is refused for being reached from elsewhere; with all of IPv4 beside it, that would be said twice.
  const texts = addresses.text.split(',').flatMap((text) => listenTexts(text, { ...use, place }, true));
  const [text, ...others] = texts;
  if (others.length > 0) {
    use.remarks.problem(place, 'expected one address; write a line for the unix socket and a line for the port');
  } else if (text?.startsWith(UNIX)) {
    sockets.push({ key: 'path', value: text.slice(UNIX.length), place, settings: line.settings });
  } else if (text !== undefined) {
    sockets.push({ key: 'address', value: text, place, settings: line.settings });
  }
}
