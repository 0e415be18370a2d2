/** Writes into the log what was found in the configuration: who reads it later did not see the start's standard error. */

import type { ConfigResult } from '../config/check-config.js';
import type { Problem } from '../config/problem.js';
import type { Log } from '../log/log.js';

export function logFindings(
  { warnings, notes }: Pick<ConfigResult, 'warnings' | 'notes'>,
  log: Pick<Log, 'event'>,
): void {
  for (const warning of warnings) log.event('config-warning', valuesOf(warning));
  for (const note of notes) log.event('config-note', valuesOf(note));
}

function valuesOf({ file, line, column, key, message }: Problem) {
  return { where: `${file}:${line}:${column}`, key, why: message };
}
