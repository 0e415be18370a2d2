/** Draws a frontend of cmpp-lb.yaml from a section of haproxy.cfg. Pure. */

import type { Draft } from './draft.js';
import { effectiveSettings, FRONTEND_KEYS, ownSettings } from './effective.js';
import type { Settings } from './keyword.js';
import type { Remarks } from './place.js';
import type { Listener, Proxy } from './proxy.js';

export function drawFrontend(proxy: Proxy, draft: Draft, remarks: Remarks, inherited: Settings): void {
  const path = ['frontends', proxy.name];
  const settings = effectiveSettings(proxy);
  draft.open(path, proxy.place);
  drawListeners(proxy.listeners, [...path, 'listen'], draft);
  const backend = settings.get('use-backend') ?? settings.get('default-backend');
  const target = proxy.isBackend ? { value: proxy.name, place: proxy.place } : backend;
  if (target !== undefined) draft.put([...path, 'default-backend'], target.value, target.place);
  if (proxy.isBackend && backend !== undefined)
    remarks.problem(backend.place, 'the servers of this section would not be used; remove this line, or them');
  for (const [key, { value, place, comment }] of ownSettings(settings, FRONTEND_KEYS, inherited))
    draft.put([...path, ...key.split('.')], value, place, comment);
  if (!settings.has('timeout.client')) warnOfTimeout('client', proxy, remarks);
}

function drawListeners(listeners: readonly Listener[], path: readonly string[], draft: Draft): void {
  const [only] = listeners;
  if (listeners.length === 1 && only !== undefined && isPlain(only)) {
    draft.put(path, only.address, only.place);
    return;
  }
  for (const [index, listener] of listeners.entries()) {
    const { address, place, settings } = listener;
    const at = [...path, index];
    if (isPlain(listener)) {
      draft.put(at, address, place);
      continue;
    }
    draft.put([...at, 'address'], address, place);
    const mode = settings.get('mode');
    const isUnix = address.startsWith('unix:');
    // HAProxy passes over it for a port.
    if (mode !== undefined && isUnix) draft.put([...at, 'mode'], mode.value, mode.place);
    const proxyHeader = settings.get('accept-proxy');
    if (proxyHeader === undefined) continue;
    const senders = isUnix ? ['unix'] : ['0.0.0.0/0', '::/0'];
    for (const [place, sender] of senders.entries())
      draft.put([...at, 'accept-proxy', place], sender, proxyHeader.place);
  }
}

function isPlain({ settings }: Listener): boolean {
  return !settings.has('mode') && !settings.has('accept-proxy');
}

/** HAProxy's own check warns of it, too. */
export function warnOfTimeout(name: 'client' | 'connect' | 'server', { place }: Proxy, remarks: Remarks): void {
  const used = name === 'connect' ? '5s' : '1h';
  remarks.warning(
    place,
    `timeout ${name} is missing, so that HAProxy waits for ever; ${used} is used here; write how long is meant`,
  );
}
