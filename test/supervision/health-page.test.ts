import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { factsOfEvent } from '../../src/log/event.js';
import type { EventName, EventValues } from '../../src/log/event.js';

const page = readFileSync(new URL('../../../docs/health.md', import.meta.url), 'utf8');

function shows<Name extends EventName>(name: Name, values: EventValues<Name>): void {
  const line = factsOfEvent(name).message(values);
  assert.ok(page.includes(`    ${line}\n`), line);
}

it('docs/health.md shows lines as the log writes them', () => {
  const server2 = { backend: 'smsc', server: 'server2' };
  const step = { ...server2, checkMs: 3333 };
  shows('server-health', { ...step, status: 'UP 2/3', why: 'no ACTIVE_TEST_RESP in 3.3 s' });
  shows('server-health', { ...step, status: 'UP 1/3', why: 'no CONNECT_RESP in 3.3 s' });
  shows('server-health', { ...step, status: 'DOWN 1/2', why: 'ACTIVE_TEST answered in 2 ms' });
  const down = { status: 'DOWN', servers: 3, sessionsGo: 'close' } as const;
  shows('server-down', { ...server2, ...down, why: 'no CONNECT_RESP in 3.3 s', upNow: 2, sessions: 412 });
  const silent = 'nothing answered for 4.1 s (312 SUBMIT, 2 ACTIVE_TEST unanswered)';
  shows('server-down', { ...server2, ...down, server: 'server1', why: silent, upNow: 2, sessions: 96 });
  const lost = '5 connections lost in 10 s (ECONNREFUSED)';
  shows('server-down', { ...server2, ...down, server: 'server3', why: lost, upNow: 1, sessions: 0 });
  const why = 'ACTIVE_TEST answered in 1.8 ms';
  shows('server-up', { ...server2, status: 'UP', why, upNow: 3, servers: 3, downMs: 61_204 });
  shows('backend-refuses', { backend: 'smsc', upNow: 1, servers: 3, minUp: 2 });
  shows('backend-accepts', { backend: 'smsc', upNow: 2, servers: 3 });
});
