/** One server: all that is known of it, and the question whether a change is meant. Pure. */

import type { BackendFigures, ServerFigures } from '../../stats/snapshot.js';
import type { ShownMigration } from '../../supervision/migrations.js';
import type { ChangeAction } from '../http/change-actions.js';
import { ageText } from '../commands/age.js';
import { Actions, addressOf, LastCheck, movesOf, sessionsOf, State } from './backend-table.js';
import { bytesText, numberText } from './format.js';
import { Layout } from './layout.js';
import { Facts, ProblemList } from './parts.js';
import { changePath, serverPath } from './paths.js';
import { migrationsShown } from './problems.js';
import type { View } from './view.js';
import type { WordKey } from './words.js';

export interface ServerPageProps {
  readonly view: View;
  readonly backend: BackendFigures;
  readonly server: ServerFigures;
  /** Of this server, or of its whole backend. */
  readonly migrations: readonly ShownMigration[];
  /** What is to be asked about. */
  readonly action: ChangeAction | undefined;
  /** What a form carries that changes something. */
  readonly token: string;
}

export function ServerPage(props: ServerPageProps) {
  const { view, backend, server, migrations, action } = props;
  const { say, mayChange } = view;
  const name = `${backend.name}/${server.name}`;
  return (
    // A question is not taken away from under its reader.
    <Layout view={view} title={name} isLive={action === undefined}>
      <h1>
        {say('server')} {name}
      </h1>
      {action !== undefined && <Question {...props} action={action} />}
      <section id="server" data-live>
        <p>
          <State view={view} server={server} />
        </p>
        <ProblemList view={view} problems={migrationsShown(migrations)} />
        <p>
          {say('lastCheck')}: <LastCheck view={view} server={server} />
        </p>
        <Facts facts={factsOf(view, server)} />
        <p>{view.maySeeSessions && <a href={sessionsOf(backend.name, server.name)}>{say('sessions')}</a>}</p>
      </section>
      {mayChange ? (
        <Actions view={view} backend={backend.name} server={server} isWhole />
      ) : (
        <p>
          <small>{say('mayNotChange')}</small>
        </p>
      )}
    </Layout>
  );
}

function factsOf({ say }: View, server: ServerFigures) {
  const { check, sessionsNow, sessionsMost, sessionsLimit } = server;
  return [
    { name: say('address'), value: addressOf(server) },
    { name: say('weight'), value: `${server.weight} / ${server.weightWanted} (${server.weightConfigured})` },
    {
      name: `${say('sessionsNow')} (${say('now')} / ${say('most')} / ${say('limit')})`,
      value: `${numberText(sessionsNow)} / ${numberText(sessionsMost)} / ${numberText(sessionsLimit)}`,
    },
    { name: `${say('sessionsNow')} (${say('total')})`, value: numberText(server.sessionsTotal) },
    { name: say('queue'), value: numberText(server.queuedNow) },
    { name: say('unanswered'), value: numberText(server.unansweredNow) },
    ...movesOf(server).map(({ word, count }) => ({ name: say(word), value: numberText(count) })),
    { name: say('bytesIn'), value: bytesText(server.bytesIn) },
    { name: say('bytesOut'), value: bytesText(server.bytesOut) },
    { name: say('downs'), value: numberText(server.timesDown) },
    { name: say('downtime'), value: ageText(server.downtimeMs) },
    ...(check === null ? [] : [{ name: 'rise / fall', value: `${check.rise} / ${check.fall}` }]),
  ];
}

const QUESTIONS: Readonly<Record<ChangeAction, WordKey>> = {
  ready: 'confirmReady',
  drain: 'confirmDrain',
  keep: 'confirmKeep',
  maint: 'confirmMaint',
  weight: 'confirmWeight',
};

type QuestionProps = Omit<ServerPageProps, 'migrations'> & { readonly action: ChangeAction };

/** The script shows it as a dialogue, where it was asked; without scripts it is a page. */
function Question({ view, backend, server, action, token }: QuestionProps) {
  const { say, mayChange } = view;
  if (!mayChange) return <p class="bad">{say('mayNotChange')}</p>;
  // In mode tcp no session can move.
  const asked = action === 'drain' && backend.mode !== 'cmpp' ? 'keep' : action;
  const n = numberText(action === 'weight' ? server.weightConfigured : server.sessionsNow);
  return (
    <form id="question" method="post" action={changePath(backend.name, server.name)}>
      <h2>{say('confirmTitle', { name: `${backend.name}/${server.name}` })}</h2>
      <p>{say(QUESTIONS[asked], { n })}</p>
      {isLast(backend, server, action) && <p class="bad">{say('confirmLast')}</p>}
      {action === 'weight' && (
        <p>
          <label>
            {say('newWeight')}{' '}
            <input name="weight" value={String(server.weightWanted)} pattern="[0-9]{1,3}%?" required maxlength={4} />
          </label>
        </p>
      )}
      <input type="hidden" name="token" value={token} />
      <button class="primary" name="action" value={action}>
        {action === 'weight' ? say('doIt') : say(action)}
      </button>{' '}
      <a href={serverPath(backend.name, server.name)} data-cancel>
        {say('cancel')}
      </a>
    </form>
  );
}

/** Whether nobody would be left who takes sessions. */
function isLast({ activeNow, backupNow }: BackendFigures, server: ServerFigures, action: ChangeAction): boolean {
  const takes = server.isUp && server.wish === 'ready' && server.weightWanted > 0;
  return action !== 'ready' && action !== 'weight' && takes && activeNow + backupNow === 1;
}
