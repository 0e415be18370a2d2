/** Carries out what a form of ours, or a script, asks to be done with a server. */

import { bodyLimit } from 'hono/body-limit';
import * as z from 'zod';
import type { Answer } from '../answer.js';
import { mayDo } from '../level.js';
import { serverPath } from '../page/paths.js';
import type { Application, ApplicationParts } from './application.js';
import { changeActions } from './change-actions.js';
import type { ChangeToken } from './change-token.js';
import type { RefusalReason } from './refusal.js';
import { json, plain, redirect, refuse } from './respond.js';
import type { HttpContext } from './respond.js';
import { foreignReason } from './same-site.js';

/** Far more than any form of ours has. */
const BODY_BYTES = 4096;

const changeBody = z.object({
  action: z.enum(changeActions),
  /** `5`, or a percentage of the weight that the server was declared with. */
  weight: z.union([z.string(), z.number()]).optional(),
  token: z.string().optional(),
});

type Change = z.infer<typeof changeBody>;

/** The command of the runtime API that does it. */
function wordsOf(server: string, { action, weight }: Change): readonly string[] {
  if (action === 'drain') return ['drain', 'server', server];
  if (action === 'weight') return ['set', 'server', server, 'weight', String(weight ?? '')];
  return ['set', 'server', server, 'state', action === 'keep' ? 'drain' : action];
}

export function addChange(application: Application, parts: ApplicationParts, token: ChangeToken): void {
  const { refusals } = parts;
  application.post(
    '/api/servers/:backend/:server',
    async (context, next) => {
      const { req } = context;
      const headers = { host: req.header('host'), origin: req.header('origin') };
      const foreign = foreignReason({ ...headers, 'sec-fetch-site': req.header('sec-fetch-site') }, parts.config.hosts);
      if (foreign !== undefined) return refuseUnread(context, parts, foreign);
      if (!mayDo(context.get('caller').level, 'admin')) return refuseUnread(context, parts, 'level');
      return next();
    },
    bodyLimit({ maxSize: BODY_BYTES, onError: (context: HttpContext) => refuseUnread(context, parts, 'too-large') }),
    async (context) => {
      const change = await changeIn(context);
      if (change === undefined) return refuse(context, refusals, 'malformed');
      const hasHeader = context.req.header('x-requested-with') !== undefined;
      if (!hasHeader && !token.matches(change.token ?? '')) return refuse(context, refusals, 'no-token');
      const { backend, server } = context.req.param();
      const answer = await parts.sources.execute(wordsOf(`${backend}/${server}`, change), context.get('caller'));
      return isJson(context) ? jsonOf(answer) : pageOf(answer, backend, server);
    },
  );
}

/** The connection ends with the answer: nobody reads what else was sent. */
function refuseUnread(context: HttpContext, { refusals }: ApplicationParts, reason: RefusalReason): Response {
  return refuse(context, refusals, reason, { connection: 'close' });
}

function isJson({ req }: HttpContext): boolean {
  return /^application\/json\b/i.test(req.header('content-type') ?? '');
}

async function changeIn(context: HttpContext): Promise<Change | undefined> {
  try {
    const body: unknown = isJson(context) ? await context.req.json() : await context.req.parseBody();
    return changeBody.safeParse(body).data;
  } catch {
    // Neither JSON nor a form, whatever its header says.
    return undefined;
  }
}

function jsonOf({ kind: outcome, text }: Answer): Response {
  return json({ outcome, text }, outcome === 'done' ? 200 : 409);
}

function pageOf({ kind, text }: Answer, backend: string, server: string): Response {
  return kind === 'done' ? redirect(serverPath(backend, server)) : plain(text, 409);
}
