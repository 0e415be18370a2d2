/** What becomes of each parameter of a `stats socket` line. A table; pure. */

import { adminLevelNames } from '../vocabulary.js';
import { note, refused, valued } from './keyword.js';
import type { KeywordTable, WithSettings } from './keyword.js';
import { choice, permission, word } from './values.js';

const ONE_PROCESS = 'one process answers on all sockets';
const KNOWN_BY_ADDRESS = 'sockets are known by their addresses';
const SYSTEM = 'the system’s own applies, which is enough on one machine';
const LOOPBACK = 'a port is on the loopback interface only';
const NO_TLS = 'cmpp-lb speaks no TLS; remove it, for no other machine reaches the socket';

export const statsSocketParameters: KeywordTable<WithSettings> = {
  level: valued('level', choice(...adminLevelNames)),
  mode: valued('mode', permission),
  user: valued('user', word),
  uid: valued('user', word),
  group: valued('group', word),
  gid: valued('group', word),

  backlog: note(SYSTEM, [1, 1]),
  'defer-accept': note(SYSTEM, [0, 0]),
  'expose-fd': note('listeners are handed to no other process', [1, 1]),
  id: note(KNOWN_BY_ADDRESS, [1, 1]),
  interface: note(LOOPBACK, [1, 1]),
  mss: note(SYSTEM, [1, 1]),
  name: note(KNOWN_BY_ADDRESS, [1, 1]),
  nice: note(ONE_PROCESS, [1, 1]),
  process: note(ONE_PROCESS, [1, 1]),
  'severity-output': note('answers are without a severity', [1, 1]),
  shards: note(ONE_PROCESS, [1, 1]),
  'tcp-ut': note(SYSTEM, [1, 1]),
  tfo: note(SYSTEM, [0, 0]),
  thread: note(ONE_PROCESS, [1, 1]),
  v4v6: note(LOOPBACK, [0, 0]),
  v6only: note(LOOPBACK, [0, 0]),

  'accept-proxy': refused('callers are on this machine, and send no PROXY header; remove it', [0, 0]),
  'ca-file': refused(NO_TLS, [1, 1]),
  ciphers: refused(NO_TLS, [1, 1]),
  crt: refused(NO_TLS, [1, 1]),
  maxconn: refused('a single socket has no limit of its own; write stats maxconn', [1, 1]),
  namespace: refused('cmpp-lb stays in its own network namespace', [1, 1]),
  ssl: refused(NO_TLS, [0, 0]),
  transparent: refused('cmpp-lb listens on addresses of its own machine only; write one', [0, 0]),
  verify: refused(NO_TLS, [1, 1]),
};
