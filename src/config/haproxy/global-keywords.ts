/** What becomes of each keyword of the `global` section. A table; pure. */

import { note, refused, valued } from './keyword.js';
import type { KeywordTable, Meaning, WithSettings } from './keyword.js';
import { readLogLine } from './log-line.js';
import type { LogLine } from './log-line.js';
import { readStatsSocket } from './stats-socket-line.js';
import type { StatsSocket } from './stats-socket-line.js';
import { duration, wholeNumber } from './values.js';

export interface Global extends WithSettings {
  readonly logs: LogLine[];
  readonly sockets: StatsSocket[];
}

const ONE_PROCESS = 'one process with one thread does the work';
const FOREGROUND = 'it stays in the foreground, for systemd to run';
const SYSTEMD_USER = 'it runs as whoever starts it; for systemd write User= and Group= in the unit';
const NO_TLS = 'cmpp-lb speaks no TLS';
const NO_HTTP = 'cmpp-lb speaks no HTTP';
const NO_TUNING =
  'the size of buffers and the like are its own affair; max-frame of cmpp-lb.yaml is the one that matters';
const NO_LUA = 'cmpp-lb runs no Lua; remove it';

const log: Meaning<Global> = {
  kind: 'key',
  side: 'both',
  words: [2, Infinity],
  expected: 'an address and a facility',
  read: (use, { logs }) => {
    const line = readLogLine(use);
    if (line !== undefined) logs.push(line);
  },
  undo: ({ logs }) => void logs.splice(0),
};

const statsSocket: Meaning<Global> = {
  kind: 'key',
  side: 'both',
  words: [1, Infinity],
  expected: 'a path such as /run/cmpp-lb.sock, or an address such as 127.0.0.1:9998,',
  read: readStatsSocket,
};

function forEach(names: readonly string[], meaning: Meaning<unknown>): KeywordTable<Global> {
  return Object.fromEntries(names.map((name) => [name, meaning]));
}

/** A name that ends in a star stands for all that begin so. */
export const globalKeywords: KeywordTable<Global> = {
  'hard-stop-after': valued('hard-stop-after', duration),
  log,
  maxconn: valued('maxconn', wholeNumber),
  'stats socket': statsSocket,
  'stats maxconn': valued('stats.maxconn', wholeNumber),
  'stats timeout': valued('stats.timeout', duration),

  'stats bind-process': note(ONE_PROCESS),
  ...forEach(['cpu-map', 'master-worker', 'nbproc', 'nbthread', 'numa-cpu-mapping', 'thread-group'], note(ONE_PROCESS)),
  ...forEach(['thread-groups', 'busy-polling', 'max-spread-checks'], note(ONE_PROCESS)),
  ...forEach(
    ['noepoll', 'nokqueue', 'noevports', 'nopoll', 'nosplice', 'nogetaddrinfo', 'noreuseport'],
    note(ONE_PROCESS),
  ),
  ...forEach(['daemon', 'quiet'], note(FOREGROUND)),
  pidfile: note('write cmpp-lb start --pid-file, or global.pid-file in a cmpp-lb.yaml'),
  ...forEach(['user', 'group', 'uid', 'gid', 'setcap'], note(SYSTEMD_USER)),
  'ulimit-n': note('the limit is what its starter grants; for systemd write LimitNOFILE= in the unit'),
  'strict-limits': note('a maxconn beyond the file descriptors is always refused at the start'),
  chroot: note('it stays where it is started; for systemd write RootDirectory= in the unit'),
  'insecure-fork-wanted': note('it starts no other programs'),
  'insecure-setuid-wanted': note('it starts no other programs'),
  'set-dumpable': note('for systemd write LimitCORE= in the unit'),
  'spread-checks': note('checks of many servers are always spread'),
  'tune.*': note(NO_TUNING),
  maxpipes: note('bytes are passed on by the process itself'),
  ...forEach(['maxconnrate', 'maxsessrate', 'maxcomprate', 'maxcompcpuusage', 'maxzlibmem'], note('not limited here')),
  ...forEach(
    ['maxsslconn', 'maxsslrate', 'ca-base', 'crt-base', 'issuers-chain-path', 'ssl-load-extra-del-ext'],
    note(NO_TLS),
  ),
  ...forEach(
    ['ssl-default-*', 'ssl-dh-param-file', 'ssl-engine', 'ssl-load-extra-files', 'ssl-mode-async'],
    note(NO_TLS),
  ),
  ...forEach(
    ['ssl-propquery', 'ssl-provider', 'ssl-provider-path', 'ssl-server-verify', 'ssl-skip-self-issued-ca'],
    note(NO_TLS),
  ),
  ...forEach(
    ['h1-case-adjust', 'h1-case-adjust-file', 'h2-workaround-bogus-websocket-clients', 'mworker-max-reloads'],
    note(NO_HTTP),
  ),
  ...forEach(['unsetenv', 'resetenv', 'presetenv', 'setenv'], refused('set the variable where cmpp-lb is started')),
  ...forEach(['node', 'description', 'localpeer'], note('for HAProxy’s own page and peers')),
  ...forEach(['log-send-hostname', 'log-tag'], note('lines name the host and cmpp-lb as syslog asks for it')),
  ...forEach(
    ['server-state-base', 'server-state-file'],
    note('its own file keeps states: write global.state-file in a cmpp-lb.yaml, see cmpp-lb convert'),
  ),
  ...forEach(['external-check'], refused('cmpp-lb starts no other programs; write option tcp-check in the backend')),
  'zero-warning': note('problems are refused, warnings are not'),
  'unix-bind': refused('write mode on the bind line of the socket'),
  'default-path': note('paths count from the folder where it is started'),
  ...forEach(['expose-*', 'profiling.*'], note('nothing of HAProxy’s own inside is there to be shown')),
  ...forEach(['lua-load', 'lua-load-per-thread', 'lua-prepend-path'], refused(NO_LUA)),
};
