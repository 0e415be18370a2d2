/** The statistics, sessions, accounts and the last hour, as JSON. */

import { STEP_MS } from '../../stats/history.js';
import { listAccounts } from '../account-list.js';
import { mayDo } from '../level.js';
import { listSessions } from '../session-list.js';
import type { SessionOrder } from '../session-list.js';
import type { Application, ApplicationParts } from './application.js';
import { json, refuse } from './respond.js';
import type { HttpContext } from './respond.js';

/** So many rows are on a page, and in an answer that does not say how many it wants. */
const SHOWN_ROWS = 200;
const MOST_ROWS = 1000;

export function addApi(application: Application, { sampler, sources, refusals }: ApplicationParts): void {
  application.get('/api/snapshot', () => json(sources.snapshot()));
  application.get('/api/frontends', () => json({ frontends: sources.snapshot().frontends }));
  application.get('/api/backends', () => json({ backends: sources.snapshot().backends }));
  application.get('/api/servers', () => {
    const servers = sources
      .snapshot()
      .backends.flatMap(({ name: backend, servers: all }) => all.map((server) => ({ backend, ...server })));
    return json({ servers });
  });
  application.get('/api/history', () => json({ stepMs: STEP_MS, ...sampler.history() }));
  application.get('/api/sessions', (context) => {
    if (!maySeeSessions(context)) return refuse(context, refusals, 'level');
    const { search, order, limit } = wantedRows(context);
    return json(listSessions(sources.guests(), { search, order, limit }, sources.clock.nowMs()));
  });
  application.get('/api/accounts', (context) => {
    if (!maySeeSessions(context)) return refuse(context, refusals, 'level');
    const { search, limit } = wantedRows(context);
    return json(listAccounts(sources.accounts(), sources.guests(), search, limit));
  });
}

/** As for the runtime API's `show sess`. */
export function maySeeSessions(context: HttpContext): boolean {
  return mayDo(context.get('caller').level, 'operator');
}

interface WantedRows {
  readonly search: string;
  readonly order: SessionOrder;
  readonly limit: number;
}

/** What the query says, or what is usual. */
export function wantedRows({ req }: HttpContext): WantedRows {
  const limit = /^\d{1,9}$/.exec(req.query('limit') ?? '')?.[0];
  return {
    search: req.query('search') ?? '',
    order: req.query('order') === 'oldest' ? 'oldest' : 'newest',
    limit: limit === undefined ? SHOWN_ROWS : Math.min(Number(limit), MOST_ROWS),
  };
}
