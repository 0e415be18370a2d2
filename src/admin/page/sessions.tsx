/** The living sessions, as far as they are searched for, and one of them with all that is known of it. Pure. */

import { ageText } from '../commands/age.js';
import type { SessionList, SessionOrder, SessionRow } from '../session-list.js';
import { bytesText, numberText } from './format.js';
import { Layout } from './layout.js';
import { Cells, Facts, Found, Pair, SearchForm, Table, Time } from './parts.js';
import { serverPath, sessionPath, sessionsPath } from './paths.js';
import type { View } from './view.js';
import type { WordKey } from './words.js';

export interface SessionsProps {
  readonly view: View;
  readonly list: SessionList;
  readonly search: string;
  readonly order: SessionOrder;
}

export function SessionsPage({ view, list, search, order }: SessionsProps) {
  const { say } = view;
  const { total, found, sessions } = list;
  const other = order === 'newest' ? 'oldest' : 'newest';
  return (
    <Layout view={view} title={say('sessions')} isLive>
      <h1>{say('sessions')}</h1>
      <SearchForm view={view} search={search} label={say('searchSessions')} order={order} />
      <section id="found" data-live>
        <Found view={view} total={total} found={found} shown={sessions.length} />
        <p>
          {say(order)} · <a href={`${sessionsPath(search)}&order=${other}`}>{say(other)}</a>
        </p>
        {sessions.length > 0 && <SessionTable view={view} sessions={sessions} />}
      </section>
    </Layout>
  );
}

function SessionTable({ view, sessions }: { readonly view: View; readonly sessions: readonly SessionRow[] }) {
  const { say } = view;
  const head = [say('number'), say('account'), say('address'), say('server'), say('state'), say('accepted')];
  const more = [say('age'), say('unanswered'), say('bytes')];
  return (
    <Table head={[...head, ...more]} numbersFrom={6} label={say('sessions')}>
      {sessions.map((session) => (
        <tr>
          <th scope="row">
            <a href={sessionPath(session.id)}>{session.id}</a>
          </th>
          <td>{session.account ?? '–'}</td>
          <td>{session.source}</td>
          <td>
            {session.server === null ? (
              '–'
            ) : (
              <a href={serverPath(session.backend, session.server)}>{`${session.backend}/${session.server}`}</a>
            )}
            <small class="meaning">{session.frontend}</small>
          </td>
          <td>
            {session.state} <small>{session.version ?? ''}</small>
          </td>
          <td>
            <Time view={view} wallMs={session.acceptedWallMs} />
          </td>
          <Cells values={[ageText(session.ageMs), numberText(session.unanswered)]} />
          <Pair values={[bytesText(session.bytesIn), bytesText(session.bytesOut)]} />
        </tr>
      ))}
    </Table>
  );
}

/** The keys of `show session`. */
const FACT_WORDS: Readonly<Record<string, WordKey>> = {
  Session: 'session',
  State: 'state',
  Source: 'address',
  Frontend: 'frontend',
  Accepted: 'accepted',
  Account: 'account',
  Connect: 'connect',
  Version: 'version',
  Backend: 'backend',
  Server: 'server',
  Retries: 'retries',
  Moves: 'onItsWay',
  Held: 'heldRequests',
  Idle: 'silentFor',
  'Client sent': 'clientSent',
  'Client sent last': 'clientSentLast',
  'Client waits for answers': 'clientWaits',
  'Server sent': 'serverSent',
  'Server sent last': 'serverSentLast',
  'Server waits for answers': 'serverWaits',
};

/** `lines` is what `show session` answers; undefined if there is no such session. */
export function SessionPage({
  view,
  id,
  lines,
}: {
  readonly view: View;
  readonly id: string;
  readonly lines: readonly string[] | undefined;
}) {
  const { say } = view;
  const facts = (lines ?? []).map((line) => {
    const [, key = '', value = ''] = /^(.*?): (.*)$/s.exec(line) ?? ['', '', line];
    const word = Object.hasOwn(FACT_WORDS, key) ? FACT_WORDS[key] : undefined;
    return { name: word === undefined ? key : say(word), value };
  });
  return (
    <Layout view={view} title={`${say('session')} ${id}`} isLive={lines !== undefined}>
      <h1>
        {say('session')} {id}
      </h1>
      <section id="session" data-live>
        {lines === undefined ? <p class="bad">{say('sessionGone')}</p> : <Facts facts={facts} as="lines" />}
      </section>
      {lines !== undefined && (
        <p>
          <small>{say('endIt', { id })}</small>
        </p>
      )}
      <p>
        <a href="/sessions">{say('sessions')}</a>
      </p>
    </Layout>
  );
}
