/** The accounts: those that are logged in, those that were, and what was refused or limited of each. Pure. */

import type { AccountList, AccountRow } from '../account-list.js';
import { bytesText, countOf, numberText, reasonsText } from './format.js';
import { Layout } from './layout.js';
import { Cells, Found, Pair, SearchForm, Table, Time } from './parts.js';
import { sessionsPath } from './paths.js';
import type { View } from './view.js';

export interface AccountsProps {
  readonly view: View;
  readonly list: AccountList;
  readonly search: string;
}

export function AccountsPage({ view, list, search }: AccountsProps) {
  const { say } = view;
  const { total, found, accounts } = list;
  return (
    <Layout view={view} title={say('accounts')} isLive>
      <h1>{say('accounts')}</h1>
      <SearchForm view={view} search={search} label={say('searchAccounts')} />
      <section id="found" data-live>
        <Found view={view} total={total} found={found} shown={accounts.length} />
        {accounts.length > 0 && <AccountTable view={view} accounts={accounts} />}
      </section>
    </Layout>
  );
}

function AccountTable({ view, accounts }: { readonly view: View; readonly accounts: readonly AccountRow[] }) {
  const { say } = view;
  const head = [
    say('account'),
    say('servers'),
    `${say('sessions')} (${say('now')} / ${say('most')})`,
    say('submits'),
    say('delivers'),
  ];
  const more = [say('unanswered'), say('bytes'), say('limited'), say('refused'), say('lastLogin')];
  return (
    <Table head={[...head, ...more]} numbersFrom={2} label={say('accounts')}>
      {accounts.map((row) => (
        <tr>
          <th scope="row">
            <a href={sessionsPath(row.name)}>{row.name}</a>
          </th>
          <td>
            {Object.entries(row.servers).map(([server, sessions]) => (
              <div>{`${server}: ${sessions}`}</div>
            ))}
          </td>
          <td class="number" title={`${say('now')} / ${say('most')}`}>
            <b>{numberText(row.sessionsNow)}</b> / {numberText(row.sessionsMost)}
          </td>
          <Pair values={[numberText(row.submits), notZero(row.submitsNotAccepted, say('notAccepted'))]} />
          <Cells values={[numberText(row.delivers), numberText(row.unansweredNow)]} />
          <Pair values={[bytesText(row.bytesIn), bytesText(row.bytesOut)]} />
          <Pair
            values={[
              notZero(row.limited.rejected, say('limitRejected')),
              notZero(row.limited.delayed, say('limitDelayed')),
            ]}
          />
          <td class="number" title={reasonsText(row.refused)}>
            {numberText(countOf(row.refused))}
          </td>
          <td class="number">
            {row.lastLoginWallMs === null ? '–' : <Time view={view} wallMs={row.lastLoginWallMs} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function notZero(count: number, what: string): string {
  return count === 0 ? '' : `${numberText(count)} ${what}`;
}
