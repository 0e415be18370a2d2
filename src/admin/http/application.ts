/** Everything that is served by HTTP: who may ask, what there is, and where the rest goes. */

import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { AdminHttpConfig } from '../../config/config.js';
import { stackOf } from '../../log/event.js';
import type { Log } from '../../log/log.js';
import { addPages } from '../page/pages.js';
import { addApi } from './api.js';
import { ChangeToken } from './change-token.js';
import { addChange } from './change.js';
import type { EventFeed } from './event-feed.js';
import { addEvents } from './events.js';
import type { Gate } from './gate.js';
import { addMachineReadable, addReadiness } from './machine-readable.js';
import type { Refusals } from './refusal.js';
import { addressOf, plain, refuse } from './respond.js';
import type { HttpContext, HttpEnv } from './respond.js';
import { isOwnHost } from './same-site.js';
import type { Sampler } from './sampler.js';
import type { Sources } from './sources.js';

const TOKEN_KEY_BYTES = 32;

export interface ApplicationParts {
  readonly config: AdminHttpConfig;
  readonly sources: Sources;
  readonly sampler: Pick<Sampler, 'rates' | 'history'>;
  readonly feed: EventFeed;
  readonly gate: Pick<Gate, 'judge'>;
  readonly refusals: Refusals;
  readonly log: Pick<Log, 'event'>;
}

export type Application = Hono<HttpEnv>;

export function createApplication(parts: ApplicationParts): Application {
  const { config, log } = parts;
  const token = new ChangeToken(randomBytes(TOKEN_KEY_BYTES), config.credentials?.user ?? '');
  const application: Application = new Hono<HttpEnv>();
  application.onError((error) => {
    // A fault in the program costs this answer, and nothing else.
    log.event('internal-error', { session: undefined, stack: stackOf(error) });
    return plain('Internal error; the log has more about it.', 500);
  });
  application.notFound(({ req }) =>
    req.method === 'GET' || req.method === 'HEAD'
      ? plain('Not found.', 404)
      : plain('Only GET and HEAD.', 405, { allow: 'GET, HEAD' }),
  );
  addReadiness(application, parts);
  application.use(async (context, next) => {
    const refusal = strangerRefusal(context, parts);
    if (refusal !== undefined) return refusal;
    context.set('caller', callerOf(context, config));
    await next();
    return undefined;
  });
  addMachineReadable(application, parts);
  addApi(application, parts);
  addEvents(application, parts);
  addChange(application, parts, token);
  addPages(application, parts, token);
  return application;
}

/** The answer to somebody who may not ask at all. */
function strangerRefusal(context: HttpContext, { config, gate, refusals }: ApplicationParts): Response | undefined {
  // With a password, a page that has its name point here has none, and browsers keep ours from it.
  if (config.credentials === undefined && !isOwnHost(context.req.header('host'), config.hosts)) {
    return refuse(context, refusals, 'foreign-host');
  }
  const verdict = gate.judge(addressOf(context), context.req.header('authorization'));
  if (verdict.kind === 'welcome') return undefined;
  if (verdict.kind === 'locked-out') {
    return refuse(context, refusals, 'locked-out', { 'retry-after': String(verdict.seconds) });
  }
  const challenge = { 'www-authenticate': 'Basic realm="cmpp-lb", charset="UTF-8"' };
  // Browsers ask without a password first.
  if (verdict.kind === 'stranger') return plain('User and password, please.', 401, challenge);
  return refuse(context, refusals, 'wrong-password', challenge);
}

function callerOf(context: HttpContext, { credentials, level }: AdminHttpConfig): HttpEnv['Variables']['caller'] {
  const user = credentials === undefined ? '' : `${credentials.user}@`;
  return { from: `http:${user}${addressOf(context)}`, level };
}
