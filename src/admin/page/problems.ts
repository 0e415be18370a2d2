/** What an operator should look at first: whatever is down, and whoever is refused. Pure. */

import type { BackendFigures, FrontendFigures, ServerFigures, Snapshot } from '../../stats/snapshot.js';
import type { ShownMigration } from '../../supervision/migrations.js';
import { ageText } from '../commands/age.js';
import { numberText } from './format.js';
import { stateOf } from './server-state.js';
import type { WordKey } from './words.js';

export interface ShownProblem {
  /** `bad`: somebody is refused, or would be. `note`: somebody has asked for it, and it is under way. */
  readonly severity: 'bad' | 'warning' | 'note';
  readonly word: WordKey;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Each migration that is under way. */
export function migrationsShown(migrations: readonly ShownMigration[]): ShownProblem[] {
  return migrations
    .filter(({ progress }) => progress.state === 'running')
    .map(({ of, cause, perSecond, progress: { begun, moved, failed, tookMs } }) => {
      const counts = { moved: numberText(moved), now: numberText(begun - moved - failed), failed: numberText(failed) };
      const values = { name: of, cause, rate: numberText(perSecond), since: ageText(tookMs), ...counts };
      return { severity: 'note', word: 'problemMigration', values };
    });
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

function problemsOfBackend({ name, heldNow, queuedNow, servers }: BackendFigures): ShownProblem[] {
  const held = heldNow === 0 ? [] : [warning('problemHeld', { name, n: numberText(heldNow) })];
  const queue = queuedNow === 0 ? [] : [warning('problemQueue', { name, n: numberText(queuedNow) })];
  return [...servers.flatMap((server) => problemsOfServer(server, name)), ...held, ...queue];
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
