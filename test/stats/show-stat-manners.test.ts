import assert from 'node:assert/strict';
import { describe as suite, it } from 'node:test';
import { describe } from '../../src/stats/column-words.js';
import { COLUMNS } from '../../src/stats/columns.js';
import { showStat, showStatJson, showStatTyped } from '../../src/stats/show-stat.js';
import type { Wanted } from '../../src/stats/rows.js';
import { backendOf, serverOf, snapshotOf } from './haproxy-figures.js';

/** As HAProxy has them: which are left out was seen on 2.6.12 with such servers. */
const SERVERS = [
  serverOf({ name: 'up' }),
  serverOf({ name: 'unchecked', check: null, status: 'no check' }),
  serverOf({ name: 'draining', wish: 'drain', status: 'DRAIN' }),
  serverOf({ name: 'down', isUp: false, status: 'DOWN' }),
  serverOf({ name: 'maint', wish: 'maint', status: 'MAINT' }),
  serverOf({ name: 'via', isMaintainedByOther: true, status: 'MAINT (via b/maint)' }),
];

const snapshot = snapshotOf({ backends: [backendOf({ servers: SERVERS })] });

function namesIn(wanted: Wanted): string[] {
  const lines = showStat(snapshot, wanted).trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(',')[1] ?? '');
}

suite('show stat', () => {
  for (const [only, servers] of [
    [undefined, ['up', 'unchecked', 'draining', 'down', 'maint', 'via']],
    ['no-maint', ['up', 'unchecked', 'draining', 'down']],
    ['up', ['up', 'unchecked', 'draining']],
  ] as const) {
    it(`${only ?? 'without a word'} shows ${servers.join(', ')}, and all frontends and backends`, () => {
      assert.deepEqual(namesIn({ only }), ['FRONTEND', ...servers, 'BACKEND']);
      assert.deepEqual(namesIn({ only, types: 4 }), servers);
    });
  }

  it('leaves the same out in every format', () => {
    const json = showStatJson(snapshot, { only: 'up', types: 4 });
    assert.deepEqual([/"draining"/.test(json), /"down"/.test(json)], [true, false]);
    const typed = showStatTyped(snapshot, { only: 'up', types: 4 });
    assert.deepEqual([/:draining$/m.test(typed), /:down$/m.test(typed)], [true, false]);
  });

  it('explains every column, where that is wished for', () => {
    for (const { name } of COLUMNS) assert.match(describe(name), /^[A-Z0-9][^"\n]+$/, name);
    const typed = showStatTyped(snapshot, { types: 1 }, true);
    assert.match(typed, /^F\.2\.0\.4\.scur\.1:MGP:u32:0:"Sessions"$/m);
    assert.ok(
      typed
        .trimEnd()
        .split('\n')
        .every((line) => line.endsWith('"')),
    );
  });
});
