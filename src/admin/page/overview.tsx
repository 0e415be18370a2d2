/** The first page: what needs attention, the process, the charts, frontends, and backends with their servers. Pure. */

import { CHARTS } from '../../stats/sample.js';
import type { Rates } from '../../stats/sample.js';
import type { FrontendFigures, Snapshot } from '../../stats/snapshot.js';
import type { ShownMigration } from '../../supervision/migrations.js';
import { ageText } from '../commands/age.js';
import { BackendTable } from './backend-table.js';
import { bytesText, countOf, numberText, rateText, reasonsText } from './format.js';
import { Layout } from './layout.js';
import { Cells, Facts, Pair, ProblemList, Sessions, SessionsHead, Table, Time } from './parts.js';
import { migrationsShown, problemsOf } from './problems.js';
import type { ShownProblem } from './problems.js';
import type { View } from './view.js';
import type { WordKey } from './words.js';

export interface OverviewProps {
  readonly view: View;
  readonly snapshot: Snapshot;
  readonly rates: Rates;
  readonly migrations: readonly ShownMigration[];
}

export function Overview({ view, snapshot, rates, migrations }: OverviewProps) {
  const { say } = view;
  return (
    <Layout view={view} title={say('overview')} isLive>
      <Problems view={view} problems={[...migrationsShown(migrations), ...problemsOf(snapshot)]} />
      <ProcessFacts view={view} snapshot={snapshot} rates={rates} />
      <Charts view={view} />
      <section id="frontends" data-live>
        <h2>{say('frontends')}</h2>
        <Frontends view={view} frontends={snapshot.frontends} />
      </section>
      {snapshot.backends.map((backend) => (
        <BackendTable view={view} backend={backend} />
      ))}
    </Layout>
  );
}

function Problems({ view, problems }: { readonly view: View; readonly problems: readonly ShownProblem[] }) {
  const { say } = view;
  return (
    <section id="problems" data-live aria-live="polite">
      <h2>{say('problems')}</h2>
      {problems.length === 0 ? (
        <p class="fine">{say('noProblems')}</p>
      ) : (
        <ProblemList view={view} problems={problems} />
      )}
    </section>
  );
}

function ProcessFacts({ view, snapshot, rates }: Omit<OverviewProps, 'migrations'>) {
  const { say } = view;
  const { name, version, node, pid, uptimeMs, startedWallMs, idlePercent, ...process } = snapshot.process;
  const facts = [
    { name: say('sessions'), value: `${numberText(process.sessionsNow)} / ${numberText(process.sessionsLimit)}` },
    { name: say('submitRate'), value: rateText(rates.submit) },
    { name: say('deliverRate'), value: rateText(rates.deliver) },
    { name: say('perSecond'), value: rateText(process.rateNow) },
    { name: say('idle'), value: `${Math.round(idlePercent)} %` },
    { name: say('uptime'), value: ageText(uptimeMs) },
  ];
  return (
    <section id="process" data-live>
      <h2>{say('process')}</h2>
      <p>
        {name} {version} · {node} · pid {pid} · {say('started')} <Time view={view} wallMs={startedWallMs} />
      </p>
      <Facts facts={facts} />
    </section>
  );
}

const CHART_TITLES: Readonly<Record<(typeof CHARTS)[number]['name'], WordKey>> = {
  messages: 'chartMessages',
  latency: 'chartLatency',
  sessions: 'chartSessions',
};

/** The script finds here what it draws, and where. */
function Charts({ view: { say, wallMs, offsetMinutesAt } }: { readonly view: View }) {
  return (
    <section
      id="charts"
      data-more={say('chartMore')}
      data-time={say('time')}
      data-offset-minutes={offsetMinutesAt(wallMs)}
    >
      <h2>{say('charts')}</h2>
      <noscript>
        <p>{say('chartsNeedScripts')}</p>
      </noscript>
      <div class="charts">
        {CHARTS.map(({ name, series }) => (
          <figure data-chart={series.join(' ')} hidden>
            <figcaption>{say(CHART_TITLES[name])}</figcaption>
          </figure>
        ))}
      </div>
    </section>
  );
}

function Frontends({ view, frontends }: { readonly view: View; readonly frontends: readonly FrontendFigures[] }) {
  const { say } = view;
  const head = [
    say('frontend'),
    say('state'),
    say('listen'),
    <SessionsHead view={view} />,
    say('perSecond'),
    say('total'),
    say('bytes'),
    say('refused'),
    say('limited'),
  ];
  return (
    <Table head={head} numbersFrom={3} label={say('frontends')}>
      {frontends.map((frontend) => (
        <tr>
          <th scope="row">
            {frontend.name} <small>{frontend.mode}</small>
          </th>
          <td>
            <span class={`state ${frontend.isOpen ? 'up' : 'down'}`}>{frontend.isOpen ? 'OPEN' : 'STOP'}</span>{' '}
            <small>{say(frontend.isOpen ? 'open' : 'closed')}</small>
          </td>
          <td>
            {frontend.listeners.map(({ address, isOpen }) => (
              <div class={isOpen ? '' : 'away'}>{address}</div>
            ))}
          </td>
          <Sessions view={view} of={frontend} />
          <Cells values={[rateText(frontend.rateNow), numberText(frontend.sessionsTotal)]} />
          <Pair values={[bytesText(frontend.bytesIn), bytesText(frontend.bytesOut)]} />
          <td class="number" title={reasonsText(frontend.refused)}>
            {numberText(countOf(frontend.refused))}
          </td>
          <Cells values={[numberText(frontend.limited.rejected + frontend.limited.delayed)]} />
        </tr>
      ))}
    </Table>
  );
}
