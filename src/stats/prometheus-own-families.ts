/** The families of Prometheus metrics that HAProxy does not know: what was said in CMPP, and by whom. Pure. */

import { NO_LABELS, kindsOf, samplesOf } from './prometheus-family.js';
import type { AccountFamily, Family, RowFamily, Sample } from './prometheus-family.js';
import type { Row } from './rows.js';
import type { AccountSums, AccountsFigures, LatencyFigures } from './snapshot.js';

const SECOND_MS = 1000;

interface Own extends Omit<Family, 'name'> {
  /** The name without `cmpp_lb_<kind>_`. */
  readonly suffix: string;
  readonly read: (row: Row) => readonly Sample[];
}

/** For every kind of row. */
const OF_ALL: readonly Own[] = [
  {
    suffix: 'pdus_total',
    type: 'counter',
    help: 'CMPP PDUs that passed, by command and by who sent them.',
    read: ({ figures: { pdusIn, pdusOut } }) => [
      ...samplesOf(pdusIn, 'command', { from: 'client' }),
      ...samplesOf(pdusOut, 'command', { from: 'server' }),
    ],
  },
  {
    suffix: 'unanswered_requests',
    type: 'gauge',
    help: 'Requests of clients that have no answer yet: the windows in use.',
    read: ({ figures }) => [{ labels: NO_LABELS, value: figures.unansweredNow }],
  },
  {
    suffix: 'lost_answers_total',
    type: 'counter',
    help: 'Requests of clients whose sessions ended before they were answered.',
    read: ({ figures }) => [{ labels: NO_LABELS, value: figures.unansweredTotal }],
  },
  {
    suffix: 'submits_not_accepted_total',
    type: 'counter',
    help: 'SUBMITs that were answered with a Result other than 0.',
    read: ({ figures }) => [{ labels: NO_LABELS, value: figures.submitsNotAccepted }],
  },
  {
    suffix: 'sessions_refused_total',
    type: 'counter',
    help: 'Sessions that ended without a server, by reason.',
    read: ({ figures }) => samplesOf(figures.refused, 'reason'),
  },
  {
    suffix: 'sessions_closed_total',
    type: 'counter',
    help: 'Sessions that ended after they had a server, by reason.',
    read: ({ figures }) => samplesOf(figures.closed, 'reason'),
  },
];

/** For backends and servers. */
const OF_PLACES: readonly Own[] = [
  {
    suffix: 'submit_results_total',
    type: 'counter',
    help: 'SUBMITs that were answered with a Result other than 0, by the Result.',
    read: (row) => (isPlace(row) ? samplesOf(row.figures.submitResults, 'result') : []),
  },
  {
    suffix: 'logins_total',
    type: 'counter',
    help: 'Logins that were answered, by the Status of the CONNECT_RESP.',
    read: (row) => (isPlace(row) ? samplesOf(row.figures.logins, 'status') : []),
  },
  {
    suffix: 'session_moves_total',
    type: 'counter',
    help: 'Sessions that have left a server for another one, that have come from one, and that were to leave and stayed.',
    read: (row) => {
      if (!isPlace(row)) return [];
      const { left, arrived, failed } = row.figures.moves;
      return samplesOf({ left, arrived, failed }, 'outcome');
    },
  },
  {
    suffix: 'submits_in_doubt_total',
    type: 'counter',
    help: 'SUBMITs that a server had not answered when its sessions left it.',
    read: (row) => (isPlace(row) ? [{ labels: NO_LABELS, value: row.figures.moves.inDoubt }] : []),
  },
  {
    suffix: 'sessions_moving',
    type: 'gauge',
    help: 'Sessions that look for another server, or are on their way to it.',
    read: (row) => (isPlace(row) ? [{ labels: NO_LABELS, value: row.figures.movingNow }] : []),
  },
  {
    suffix: 'sessions_held',
    type: 'gauge',
    help: 'Sessions whose requests are kept for the next server.',
    read: (row) => (isPlace(row) ? [{ labels: NO_LABELS, value: row.figures.heldNow }] : []),
  },
];

const LIMITED: RowFamily = {
  name: 'cmpp_lb_frontend_submits_limited_total',
  kind: 'frontend',
  type: 'counter',
  help: 'SUBMITs beyond the rate or window of their account, by what came of them.',
  read: ({ kind, figures }) => (kind === 'frontend' ? samplesOf({ ...figures.limited }, 'outcome') : []),
};

const LATENCY: RowFamily = {
  kind: 'server',
  name: 'cmpp_lb_server_submit_latency_seconds',
  type: 'histogram',
  help: 'Time from a SUBMIT to its SUBMIT_RESP.',
  read: ({ kind, figures }) => (kind === 'server' ? latencySamples(figures.submitLatency) : []),
};

