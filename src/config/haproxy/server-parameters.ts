/** What becomes of each parameter of a `server` or `default-server` line. A table; pure. */

import { INIT_STATES } from '../../health/rules.js';
import { note, refused, said, valued } from './keyword.js';
import type { KeywordTable, Meaning, Setting, WithSettings } from './keyword.js';
import { addressOf, choice, duration, wholeNumber, word } from './values.js';

const NO_TLS = 'cmpp-lb opens no TLS; let stunnel stand before the server, and write its address';
const TLS_ONLY = 'only for TLS, which cmpp-lb does not speak; remove it';
const NO_AGENT = 'cmpp-lb asks no agent; use check, and let the operator set weights';
const LOCAL_ADDRESS = 'cmpp-lb leaves the address that it connects from to the system; set a route instead';

const checkAddress: Meaning<WithSettings> = {
  kind: 'key',
  side: 'both',
  words: [1, 1],
  expected: 'an address',
  read: ({ place, words: [address], remarks }, { settings }) => {
    const read = addressOf(address?.text ?? '');
    if (read?.kind !== 'tcp') {
      remarks.problem(place, 'expected an address such as 10.0.0.8');
      return;
    }
    settings.set('check.address', { value: read.host, place });
    if (read.port !== '') settings.set('check.port', portSetting(read.port, place));
  },
};

function portSetting(port: string, place: Setting['place']): Setting {
  return { value: wholeNumber.read(port) ?? port, place };
}

export const serverParameters: KeywordTable<WithSettings> = {
  addr: checkAddress,
  backup: said('backup', true),
  check: said('check', true),
  disabled: said('disabled', true),
  downinter: valued('check.downinter', duration),
  enabled: {
    kind: 'key',
    side: 'both',
    words: [0, 0],
    expected: 'nothing',
    read: (_use, { settings }) => void settings.delete('disabled'),
  },
  'error-limit': valued('error-limit', wholeNumber),
  fall: valued('check.fall', wholeNumber),
  fastinter: valued('check.fastinter', duration),
  'init-state': valued('check.init-state', choice(...INIT_STATES)),
  inter: valued('check.inter', duration),
  maxconn: valued('maxconn', wholeNumber),
  observe: valued('observe', choice('layer4', 'layer7')),
  'on-error': valued('on-error', choice('fastinter', 'fail-check', 'sudden-death', 'mark-down')),
  'on-marked-down': valued('on-marked-down', choice('shutdown-sessions')),
  'on-marked-up': valued('on-marked-up', choice('shutdown-backup-sessions')),
  port: valued('check.port', wholeNumber),
  rise: valued('check.rise', wholeNumber),
  'send-proxy': said('send-proxy', 'v1'),
  'send-proxy-v2': said('send-proxy', 'v2'),
  slowstart: valued('slowstart', duration),
  track: valued('track', word),
  weight: valued('weight', wholeNumber),

  cookie: note('only for HTTP; a session stays on its server anyway', [1, 1]),
  'check-send-proxy': note('a probe begins with a PROXY header wherever send-proxy is written', [0, 0]),
  id: note('servers are known by their names', [1, 1]),
  'init-addr': note('names are looked up for each connection, not at the start', [1, 1]),
  'resolve-net': note('the system chooses among the addresses of a name', [1, 1]),
  'resolve-opts': note('names are looked up by the system', [1, 1]),
  'resolve-prefer': note('the system chooses among the addresses of a name', [1, 1]),
  resolvers: note('names are looked up by the system, for each connection', [1, 1]),
  'no-tfo': note('connections are opened without it', [0, 0]),
  stick: note('every server is remembered by a stick table', [0, 0]),
  'tcp-ut': note('the system’s own time applies; timeout server finds a silent server', [1, 1]),
  tfo: note('connections are opened without it, which costs a round trip', [0, 0]),
  'check-proto': note('only for HTTP', [1, 1]),
  proto: note('only for HTTP', [1, 1]),
  'pool-low-conn': note('only for HTTP', [1, 1]),
  'pool-max-conn': note('only for HTTP', [1, 1]),
  'pool-purge-delay': note('only for HTTP', [1, 1]),
  'max-reuse': note('only for HTTP', [1, 1]),
  'log-proto': note('only in a ring section', [1, 1]),
  shard: note('only in a peers section', [1, 1]),
  verify: note(TLS_ONLY, [1, 1]),

  'agent-addr': refused(NO_AGENT, [1, 1]),
  'agent-check': refused(NO_AGENT, [0, 0]),
  'agent-inter': refused(NO_AGENT, [1, 1]),
  'agent-port': refused(NO_AGENT, [1, 1]),
  'agent-send': refused(NO_AGENT, [1, 1]),
  alpn: refused(TLS_ONLY, [1, 1]),
  'ca-file': refused(TLS_ONLY, [1, 1]),
  'check-ssl': refused(NO_TLS, [0, 0]),
  'check-sni': refused(TLS_ONLY, [1, 1]),
  'check-via-socks4': refused('cmpp-lb connects without a SOCKS proxy; set a route instead', [0, 0]),
  ciphers: refused(TLS_ONLY, [1, 1]),
  crt: refused(TLS_ONLY, [1, 1]),
  interface: refused(LOCAL_ADDRESS, [1, 1]),
  maxqueue: refused('the queue has no limit but timeout queue; write that', [1, 1]),
  minconn: refused('maxconn does not move with the load; write maxconn alone', [1, 1]),
  namespace: refused('cmpp-lb stays in its own network namespace; set a route instead', [1, 1]),
  'non-stick': refused(
    'a stick table remembers every server of its backend; give this one a backend of its own',
    [0, 0],
  ),
  'proxy-v2-options': refused('the header has the addresses only; write send-proxy-v2 alone', [1, 1]),
  redir: refused('only for HTTP; remove it', [1, 1]),
  'send-proxy-v2-ssl': refused('the header has the addresses only; write send-proxy-v2', [0, 0]),
  'send-proxy-v2-ssl-cn': refused('the header has the addresses only; write send-proxy-v2', [0, 0]),
  sni: refused(TLS_ONLY, [1, 1]),
  socks4: refused('cmpp-lb connects without a SOCKS proxy; set a route instead', [1, 1]),
  source: refused(LOCAL_ADDRESS, [1, 1]),
  ssl: refused(NO_TLS, [0, 0]),
  ws: refused('only for HTTP; remove it', [1, 1]),
};
