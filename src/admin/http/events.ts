/** The stream of events: a connection that is kept, and told of samples and of servers that change. */

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Application, ApplicationParts } from './application.js';
import { addressOf, COMMON_HEADERS, refuse } from './respond.js';

export function addEvents(application: Application, { feed, refusals }: ApplicationParts): void {
  application.get('/events', (context) => {
    if (feed.isFull) return refuse(context, refusals, 'too-many-readers', { 'retry-after': '60' });
    const { outgoing } = context.env;
    outgoing.writeHead(200, { ...COMMON_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
    if (context.req.method === 'HEAD') outgoing.end();
    else feed.join(outgoing, addressOf(context));
    return RESPONSE_ALREADY_SENT;
  });
}
