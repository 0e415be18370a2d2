/** A backend's servers as a table, and for who may, the buttons that steer them. Pure. */

import type { BackendFigures, ServerFigures } from '../../stats/snapshot.js';
import { ageText } from '../commands/age.js';
import type { ChangeAction } from '../http/change-actions.js';
import { bytesText, numberText, rateText } from './format.js';
import { Cells, Pair, Sessions, SessionsHead, Table } from './parts.js';
import { serverPath, sessionsPath } from './paths.js';
import { STATE_WORDS, stateOf } from './server-state.js';
import type { View } from './view.js';
import type { WordKey } from './words.js';

interface BackendProps {
  readonly view: View;
  readonly backend: BackendFigures;
}

export function BackendTable({ view, backend }: BackendProps) {
  const { say } = view;
  const { name, mode, algorithm, accepts, lastChangeMs, servers } = backend;
  const head = [say('server'), say('state'), say('lastCheck'), <SessionsHead view={view} />, say('perSecond')];
  const more = [say('unanswered'), say('queue'), say('bytes'), say('weight'), say('downs')];
  const actions = view.mayChange ? [say('actions')] : [];
  return (
    <section id={`backend-${name}`} data-live>
      <h2>
        {say('backend')} {name} <span class={`state ${accepts ? 'up' : 'down'}`}>{backend.status}</span>{' '}
        <small>
          {mode} · {algorithm} · {ageText(lastChangeMs)}
        </small>
      </h2>
      <Table head={[...head, ...more, ...actions]} numbersFrom={3} label={`${say('backend')} ${name}`}>
        {servers.map((server) => (
          <ServerRow view={view} backend={name} server={server} />
        ))}
        <tr class="sum">
          <th scope="row">{say('sum')}</th>
          <td colspan={2}>
            {say('usable', { active: backend.activeNow })}
            {backend.backupNow > 0 && `, ${say('usableBackup', { n: backend.backupNow })}`}
          </td>
          <Sessions view={view} of={backend} />
          <Figures of={backend} />
          {view.mayChange && <td></td>}
        </tr>
      </Table>
    </section>
  );
}

interface ServerProps {
  readonly view: View;
  readonly backend: string;
  readonly server: ServerFigures;
}

function ServerRow({ view, backend, server }: ServerProps) {
  const { say } = view;
  return (
    <tr>
      <th scope="row">
        <a href={serverPath(backend, server.name)}>{server.name}</a>
        {server.backup && <span class="badge">{say('stateBackup')}</span>}
        <small class="address">{addressOf(server)}</small>
      </th>
      <td>
        <State view={view} server={server} />
        <Moves view={view} server={server} />
      </td>
      <td>
        <LastCheck view={view} server={server} />
      </td>
      <Sessions view={view} of={server} />
      <Figures of={server} />
      {view.mayChange && (
        <td>
          <Actions view={view} backend={backend} server={server} />
        </td>
      )}
    </tr>
  );
}

/** HAProxy's word, what it means, and since when: a colour tells nobody anything alone. */
export function State({ view: { say }, server }: Omit<ServerProps, 'backend'>) {
  const state = stateOf(server);
  return (
    <>
      <span class={`state ${state}`}>{server.status}</span> <small>{ageText(server.lastChangeMs)}</small>
      <small class="meaning">
        {say(STATE_WORDS[state])}
        {server.throttlePercent !== null && ` (${server.throttlePercent} %)`}
      </small>
    </>
  );
}

/** Only what there is, so that a quiet table stays short. */
function Moves({ view: { say }, server }: Omit<ServerProps, 'backend'>) {
  const told = movesOf(server).filter(({ count }) => count > 0);
  if (told.length === 0) return null;
  return (
    <small class="meaning moves">
      {told.map(({ word, count }) => `${say(word)} ${numberText(count)}`).join(' · ')}
    </small>
  );
}

export function movesOf({ moves, movingNow, heldNow }: ServerFigures): { word: WordKey; count: number }[] {
  return [
    { word: 'movingNow', count: movingNow },
    { word: 'heldNow', count: heldNow },
    { word: 'movesLeft', count: moves.left },
    { word: 'movesArrived', count: moves.arrived },
    { word: 'movesFailed', count: moves.failed },
    { word: 'inDoubt', count: moves.inDoubt },
  ];
}

export function LastCheck({ view: { say }, server: { check, tracked } }: Omit<ServerProps, 'backend'>) {
  if (tracked !== null) return <small>{say('follows', { name: tracked })}</small>;
  if (check === null) return <small>{say('notChecked')}</small>;
  if (check.status === null) return <small>{say('notYetChecked')}</small>;
  return (
    <>
      <span class={check.hasPassed ? 'passed' : 'failed'}>{check.status}</span>{' '}
      {check.durationMs !== null && <small>{Math.round(check.durationMs)} ms</small>}
      <small class="meaning" title={check.text ?? ''}>
        {check.text}
      </small>
    </>
  );
}

function Figures({ of }: { readonly of: ServerFigures | BackendFigures }) {
  const { rateNow, unansweredNow, queuedNow, bytesIn, bytesOut, weight, weightWanted, timesDown, downtimeMs } = of;
  return (
    <>
      <Cells values={[rateText(rateNow), numberText(unansweredNow), numberText(queuedNow)]} />
      <Pair values={[bytesText(bytesIn), bytesText(bytesOut)]} />
      <Cells values={[weight === weightWanted ? numberText(weight) : `${weight} / ${weightWanted}`]} />
      <Pair values={[numberText(timesDown), downtimeMs < 1000 ? '' : ageText(downtimeMs)]} />
    </>
  );
}

interface ActionsProps extends ServerProps {
  /** With those that are for few cases. */
  readonly isWhole?: boolean;
}

/** Each leads to a page that asks whether it is meant. */
export function Actions({ view: { say }, backend, server: { name, wish }, isWhole = false }: ActionsProps) {
  const all = isWhole ? (['ready', 'drain', 'keep', 'maint'] as const) : (['ready', 'drain', 'maint'] as const);
  const isSo = (action: ChangeAction): boolean => action === wish || (action === 'keep' && wish === 'drain');
  // Sessions that were left on a drained server may move after all.
  const actions = all.filter((action) => !isSo(action) || (isWhole && action === 'drain'));
  return (
    <form class="actions" method="get" action={serverPath(backend, name)} data-confirm>
      {actions.map((action) => (
        <button name="action" value={action}>
          {say(action)}
        </button>
      ))}
      <button name="action" value="weight">
        {say('setWeight')}
      </button>
    </form>
  );
}

export function addressOf({ address }: ServerFigures): string {
  if ('path' in address) return `unix:${address.path}`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

export function sessionsOf(backend: string, server: string): string {
  return sessionsPath(`${backend}/${server}`);
}
