import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { Refusals, refusalReasons, tellingOf } from '../../src/admin/http/refusal.js';
import { EventLog } from '../support/event-log.js';
import { FakeClock } from '../support/fake-clock.js';

it('counts every refusal by HTTP, and logs one a second of each reason', () => {
  const clock = new FakeClock();
  const log = new EventLog();
  const refusals = new Refusals({ clock, log });
  for (let nth = 0; nth < 5; nth += 1) refusals.note('malformed', '10.0.0.8', 'GET /\u001b');
  refusals.note('level', '10.0.0.9', '');
  clock.advance(1000);
  refusals.note('malformed', '10.0.0.8', 'x'.repeat(1000));
  assert.deepEqual(log.of('http-refused'), [
    { reason: 'malformed', from: '10.0.0.8', request: 'GET /\\x1b', unlogged: 0 },
    { reason: 'level', from: '10.0.0.9', request: '', unlogged: 0 },
    { reason: 'malformed', from: '10.0.0.8', request: 'x'.repeat(200), unlogged: 4 },
  ]);
  assert.deepEqual([refusals.totals.malformed, refusals.totals.level, refusals.totals['too-slow']], [6, 1, 0]);
});

it('has every reason of a refusal in the documentation, with its status', () => {
  const page = readFileSync('docs/http.md', 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\|/gm)].map(([, reason, status]) => [
    reason,
    Number(status),
  ]);
  assert.deepEqual(
    listed,
    refusalReasons.map((reason) => [reason, tellingOf(reason).status]),
  );
});
