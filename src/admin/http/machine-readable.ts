/** What programs read: whether we live and are ready, metrics, and HAProxy's statistics. */

import { prometheusText } from '../../stats/prometheus.js';
import { showStat } from '../../stats/show-stat.js';
import type { Application, ApplicationParts } from './application.js';
import { plain, redirect, respond } from './respond.js';
import { unreadyReasons } from './readiness.js';
import type { Refusals } from './refusal.js';

const METRICS = 'text/plain; version=0.0.4; charset=utf-8';
const CSV = 'text/csv; charset=utf-8';

/** Without a password: it tells no more than whether to send sessions here, and costs next to nothing. */
export function addReadiness(application: Application, { sources }: ApplicationParts): void {
  application.get('/healthz', () => plain('ok'));
  application.get('/readyz', () => {
    const reasons = unreadyReasons(sources.doorways());
    return reasons.length === 0 ? plain('ok') : plain(reasons.join('\n'), 503);
  });
}

export function addMachineReadable(application: Application, { sources, refusals, feed }: ApplicationParts): void {
  const csv = (): Response => respond(showStat(sources.snapshot()), CSV);
  application.get('/metrics', () =>
    respond(prometheusText(sources.snapshot()) + ownMetrics(refusals, feed.readersNow), METRICS),
  );
  // As HAProxy's exporters ask for it, and as whoever knows HTTP does; the page stands where HAProxy's does.
  application.get('/stats;csv', csv);
  for (const path of ['/stats', '/haproxy']) {
    application.get(path, ({ req }) => (/[?;&]csv\b/.test(req.url) ? csv() : redirect('/')));
  }
}

/** What is counted of HTTP itself. */
function ownMetrics({ totals }: Pick<Refusals, 'totals'>, readersNow: number): string {
  const refused = Object.entries(totals).map(
    ([reason, total]) => `cmpp_lb_http_refused_total{reason="${reason}"} ${total}\n`,
  );
  return [
    '# HELP cmpp_lb_http_refused_total Requests by HTTP that were refused, by reason.\n',
    '# TYPE cmpp_lb_http_refused_total counter\n',
    ...refused,
    '# HELP cmpp_lb_http_event_readers Readers that follow the events by HTTP now.\n',
    '# TYPE cmpp_lb_http_event_readers gauge\n',
    `cmpp_lb_http_event_readers ${readersNow}\n`,
  ].join('');
}
