/** What becomes of each parameter of a `bind` line. A table; pure. */

import { note, refused, said, valued } from './keyword.js';
import type { KeywordTable, WithSettings } from './keyword.js';
import { permission } from './values.js';

const NO_TLS = 'cmpp-lb ends no TLS; let stunnel stand before it, and write accept-proxy here';
const TLS_ONLY = 'only for TLS, which cmpp-lb does not speak; remove it';
const UNIX_OWNER = 'the socket belongs to the user of the process; start it as the one who is to own it';
const ONE_PROCESS = 'one process accepts for all addresses';

export const bindParameters: KeywordTable<WithSettings> = {
  'accept-proxy': said('accept-proxy', true),
  mode: valued('mode', permission),
  v4v6: said('v4v6', true),
  v6only: said('v6only', true),

  backlog: note('the backlog of the section applies', [1, 1]),
  'defer-accept': note(
    'connections are accepted at once; the time of a login bounds what a silent one may hold',
    [0, 0],
  ),
  id: note('listeners are known by their addresses', [1, 1]),
  level: note('only for the stats socket', [1, 1]),
  mss: note('the system’s own size applies', [1, 1]),
  name: note('listeners are known by their addresses', [1, 1]),
  nice: note(ONE_PROCESS, [1, 1]),
  process: note(ONE_PROCESS, [1, 1]),
  shards: note(ONE_PROCESS, [1, 1]),
  'tcp-ut': note('the system’s own time applies; timeout client finds a silent client', [1, 1]),
  tfo: note('connections are accepted without it, which costs a round trip', [0, 0]),
  thread: note(ONE_PROCESS, [1, 1]),

  alpn: refused(TLS_ONLY, [1, 1]),
  'ca-file': refused(TLS_ONLY, [1, 1]),
  ciphers: refused(TLS_ONLY, [1, 1]),
  crt: refused(TLS_ONLY, [1, 1]),
  'crt-list': refused(TLS_ONLY, [1, 1]),
  gid: refused(UNIX_OWNER, [1, 1]),
  group: refused(UNIX_OWNER, [1, 1]),
  interface: refused('cmpp-lb binds to addresses only; write one of that interface', [1, 1]),
  maxconn: refused('a single address has no limit; write maxconn in the section', [1, 1]),
  namespace: refused('cmpp-lb stays in its own network namespace', [1, 1]),
  'accept-netscaler-cip': refused('cmpp-lb reads PROXY headers only; write accept-proxy', [1, 1]),
  ssl: refused(NO_TLS, [0, 0]),
  transparent: refused('cmpp-lb listens on addresses of its own machine only; write one', [0, 0]),
  uid: refused(UNIX_OWNER, [1, 1]),
  user: refused(UNIX_OWNER, [1, 1]),
  verify: refused(TLS_ONLY, [1, 1]),
};
