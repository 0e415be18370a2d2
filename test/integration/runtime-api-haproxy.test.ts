/** The same lines to the runtime API of HAProxy and to ours: where both can do it, the bytes are the same. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { freePorts, missingHaproxy, startHaproxy } from '../support/haproxy.js';
import type { Haproxy } from '../support/haproxy.js';
import { SteeredScene } from '../support/steered-scene.js';

const HOST = '127.0.48.1';

/** Each begins with both as they were configured, but for what those before have changed. */
const SAME: readonly string[] = [
  'show backend',
  'show cli level',
  'operator;show cli level;set weight smsc/s1 1;user;show errors;operator',
  'prompt\nset timeout cli 60\nquit',
  'prompt\nshow backend;show backend\nquit',
  'show backend;prompt;show cli level;quit',
  'prompt\nprompt\nshow backend',
  'show backend\nshow cli level',
  'show backend;quit;show backend',
  'quit',
  'show   backend  # comment',
  'show \\backend',
  'prompt\noperator\nshow cli level\nset weight smsc/s1 1\nuser\nshow errors\nquit',
  'set timeout;set timeout cli;set timeout cli x;set timeout cli 10',
  'get weight;get weight smsc;get weight x/y;get weight smsc/y;get weight smsc/s1',
  'set weight;set weight smsc/s1;set weight smsc/s1 257;set weight smsc/s1 -1',
  'set weight smsc/s1 50%;get weight smsc/s1;set weight smsc/s1 33%;get weight smsc/s1',
  'set weight smsc/s1 0;get weight smsc/s1;set server smsc/s1 weight 100%;get weight smsc/s1',
  'set server;set server smsc;set server smsc/s1 weight;set server x/y state ready;set server smsc/y state ready',
  'set server smsc/s1 state;set server smsc/s1 state bogus;set server smsc/s1 state drain;set server smsc/s1 state ready',
  'set server smsc/s1 state maint;set server smsc/s1 state ready;disable server smsc/s1;enable server smsc/s1',
  'enable server;disable server x/y;disable health smsc/s1;enable health smsc/s1',
  'set server smsc/s2 health;set server smsc/s2 health bogus',
  'set server smsc/s1 addr;set server smsc/s1 addr foo;set server smsc/s1 addr 127.0.48.2',
  'set server smsc/s1 addr 127.0.48.2;set server smsc/s1 addr 127.0.48.3 port 22999',
  'disable frontend x;disable frontend sp;disable frontend sp;enable frontend sp;enable frontend sp',
  'set maxconn server;set maxconn server smsc/s1;set maxconn server smsc/s1 5',
  'set maxconn frontend x 3;set maxconn frontend sp;set maxconn frontend sp 10',
  'set maxconn global;set maxconn global 5;set maxconn global 99999999;set maxconn global 0',
  'shutdown session;shutdown session 0xdead;shutdown sessions server;shutdown sessions server x/y',
  'shutdown sessions server smsc/s1',
  'show sess 0x123',
  'show table;show table smsc;show table nosuch;show table smsc bogus',
  'show table smsc data.x gt 1;show table smsc data.server_id zz 1;show table smsc data.server_id eq',
  'clear table;clear table nosuch;clear table smsc key;clear table smsc key 192.0.2.1;clear table smsc',
  'show servers state nosuch;show servers conn nosuch;show stat nosuch 1 1',
  'clear counters;clear counters all',
  'show errors nosuch',
];

/** Statistics differ by what has happened; whose they are does not. */
const SAME_ROWS: readonly string[] = [
  'show stat',
  'show stat up',
  'show stat -1 4 -1 up',
  'show stat smsc 6 -1 no-maint',
];

/** What differs by nature: the commands that each has. Only the head line is compared. */
const SAME_HEAD: readonly string[] = [
  'help',
  'help set',
  'bogus',
  'show',
  ';',
  'show "backend"',
  'SHOW backend',
  'show errors',
  'show errors 99',
];

function headOf(answer: string): string {
  const [head = ''] = answer.split('\n');
  return head.replace(/\[.*\]/, '[]');
}

/** The first two columns. */
function rowsOf(answer: string): string[] {
  return answer.split('\n').map((line) => line.split(',').slice(0, 2).join());
}

/** HAProxy and our balancer, both with a frontend, a backend of two servers and a stick table. */
async function startBoth(t: TestContext): Promise<{ haproxy: Haproxy; scene: SteeredScene }> {
  const [port = 0, first = 0, second = 0] = await freePorts(HOST, 3);
  const haproxy = await startHaproxy(`frontend sp
  bind ${HOST}:${port}
  default_backend smsc
backend smsc
  balance roundrobin
  stick-table type ip size 200k expire 300s
  stick on src
  server s1 ${HOST}:${first} weight 10
  server s2 ${HOST}:${second}
`);
  t.after(() => haproxy.stop());
  const scene = new SteeredScene(t);
  await scene.start({
    defaults: 'mode: tcp',
    backend: 'stick: { on: source, size: 200k, expire: 5m }',
    servers: [`address: "${HOST}:${first}", weight: 10`, `address: "${HOST}:${second}"`],
  });
  return { haproxy, scene };
}

describe('The runtime API beside that of HAProxy', { timeout: 60_000, skip: missingHaproxy() }, () => {
  it('answers the same to the byte', async (t) => {
    const { haproxy, scene } = await startBoth(t);
    for (const lines of SAME) {
      const [ours, theirs] = [await scene.raw(`${lines}\n`), await haproxy.command(lines)];
      assert.deepEqual({ lines, answer: ours }, { lines, answer: theirs });
    }
  });

  it('leaves the same servers out of the statistics', async (t) => {
    const { haproxy, scene } = await startBoth(t);
    for (const state of ['drain', 'maint', 'ready']) {
      for (const line of SAME_ROWS) {
        const lines = `set server smsc/s2 state ${state};${line}`;
        const [ours, theirs] = [rowsOf(await scene.raw(`${lines}\n`)), rowsOf(await haproxy.command(lines))];
        assert.deepEqual({ lines, rows: ours }, { lines, rows: theirs });
      }
    }
  });

  it('begins its answers the same where they must differ', async (t) => {
    const { haproxy, scene } = await startBoth(t);
    for (const line of SAME_HEAD) {
      const [ours, theirs] = [await scene.raw(`${line}\n`), await haproxy.command(line)];
      assert.deepEqual({ line, head: headOf(ours) }, { line, head: headOf(theirs) });
    }
  });
});
