/** Which page is where, and what each is drawn from. */

import { getCookie } from 'hono/cookie';
import { maySeeSessions, wantedRows } from '../http/api.js';
import type { Application, ApplicationParts } from '../http/application.js';
import { changeActions } from '../http/change-actions.js';
import type { ChangeToken } from '../http/change-token.js';
import { addressOf, COMMON_HEADERS, html, plain, respond } from '../http/respond.js';
import type { HttpContext } from '../http/respond.js';
import { listAccounts } from '../account-list.js';
import { mayDo } from '../level.js';
import { listSessions } from '../session-list.js';
import { AccountsPage } from './accounts.js';
import { knownAs, languageFor } from './language.js';
import { Notice } from './notice.js';
import { Overview } from './overview.js';
import { ServerPage } from './server-page.js';
import { SessionPage, SessionsPage } from './sessions.js';
import { readStaticFiles } from './static-files.js';
import type { View } from './view.js';
import { sayIn } from './words.js';

const LANGUAGE = 'lang';
const YEAR_S = 31_536_000;

export function addPages(application: Application, parts: ApplicationParts, token: ChangeToken): void {
  const { sources, sampler } = parts;
  addAssets(application);
  application.get('/', (context) => {
    const view = viewFor(context, parts);
    const drawn = { snapshot: sources.snapshot(), migrations: sources.migrations() };
    return show(context, <Overview view={view} {...drawn} rates={sampler.rates} />);
  });
  application.get('/servers/:backend/:server', (context) => {
    const view = viewFor(context, parts);
    const wanted = context.req.param();
    const backend = sources.snapshot().backends.find(({ name }) => name === wanted.backend);
    const server = backend?.servers.find(({ name }) => name === wanted.server);
    if (backend === undefined || server === undefined) {
      return show(context, <Notice view={view} word="serverGone" />, 404);
    }
    const action = changeActions.find((each) => each === context.req.query('action'));
    const name = `${backend.name}/${server.name}`;
    const migrations = sources.migrations().filter(({ of }) => of === backend.name || of === name);
    const asked = { backend, server, migrations, action };
    const page = <ServerPage view={view} {...asked} token={token.text} />;
    return show(context, page);
  });
  addSessionPages(application, parts);
}

function addSessionPages(application: Application, parts: ApplicationParts): void {
  const { sources, refusals } = parts;
  const denied = (context: HttpContext): Response => {
    refusals.note('level', addressOf(context), `GET ${context.req.path}`);
    return show(context, <Notice view={viewFor(context, parts)} word="mayNotSee" />, 403);
  };
  application.get('/sessions', (context) => {
    if (!maySeeSessions(context)) return denied(context);
    const { search, order, limit } = wantedRows(context);
    const list = listSessions(sources.guests(), { search, order, limit }, sources.clock.nowMs());
    return show(context, <SessionsPage view={viewFor(context, parts)} list={list} search={search} order={order} />);
  });
  application.get('/sessions/:id', async (context) => {
    if (!maySeeSessions(context)) return denied(context);
    const { id } = context.req.param();
    const { kind, text } = await sources.execute(['show', 'session', id], context.get('caller'));
    const lines = kind === 'done' ? text.split('\n') : undefined;
    const page = <SessionPage view={viewFor(context, parts)} id={id} lines={lines} />;
    return show(context, page, lines === undefined ? 404 : 200);
  });
  application.get('/accounts', (context) => {
    if (!maySeeSessions(context)) return denied(context);
    const { search, limit } = wantedRows(context);
    const list = listAccounts(sources.accounts(), sources.guests(), search, limit);
    return show(context, <AccountsPage view={viewFor(context, parts)} list={list} search={search} />);
  });
}

/** They change with the version only: a browser asks each time, and is told that nothing did. */
function addAssets(application: Application): void {
  const files = readStaticFiles();
  application.get('/assets/:name', ({ req }) => {
    const file = files.get(req.param('name'));
    if (file === undefined) return plain('Not found.', 404);
    const headers = { 'cache-control': 'no-cache', etag: file.etag };
    if (req.header('if-none-match') === file.etag) {
      return new Response(null, { status: 304, headers: { ...COMMON_HEADERS, ...headers } });
    }
    return respond(file.body, file.type, 200, headers);
  });
}

function viewFor(context: HttpContext, { config, sources }: ApplicationParts): View {
  const { req } = context;
  const language = languageFor({
    query: req.query(LANGUAGE),
    cookie: getCookie(context, LANGUAGE),
    acceptLanguage: req.header('accept-language'),
  });
  const { pathname, search } = new URL(req.url);
  return {
    language,
    say: sayIn(language),
    target: pathname + search,
    maySeeSessions: maySeeSessions(context),
    mayChange: mayDo(context.get('caller').level, 'admin'),
    refreshMs: config.refreshMs,
    wallMs: sources.clock.wallMs(),
    offsetMinutesAt: sources.offsetMinutesAt,
  };
}

/** Who has chosen a language keeps it. */
function show({ req }: HttpContext, page: Parameters<typeof html>[0], status: 200 | 403 | 404 = 200): Response {
  const chosen = knownAs(req.query(LANGUAGE));
  const kept = `${LANGUAGE}=${chosen}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Strict`;
  return html(page, status, chosen === undefined ? {} : { 'set-cookie': kept });
}
