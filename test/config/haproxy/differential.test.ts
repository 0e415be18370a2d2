import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { missingHaproxy } from '../../support/haproxy.js';
import { cmppSample, fullSample, mqttSample, mysqlSample, problemsOf, withLines } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'haproxy-check-'));
after(() => rmSync(folder, { recursive: true }));

function isValidForHaproxy(text: string): boolean {
  const file = join(folder, 'h.cfg');
  writeFileSync(file, text);
  // Who may not raise its limit could not start it; its check does not mind.
  return spawnSync('haproxy', ['-c', '-q', '-f', file]).status === 0;
}

/** Texts of which Debian's HAProxy and we think the same; what only one of them can do is elsewhere. */
const table: readonly Parameters<typeof withLines>[0][] = [
  {},
  { global: 'maxconn' },
  { global: 'maxconn 5 6' },
  { global: 'maxcon 5' },
  { global: 'log 127.0.0.1 local9' },
  { global: 'log 127.0.0.1 local2 warn' },
  { global: 'log 127.0.0.1' },
  { global: 'log 127.0.0.1 local2 info' },
  { global: 'log 127.0.0.1 len 5000 local0 notice err' },
  { global: 'hard-stop-after x' },
  { global: 'hard-stop-after 5s' },
  { global: 'stats sockt x' },
  { global: 'stats socket' },
  { global: 'stats socket /tmp/x.sock' },
  { global: 'stats socket /tmp/x.sock level boss' },
  { global: 'stats socket /tmp/x.sock level' },
  { global: 'stats socket /tmp/x.sock mode 9' },
  { global: 'stats socket /tmp/x.sock mode 0600 user root gid 0 level user expose-fd listeners' },
  { global: 'stats socket /tmp/x.sock severity-output number backlog 5 name a id 3 nice 3 thread 1' },
  { global: 'stats socket /tmp/x.sock foo' },
  { global: 'stats socket 127.0.0.1' },
  { global: 'stats socket ipv6@::1:1999 level operator' },
  { global: 'stats socket unix@/tmp/x.sock\n stats timeout 2m\n stats maxconn 5' },
  { global: 'stats socket /tmp/x.sock\n stats timeout 0' },
  { global: 'stats socket /tmp/x.sock\n stats timeout 30d' },
  { global: 'stats socket /tmp/x.sock\n stats maxconn 0' },
  { global: 'stats timeout' },
  { global: 'no stats timeout 5s' },
  { global: 'tune.bufsize 16384' },
  { defaults: 'retries 3 4' },
  { defaults: 'retries' },
  { defaults: 'timeout client 30d' },
  { defaults: 'timeout client 500us' },
  { defaults: 'timeout client 5 s' },
  { defaults: 'timeout foo 5s' },
  { defaults: 'no retries' },
  { defaults: 'no option redispatch' },
  { defaults: 'option tcplogg' },
  { defaults: 'option' },
  { defaults: 'mode htp' },
  { defaults: 'bogus "a b" \\x41' },
  { defaults: 'log "a' },
  { defaults: 'log \\xZZ' },
  { frontend: 'bind 127.0.0.1' },
  { frontend: 'bind :99999' },
  { frontend: 'bind :1995-1990' },
  { frontend: 'bind :1990-1995' },
  { frontend: 'bind ipv6@:1999' },
  { frontend: 'bind ipv4@::1:1999' },
  { frontend: 'bind :1999 foo' },
  { frontend: 'bind :1999 accept-proxy name x' },
  { frontend: 'default_backend c' },
  { frontend: 'balance source' },
  { backend: 'bind :1999' },
  { backend: 'balance foo' },
  { backend: 'balance' },
  { backend: 'hash-type foo' },
  { backend: 'hash-type consistent sdbm avalanche' },
  { backend: 'hash-balance-factor 50' },
  { backend: 'hash-balance-factor 150' },
  { backend: 'stick-table type ip' },
  { backend: 'stick-table type ip size 1k expire 5x' },
  { backend: 'stick-table type ip size 1k expire 5s\n stick on src' },
  { backend: 'stick on src' },
  { backend: 'tcp-check foo' },
  { backend: 'tcp-check send-binary 0g\n option tcp-check', server: 'check' },
  { backend: 'tcp-check expect foo bar' },
  { backend: 'default-server cheque' },
  { backend: 'default-server inter 5s fall 2 check' },
  { backend: 'server s1 127.0.0.1:2' },
  { backend: 'server s2 127.0.0.1 check' },
  { backend: 'server s2 127.0.0.1:1-3' },
  { backend: 'server s2 127.0.0.1:1 track smsc/zz' },
  { backend: 'server s2' },
  { server: 'weight 257' },
  { server: 'check fall 0' },
  { server: 'check inter 0' },
  { server: 'check inter 5x' },
  { server: 'cheque' },
  { server: 'check on-marked-down foo' },
  { server: 'check on-marked-down shutdown-sessions' },
  { server: 'check no-check' },
  { server: 'maxconn 0' },
  { server: 'cookie x' },
  { server: 'check track smsc/s1' },
  { server: 'check error-limit 0 observe layer4' },
  { backend: 'defaults\nfrontend f2 from nobody\n bind :5' },
  { backend: 'backend smsc\n server s1 127.0.0.1:1' },
];

describe('HAProxy and we agree on what is valid', { skip: missingHaproxy() }, () => {
  for (const lines of table) {
    it(JSON.stringify(lines), () => {
      const text = withLines(lines);
      const problems = problemsOf(text);
      assert.equal(problems.length === 0, isValidForHaproxy(text), problems.join('\n'));
    });
  }
  for (const [name, text] of Object.entries({ cmppSample, mqttSample, mysqlSample, fullSample })) {
    it(`${name} is valid`, () => {
      // Where these tests run there may be no such user.
      const runnable = text.replaceAll(/^ *(user|group) .*$/gm, '');
      assert.deepEqual([problemsOf(text), isValidForHaproxy(runnable)], [[], true]);
    });
  }
});
