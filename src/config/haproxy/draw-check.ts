/** Draws the checks of a backend and its servers: what all servers have in common is said once, by the backend. Pure. */

import type { Draft } from './draft.js';
import type { Setting, Settings } from './keyword.js';
import type { Remarks } from './place.js';
import type { Proxy, Server } from './proxy.js';

/** Keys that a backend's `check` has, and a server may lay its own over. */
const COMMON_KEYS = ['inter', 'fastinter', 'downinter', 'fall', 'rise', 'init-state'];
const SERVER_KEYS = ['address', 'port'];

export function isProbed({ settings }: Server): boolean {
  return settings.has('check') && !settings.has('track');
}

/** What all probed servers have in common; undefined where none is probed. */
type CommonCheck = ReadonlyMap<string, Setting> | undefined;

export function drawCheck(
  proxy: Proxy,
  settings: Settings,
  path: readonly string[],
  draft: Draft,
  remarks: Remarks,
): CommonCheck {
  const { servers } = proxy;
  const probed = servers.filter(isProbed);
  const place = probed[0]?.settings.get('check')?.place;
  const isScript = settings.has('tcp-check') && proxy.script.length > 0;
  if (!settings.has('tcp-check') && proxy.script[0] !== undefined)
    remarks.warning(
      proxy.script[0].place,
      'has no effect without option tcp-check, in HAProxy neither; write that too',
    );
  if (place === undefined) return undefined;
  const check = [...path, 'check'];
  draft.open(check, place);
  if (isScript) drawScript(proxy, check, draft);
  const common = new Map<string, Setting>();
  for (const key of COMMON_KEYS) {
    const [first, ...others] = probed.map((server) => server.settings.get(`check.${key}`));
    if (first === undefined || others.some((other) => other?.value !== first.value)) continue;
    common.set(key, first);
    draft.put([...check, key], first.value, first.place);
  }
  return common;
}

function drawScript({ script }: Proxy, check: readonly string[], draft: Draft): void {
  const [first] = script;
  if (first === undefined) return;
  draft.put([...check, 'type'], 'tcp-script', first.place);
  for (const [index, { key, value, place }] of script.entries()) {
    const step = [...check, 'script', index, key];
    if (typeof value === 'string') draft.put(step, value, place);
    else {
      draft.open(step, place);
      if (value.port !== undefined) draft.put([...step, 'port'], value.port, place);
    }
  }
}

/** What is different for one server; `path` is the server's. */
export function drawServerCheck(server: Server, common: CommonCheck, path: readonly string[], draft: Draft): void {
  const { settings, place } = server;
  if (common === undefined || settings.has('track')) return;
  if (!isProbed(server)) {
    draft.put([...path, 'check'], 'off', place);
    return;
  }
  for (const key of [...SERVER_KEYS, ...COMMON_KEYS]) {
    const setting = settings.get(`check.${key}`);
    if (setting !== undefined && !common.has(key)) draft.put([...path, 'check', key], setting.value, setting.place);
  }
}
