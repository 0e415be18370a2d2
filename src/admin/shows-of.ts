/** What the statistics say, as the commands show it. */

import { asciiJson } from '../log/escape.js';
import { showInfo, showInfoTyped } from '../stats/show-info.js';
import { showServersState } from '../stats/show-servers.js';
import { showStat, showStatJson, showStatTyped } from '../stats/show-stat.js';
import type { Statistics } from './snapshot.js';
import type { Shows } from './world.js';

const STAT_FORMATS = { csv: showStat, typed: showStatTyped, json: showStatJson };

export function showsOf(statistics: Statistics): Shows {
  return {
    stat: (filter, format) => STAT_FORMATS[format](statistics.snapshot(), filter),
    info: (format) => (format === 'typed' ? showInfoTyped : showInfo)(statistics.snapshot()),
    serversState: (backend) => showServersState(statistics.snapshot(), backend),
    snapshot: () => asciiJson(JSON.stringify(statistics.snapshot())),
    clear: (what) => statistics.clearCounters(what === 'all'),
  };
}
