/** Draws the sockets below `admin` of cmpp-lb.yaml: one for each `stats socket`, with the rights that its line says. Pure. */

import type { Path } from '../problem.js';
import type { Draft } from './draft.js';
import type { Global } from './global-keywords.js';
import type { Remarks } from './place.js';
import type { StatsSocket } from './stats-socket-line.js';

const PATH = ['admin', 'socket'];
/** What is said once for all sockets: `stats timeout` and `stats maxconn`. */
const COMMON_KEYS = ['timeout', 'maxconn'];
/** What only a unix socket has. */
const OWNER_KEYS = ['mode', 'user', 'group'];

export function drawAdmin({ sockets, settings }: Global, draft: Draft, remarks: Remarks): void {
  for (const [index, socket] of sockets.entries()) {
    // One socket is written as most files have it, without a list.
    const path = sockets.length === 1 ? PATH : [...PATH, index];
    drawSocket(socket, path, draft, remarks);
    for (const key of COMMON_KEYS) {
      const setting = settings.get(`stats.${key}`);
      if (setting !== undefined) draft.put([...path, key], setting.value, setting.place);
    }
  }
  if (sockets.length > 0) return;
  for (const key of COMMON_KEYS) {
    const place = settings.get(`stats.${key}`)?.place;
    if (place !== undefined) remarks.note(place, 'has no effect without a stats socket, in HAProxy neither');
  }
}

function drawSocket({ key, value, place, settings }: StatsSocket, path: Path, draft: Draft, remarks: Remarks): void {
  draft.put([...path, key], value, place);
  for (const name of OWNER_KEYS) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    if (key === 'path') draft.put([...path, name], setting.value, setting.place);
    else remarks.note(setting.place, 'a port has no owner and no permissions; every user of the machine reaches it');
  }
  const level = settings.get('level');
  if (level === undefined)
    draft.put([...path, 'level'], 'operator', place, 'HAProxy’s without level; admin may change everything');
  else draft.put([...path, 'level'], level.value, level.place);
}
