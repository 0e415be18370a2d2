/** The table of all that can be read by HTTP. Pure. */

import { prometheusText } from '../../stats/prometheus.js';
import { showStat } from '../../stats/show-stat.js';
import type { Snapshot } from '../../stats/snapshot.js';
import { unreadyReasons } from './readiness.js';
import type { Doorway } from './readiness.js';

export interface Content {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What endpoints are drawn from. */
export interface Sources {
  /** It costs something, more with every session. */
  readonly snapshot: () => Snapshot;
  readonly doorways: () => readonly Doorway[];
}

export interface Endpoint {
  readonly path: string;
  /** Read without a password: it tells no more than whether to send sessions here, and costs next to nothing. */
  readonly isOpen: boolean;
  read(sources: Sources): Content;
}

const PLAIN = 'text/plain; charset=utf-8';
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';
const CSV = 'text/csv; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

function readStat({ snapshot }: Sources): Content {
  return { status: 200, type: CSV, body: showStat(snapshot()) };
}

const endpoints: readonly Endpoint[] = [
  { path: '/healthz', isOpen: true, read: () => ({ status: 200, type: PLAIN, body: 'ok\n' }) },
  {
    path: '/readyz',
    isOpen: true,
    read: ({ doorways }) => {
      const reasons = unreadyReasons(doorways());
      if (reasons.length === 0) return { status: 200, type: PLAIN, body: 'ok\n' };
      return { status: 503, type: PLAIN, body: `${reasons.join('\n')}\n` };
    },
  },
  {
    path: '/metrics',
    isOpen: false,
    read: ({ snapshot }) => ({ status: 200, type: METRICS, body: prometheusText(snapshot()) }),
  },
  // As HAProxy's exporters ask for it, and as whoever knows HTTP does.
  { path: '/stats;csv', isOpen: false, read: readStat },
  { path: '/stats?csv', isOpen: false, read: readStat },
  {
    path: '/api/snapshot',
    isOpen: false,
    read: ({ snapshot }) => ({ status: 200, type: JSON_TYPE, body: `${JSON.stringify(snapshot())}\n` }),
  },
];

/** What a request line's target names; a query that means nothing to us is passed over. */
export function endpointAt(target: string): Endpoint | undefined {
  const [path = ''] = target.split('?');
  return endpoints.find((endpoint) => endpoint.path === target || endpoint.path === path);
}
