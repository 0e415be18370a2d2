/** Draws a backend of cmpp-lb.yaml from a section of haproxy.cfg. Pure. */

import { drawCheck, drawServerCheck } from './draw-check.js';
import { drawHealthRules } from './draw-health-rules.js';
import { warnOfTimeout } from './draw-frontend.js';
import type { Draft } from './draft.js';
import { BACKEND_KEYS, effectiveSettings, ownSettings } from './effective.js';
import type { Settings } from './keyword.js';
import type { Remarks } from './place.js';
import type { Proxy, Server } from './proxy.js';

/** Keys of a server as both files have them. */
const SERVER_KEYS = ['weight', 'maxconn', 'backup', 'send-proxy', 'track', 'slowstart', 'disabled'];

export function drawBackend(proxy: Proxy, draft: Draft, remarks: Remarks, inherited: Settings): void {
  const path = ['backends', proxy.name];
  const settings = effectiveSettings(proxy);
  draft.open(path, proxy.place);
  for (const [key, { value, place, comment }] of ownSettings(settings, BACKEND_KEYS, inherited))
    draft.put([...path, ...key.split('.')], value, place, comment);
  drawStick(proxy, settings, path, draft, remarks);
  const check = drawCheck(proxy, settings, path, draft, remarks);
  drawHealthRules(proxy, path, draft, remarks);
  draft.open([...path, 'servers'], proxy.place);
  for (const server of proxy.servers) {
    const at = [...path, 'servers', server.name];
    drawServer(server, at, draft);
    drawServerCheck(server, check, at, draft);
  }
  if (!settings.has('timeout.connect')) warnOfTimeout('connect', proxy, remarks);
  if (!settings.has('timeout.server')) warnOfTimeout('server', proxy, remarks);
}

function drawStick(
  { place }: Proxy,
  settings: Settings,
  path: readonly string[],
  draft: Draft,
  remarks: Remarks,
): void {
  const [on, size] = [settings.get('stick.on'), settings.get('stick.size')];
  if (on === undefined) {
    if (size !== undefined) remarks.note(size.place, 'nothing is remembered without a line stick on src');
    return;
  }
  if (size === undefined) {
    remarks.problem(on.place, 'expected a table in the same section, such as stick-table type ip size 200k expire 1h');
    return;
  }
  draft.open([...path, 'stick'], place);
  for (const key of ['on', 'size', 'expire']) {
    const setting = settings.get(`stick.${key}`);
    if (setting !== undefined) draft.put([...path, 'stick', key], setting.value, setting.place, setting.comment);
  }
}

function drawServer({ address, addressPlace, place, settings }: Server, path: readonly string[], draft: Draft): void {
  draft.open(path, place);
  draft.put([...path, 'address'], address, addressPlace);
  for (const key of SERVER_KEYS) {
    const setting = settings.get(key);
    // 0 is HAProxy's way to write that there is no limit.
    if (setting === undefined || (key === 'maxconn' && setting.value === 0)) continue;
    draft.put([...path, key], setting.value, setting.place);
  }
}
