/** The accounts that are logged in. Pure. */

import type { AccountList, AccountRow } from '../account-list.js';
import { ageText } from '../commands/age.js';
import { bytesText, numberText } from './format.js';
import { Layout } from './layout.js';
import { Cells, Found, Pair, SearchForm, Table } from './parts.js';
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

function AccountTable({ view: { say }, accounts }: { readonly view: View; readonly accounts: readonly AccountRow[] }) {
  const head = [say('account'), say('servers'), say('sessions'), say('submits'), say('delivers'), say('unanswered')];
  return (
    <Table head={[...head, say('bytes'), say('oldestSession')]} numbersFrom={2} label={say('accounts')}>
      {accounts.map((row) => (
        <tr>
          <th scope="row">
            <a href={sessionsPath(row.account)}>{row.account}</a>
          </th>
          <td>
            {Object.entries(row.servers).map(([server, sessions]) => (
              <div>{`${server}: ${sessions}`}</div>
            ))}
          </td>
          <Cells
            values={[
              numberText(row.sessions),
              numberText(row.submits),
              numberText(row.delivers),
              numberText(row.unanswered),
            ]}
          />
          <Pair values={[bytesText(row.bytesIn), bytesText(row.bytesOut)]} />
          <Cells values={[ageText(row.ageMs)]} />
        </tr>
      ))}
    </Table>
  );
}
