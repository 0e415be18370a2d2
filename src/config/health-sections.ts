/** Which servers of a file are checked, and how: asked by the rules, the traps and the resolving alike. Pure. */

import type { CheckType, Mode } from './vocabulary.js';

interface BackendWithCheck {
  readonly check?: object | 'off' | undefined;
}

interface ServerWithCheck extends BackendWithCheck {
  readonly track?: object | undefined;
}

/** Whether probes are sent to the server: by its own `check` or by its backend's, unless it tracks another one. */
export function isChecked(backend: BackendWithCheck, server: ServerWithCheck): boolean {
  if (server.track !== undefined || server.check === 'off') return false;
  return typeof server.check === 'object' || typeof backend.check === 'object';
}

/** Whether anything says that the server is down, if only the server that it tracks. */
export function hasHealth(backend: BackendWithCheck, server: ServerWithCheck): boolean {
  return server.track !== undefined || isChecked(backend, server);
}

export function checkType(written: CheckType | undefined, mode: Mode | undefined): CheckType {
  return written ?? (mode === 'tcp' ? 'tcp' : 'cmpp');
}
