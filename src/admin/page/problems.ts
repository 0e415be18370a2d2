/** What an operator should look at first: whatever is down, and whoever is refused. Pure. */

import type { BackendFigures, FrontendFigures, ServerFigures, Snapshot } from '../../stats/snapshot.js';
import { ageText } from '../commands/age.js';
import { numberText } from './format.js';
import { stateOf } from './server-state.js';
import type { WordKey } from './words.js';

export interface ShownProblem {
  /** `bad`: somebody is refused, or would be. */
  readonly severity: 'bad' | 'warning';
  readonly word: WordKey;
  readonly values: Readonly<Record<string, string | number>>;
}

/** The worst first. */
export function problemsOf({ process, frontends, backends }: Snapshot): ShownProblem[] {
  const all = [
    ...(process.isStopping ? [bad('problemStopping')] : []),
    ...backends.filter(({ accepts }) => !accepts).map(({ name }) => bad('problemBackendDown', { name })),
    ...frontends.flatMap((frontend) => problemsOfFrontend(frontend, process.isStopping)),
    ...(isFull(process) ? [bad('problemProcessFull', { limit: numberText(process.sessionsLimit) })] : []),
    ...backends.flatMap(problemsOfBackend),
    ...(process.lostLogLines > 0 ? [warning('problemLog', { n: numberText(process.lostLogLines) })] : []),
  ];
  return [...all.filter(({ severity }) => severity === 'bad'), ...all.filter(({ severity }) => severity !== 'bad')];
}

function bad(word: WordKey, values: ShownProblem['values'] = {}): ShownProblem {
  return { severity: 'bad', word, values };
}

function warning(word: WordKey, values: ShownProblem['values']): ShownProblem {
  return { severity: 'warning', word, values };
}

function isFull({ sessionsNow, sessionsLimit }: { sessionsNow: number; sessionsLimit: number | null }): boolean {
  return sessionsLimit !== null && sessionsNow >= sessionsLimit;
}

function problemsOfFrontend(frontend: FrontendFigures, isStopping: boolean): ShownProblem[] {
  const { name, isOpen, sessionsLimit } = frontend;
  if (!isOpen) return isStopping ? [] : [bad('problemFrontendClosed', { name })];
  return isFull(frontend) ? [bad('problemFrontendFull', { name, limit: numberText(sessionsLimit) })] : [];
}

function problemsOfBackend({ name, queuedNow, servers }: BackendFigures): ShownProblem[] {
  const queue = queuedNow === 0 ? [] : [warning('problemQueue', { name, n: numberText(queuedNow) })];
  return [...servers.flatMap((server) => problemsOfServer(server, name)), ...queue];
}

function problemsOfServer(server: ServerFigures, backend: string): ShownProblem[] {
  const name = `${backend}/${server.name}`;
  const { status, check, lastChangeMs, queuedNow, sessionsLimit } = server;
  const why = [check?.status, check?.text].filter(Boolean).join(' ');
  const state = stateOf(server);
  if (state === 'down' || state === 'coming-up') {
    return [warning('problemServerDown', { name, status, why: why || '–', since: ageText(lastChangeMs) })];
  }
  if (state === 'going-down') return [warning('problemServerFailing', { name, status, why: why || '–' })];
  const full = isFull(server) ? [warning('problemServerFull', { name, limit: numberText(sessionsLimit) })] : [];
  const queue = queuedNow === 0 ? [] : [warning('problemQueue', { name, n: numberText(queuedNow) })];
  return [...full, ...queue];
}
