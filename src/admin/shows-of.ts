/** What the statistics say, as the commands show it. */

import { asciiJson } from '../log/escape.js';
import { showInfo, showInfoTyped } from '../stats/show-info.js';
import { showServersState } from '../stats/show-servers.js';
import { showStat, showStatJson, showStatTyped } from '../stats/show-stat.js';
import type { Statistics } from './snapshot.js';
import type { Shows } from './world.js';

export function showsOf(statistics: Statistics): Shows {
  return {
    stat: (filter, { format, only, isDescribed }) => {
      const wanted = { ...filter, only };
      const snapshot = statistics.snapshot();
      if (format === 'typed') return showStatTyped(snapshot, wanted, isDescribed);
      return format === 'json' ? showStatJson(snapshot, wanted) : showStat(snapshot, wanted);
    },
    info: (format) => (format === 'typed' ? showInfoTyped : showInfo)(statistics.snapshot()),
    serversState: (backend) => showServersState(statistics.snapshot(), backend),
    accounts: () => statistics.accounts(),
    snapshot: () => asciiJson(JSON.stringify(statistics.snapshot())),
    clear: (what) => statistics.clearCounters(what === 'all'),
  };
}
