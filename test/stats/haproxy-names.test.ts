import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { prometheusText } from '../../src/stats/prometheus.js';
import { showInfo, showInfoTyped } from '../../src/stats/show-info.js';
import { showStat, showStatTyped } from '../../src/stats/show-stat.js';
import { exchange, freePorts, missingHaproxy, startHaproxy } from '../support/haproxy.js';
import { snapshotOf } from './haproxy-figures.js';
import { OWN_HEADER } from './own-columns.js';

/** Not where others connect to ports that were free a moment ago. */
const HOST = '127.0.48.1';

/** A frontend with a listener's row, a checked server, and the metrics. */
const sectionsOf = (metricsPort: number, clientPort: number, serverPort: number) => `
frontend metrics
  mode http
  bind ${HOST}:${metricsPort}
  http-request use-service prometheus-exporter
frontend fe
  bind ${HOST}:${clientPort}
  option socket-stats
  default_backend be
backend be
  server s1 ${HOST}:${serverPort} check
`;

/** `scur.1:MGP:u32` by the letter of its row, of a typed answer. */
function tagsOf(typed: string): ReadonlySet<string> {
  const lines = typed.split('\n').flatMap((line) => {
    const [, letter = '', name = '', tags = ''] = /^([A-Z])\.\d+\.\d+\.\d+\.(\w+)\.1:(\w+:\w+):/.exec(line) ?? [];
    return name === '' ? [] : [`${letter} ${name} ${tags}`];
  });
  return new Set(lines);
}

/** Whether no HAProxy has the column. */
const isOwn = (tags: string) => OWN_HEADER.split(',').includes(tags.split(' ')[1] ?? '');

const familiesOf = (text: string) =>
  new Set([...text.matchAll(/^# TYPE (haproxy_\w+ \w+)$/gm)].map(([, name]) => name));
const infoNamesOf = (text: string) => [...text.matchAll(/^([^:\n]+): /gm)].map(([, name]) => name);

/** `6.Pid.1:SGP:u32` of a typed line. */
const namesAndTagsOf = (text: string) => text.split('\n').map((line) => line.split(':').slice(0, 3).join(':'));

describe('HAProxy here and now', { skip: missingHaproxy(), timeout: 30_000 }, () => {
  it('has the same columns, lines, types and metrics', async () => {
    const [metricsPort = 0, clientPort = 0, serverPort = 0] = await freePorts(HOST, 3);
    const haproxy = await startHaproxy(sectionsOf(metricsPort, clientPort, serverPort));
    try {
      const snapshot = snapshotOf();
      const header = await haproxy.command('show stat');
      assert.ok(header.startsWith((showStat(snapshot).split('\n')[0] ?? '?').replace(OWN_HEADER, '')));
      const theirs = tagsOf(await haproxy.command('show stat typed'));
      const ours = [...tagsOf(showStatTyped(snapshot, { types: 15 }))];
      assert.ok(ours.length > 150);
      // HAProxy's own rows of these differ from kind to kind, for no reason.
      const odd = /^(?:S (?:act|bck)|B (?:rate|rate_max)) /;
      assert.deepEqual(
        ours.filter((tags) => !theirs.has(tags) && !odd.test(tags) && !isOwn(tags)),
        [],
      );
      assert.deepEqual(infoNamesOf(showInfo(snapshot)), infoNamesOf(await haproxy.command('show info')));
      const theirInfo = new Set(namesAndTagsOf(await haproxy.command('show info typed')));
      assert.deepEqual(
        namesAndTagsOf(showInfoTyped(snapshot)).filter((line) => !theirInfo.has(line)),
        [],
      );
      const page = await exchange(connect(metricsPort, HOST), 'GET /metrics HTTP/1.0\r\n\r\n');
      const families = familiesOf(page);
      assert.deepEqual(
        [...familiesOf(prometheusText(snapshot))].filter((family) => !families.has(family)),
        [],
      );
    } finally {
      await haproxy.stop();
    }
  });
});
