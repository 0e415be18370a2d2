/** Draws `admin` of cmpp-lb.yaml, which has one unix socket, one port, and the same rights for both. Pure. */

import type { Draft } from './draft.js';
import type { Global } from './global-keywords.js';
import type { Setting } from './keyword.js';
import type { Remarks } from './place.js';
import type { StatsSocket } from './stats-socket-line.js';

const PATH = ['admin', 'socket'];
/** What is said once for all sockets: `stats timeout` and `stats maxconn`. */
const COMMON_KEYS = ['timeout', 'maxconn'];

export function drawAdmin({ sockets, settings }: Global, draft: Draft, remarks: Remarks): void {
  const drawn = new Map<StatsSocket['key'], StatsSocket>();
  for (const socket of sockets) {
    const { key, value, place } = socket;
    const twin = drawn.get(key);
    if (twin === undefined) {
      drawn.set(key, socket);
      draft.put([...PATH, key], value, place);
    } else {
      const kind = key === 'path' ? 'unix socket' : 'port';
      const message = `cmpp-lb has one ${kind} for commands, and ${twin.value} is there (line ${twin.place.line}); remove one of the two`;
      remarks.problem(place, message);
    }
  }
  drawRights([...drawn.values()], draft, remarks);
  for (const key of COMMON_KEYS) {
    const setting = settings.get(`stats.${key}`);
    if (setting === undefined) continue;
    if (sockets.length > 0) draft.put([...PATH, key], setting.value, setting.place);
    else remarks.note(setting.place, 'has no effect without a stats socket, in HAProxy neither');
  }
}

function drawRights(sockets: readonly StatsSocket[], draft: Draft, remarks: Remarks): void {
  for (const { key, settings } of sockets) {
    const mode = settings.get('mode');
    if (mode === undefined) continue;
    if (key === 'path') draft.put([...PATH, 'mode'], mode.value, mode.place);
    else remarks.note(mode.place, 'a port has no permissions; every user of the machine reaches it');
  }
  const [first, ...others] = sockets;
  if (first === undefined) return;
  const { value, place, comment } = levelOf(first);
  draft.put([...PATH, 'level'], value, place, comment);
  for (const other of others.map(levelOf)) {
    if (other.value === value) continue;
    const message = `the level is ${other.value} here and ${value} in line ${place.line}; cmpp-lb has one for both, so write the same`;
    remarks.problem(other.place, message);
  }
}

function levelOf({ settings, place }: StatsSocket): Setting {
  const comment = 'HAProxy’s without level; admin may change everything';
  return settings.get('level') ?? { value: 'operator', place, comment };
}