const CHECKS: RowFamily = {
  kind: 'server',
  name: 'cmpp_lb_server_checks_total',
  type: 'counter',
  help: 'Checks that came to an end.',
  read: ({ kind, figures }) =>
    kind === 'server' && figures.check !== null ? [{ labels: NO_LABELS, value: figures.check.checks }] : [],
};

export const OWN_ROW_FAMILIES: readonly RowFamily[] = [
  ...OF_ALL.flatMap((own) => familiesOf(own, 'FLBS')),
  ...OF_PLACES.flatMap((own) => familiesOf(own, 'BS')),
  LIMITED,
  LATENCY,
  CHECKS,
];

/** Longer than a Source_Addr, so that no account is called so. */
const OTHERS = '<other>';

export const ACCOUNT_FAMILIES: readonly AccountFamily[] = [
  ofAccounts('sessions', 'gauge', 'Sessions.', ({ sessionsNow }) => sessionsNow),
  ofAccounts('logins_total', 'counter', 'Sessions that a server has accepted.', (all) => all.sessionsTotal),
  ofAccounts('submits_total', 'counter', 'SUBMITs from the account.', ({ submits }) => submits),
  ofAccounts(
    'submits_not_accepted_total',
    'counter',
    'SUBMITs that were answered with a Result other than 0.',
    ({ submitsNotAccepted }) => submitsNotAccepted,
  ),
  ofAccounts('delivers_total', 'counter', 'DELIVERs to the account.', ({ delivers }) => delivers),
  ofAccounts(
    'unanswered_requests',
    'gauge',
    'Requests of the account that have no answer yet: its windows in use.',
    ({ unansweredNow }) => unansweredNow,
  ),
  ofAccounts(
    'lost_answers_total',
    'counter',
    'Requests of the account whose sessions ended before they were answered.',
    ({ unansweredTotal }) => unansweredTotal,
  ),
  {
    name: 'cmpp_lb_account_submits_limited_total',
    type: 'counter',
    help: 'SUBMITs beyond the rate or the window of the account, by what came of them.',
    read: (accounts) =>
      namedSums(accounts).flatMap(([account, { limited }]) => {
        const { rejected, delayed } = limited;
        return samplesOf({ rejected, delayed }, 'outcome', { account });
      }),
  },
  {
    name: 'cmpp_lb_account_submits_delayed_seconds_total',
    type: 'counter',
    help: 'For how long sessions of the account had something held back, all of them together.',
    read: (accounts) =>
      namedSums(accounts).map(([account, { limited }]) => {
        return { labels: { account }, value: limited.delayedMs / SECOND_MS };
      }),
  },
  {
    name: 'cmpp_lb_account_sessions_refused_total',
    type: 'counter',
    help: 'Logins of the account that got no session, by reason.',
    read: (accounts) =>
      namedSums(accounts).flatMap(([account, { refused }]) => samplesOf(refused, 'reason', { account })),
  },
  {
    name: 'cmpp_lb_account_last_login_timestamp_seconds',
    type: 'gauge',
    help: 'When a server last accepted a session of the account, in seconds since 1970.',
    read: ({ leading }) =>
      leading.flatMap(({ name: account, lastLoginWallMs }) =>
        lastLoginWallMs === null ? [] : [{ labels: { account }, value: lastLoginWallMs / SECOND_MS }],
      ),
  },
  {
    name: 'cmpp_lb_accounts',
    type: 'gauge',
    help: 'Accounts that something is known of.',
    read: ({ leading, others }) => [{ labels: NO_LABELS, value: leading.length + others.accounts }],
  },
];

function familiesOf({ suffix, ...own }: Own, letters: string): RowFamily[] {
  return kindsOf(letters).map((kind) => ({ ...own, kind, name: `cmpp_lb_${kind}_${suffix}` }));
}

function isPlace(row: Row): row is Extract<Row, { kind: 'backend' | 'server' }> {
  return row.kind === 'backend' || row.kind === 'server';
}

function latencySamples({ below, count, sumMs }: LatencyFigures): Sample[] {
  return [
    ...below.map((bucket): Sample => ({
      suffix: '_bucket',
      labels: { le: String(bucket.ms / SECOND_MS) },
      value: bucket.count,
    })),
    { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
    { suffix: '_sum', labels: NO_LABELS, value: sumMs / SECOND_MS },
    { suffix: '_count', labels: NO_LABELS, value: count },
  ];
}

function ofAccounts(
  suffix: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (sums: AccountSums) => number,
): AccountFamily {
  return {
    name: `cmpp_lb_account_${suffix}`,
    type,
    help,
    read: (accounts) => namedSums(accounts).map(([account, sums]) => ({ labels: { account }, value: read(sums) })),
  };
}

/** Those that are told one by one, and the rest as one if there is a rest. */
function namedSums({ leading, others }: AccountsFigures): (readonly [string, AccountSums])[] {
  const named = leading.map((account): [string, AccountSums] => [account.name, account]);
  return others.accounts === 0 ? named : [...named, [OTHERS, others]];
}
