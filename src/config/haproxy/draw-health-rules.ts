/** Draws what a backend says of health, and HAProxy says of each server: it has to be the same for all of them. Pure. */

import { isProbed } from './draw-check.js';
import type { Draft } from './draft.js';
import type { Setting } from './keyword.js';
import type { Remarks } from './place.js';
import type { Proxy, Server } from './proxy.js';

/** HAProxy's error-limit when none is written. */
const DEFAULT_ERROR_LIMIT = 10;

export function drawHealthRules({ servers, place }: Proxy, path: readonly string[], draft: Draft, remarks: Remarks) {
  const watched = servers.filter((server) => isProbed(server) || server.settings.has('track'));
  const primary = watched.filter(({ settings }) => !settings.has('backup'));
  const markedDown = commonSetting('on-marked-down', watched, remarks);
  if (markedDown !== undefined) draft.put([...path, 'on-marked-down'], 'close', markedDown.place);
  // It acts when a server comes up that is no backup.
  const markedUp = commonSetting('on-marked-up', primary, remarks);
  if (markedUp !== undefined) draft.put([...path, 'on-marked-up'], 'close-backup-sessions', markedUp.place);
  const observe = commonSetting('observe', servers.filter(isProbed), remarks);
  if (observe === undefined) return;
  if (observe.value !== 'layer4') {
    remarks.problem(observe.place, 'layer7 is only for HTTP; write layer4');
    return;
  }
  const limit = commonSetting('error-limit', servers.filter(isProbed), remarks);
  draft.open([...path, 'observe'], place);
  draft.put([...path, 'observe', 'link-losses'], limit?.value ?? DEFAULT_ERROR_LIMIT, limit?.place ?? observe.place);
  const message =
    'so many connections that fail within 10s (observe.within of cmpp-lb.yaml) take the server down; in HAProxy they are counted in a row, and on-error says what follows';
  remarks.note(observe.place, message);
}

/** Undefined where no server has it; a problem where only some have. */
function commonSetting(key: string, servers: readonly Server[], remarks: Remarks): Setting | undefined {
  const settings = servers.map((server) => server.settings.get(key));
  const said = settings.find((setting) => setting !== undefined);
  const other = servers.find((server) => server.settings.get(key)?.value !== said?.value);
  if (said === undefined || other === undefined) return said;
  const message = `server ${other.name} says it otherwise, and here it is one for all servers of a backend; write it on each line, or in default-server`;
  remarks.problem(said.place, message);
  return undefined;
}
