/** The keywords of the sections that sessions go through which are no key of ours, and why. A table; pure. */

import { note, refused } from './keyword.js';
import type { KeywordTable, Meaning } from './keyword.js';
import type { Proxy } from './proxy.js';

const HTTP = 'only for HTTP';
const NO_RULES =
  'cmpp-lb has no rules of this kind, and without it would let in whom HAProxy refuses; write it in the firewall, then remove it';
const NO_PROTOCOL_CHECK = 'write option tcp-check, with tcp-check rules for what is to be sent and expected';

function forEach(names: readonly string[], meaning: Meaning<unknown>): KeywordTable<Proxy> {
  return Object.fromEntries(names.map((name) => [name, meaning]));
}

export const passedOverKeywords: KeywordTable<Proxy> = {
  acl: note('cmpp-lb asks no conditions; the rules that have one are refused, each at its place'),
  fullconn: note('maxconn of a server does not move with the load'),
  'email-alert': note('no mail is sent; let what reads the log send it'),
  errorfile: note(HTTP),
  'error-log-format': note('global.log.format of cmpp-lb.yaml says the form of lines: json or tcplog'),
  'external-check': refused('cmpp-lb starts no other programs; write option tcp-check with tcp-check rules'),
  id: note('sections are known by their names'),
  'load-server-state-from-file': note(
    'its own file keeps states: write global.state-file in a cmpp-lb.yaml, see cmpp-lb convert',
  ),
  'log-format': note('global.log.format of cmpp-lb.yaml says the form of lines: json or tcplog'),
  'log-format-sd': note('global.log.format of cmpp-lb.yaml says the form of lines: json or tcplog'),
  'log-tag': note('lines are tagged cmpp-lb'),
  'server-state-file-name': note(
    'its own file keeps states: write global.state-file in a cmpp-lb.yaml, see cmpp-lb convert',
  ),
  'unique-id-format': note(HTTP),
  'tcp-request inspect-delay': note(
    'timeout login of cmpp-lb.yaml says how long a login may take; in mode tcp nothing is waited for',
  ),
  ...forEach(
    ['tcp-request connection', 'tcp-request content', 'tcp-request session', 'tcp-response content'],
    refused(NO_RULES),
  ),
  'tcp-response inspect-delay': note('nothing is waited for before a server’s bytes are passed on'),
  'rate-limit sessions': refused('cmpp-lb does not slow down the accepting of connections; write maxconn'),
  'max-session-srv-conns': note(HTTP),
  'server-template': refused('write a server line for each server'),
  dispatch: refused('write a server line'),
  source: refused('cmpp-lb leaves the address that it connects from to the system; set a route instead'),
  usesrc: refused('servers are told the client’s address by send-proxy'),
  'use-server': refused('cmpp-lb chooses no server by a condition; write a frontend and a backend for it'),
  'force-persist': refused('cmpp-lb chooses no server by a condition; remove it'),
  'ignore-persist': refused('cmpp-lb chooses no server by a condition; remove it'),
  'persist rdp-cookie': refused('cmpp-lb does not read RDP; write balance source'),
  filter: refused('cmpp-lb has no filters; remove it'),
  'timeout tunnel': refused('write the same time as timeout client and timeout server'),

  ...forEach(
    ['cookie', 'capture', 'compression', 'errorfiles', 'errorloc', 'errorloc302', 'errorloc303', 'http-after-response']
      .concat(['http-check', 'http-error', 'http-response', 'http-reuse', 'http-send-name-header', 'monitor'])
      .concat(['monitor-uri', 'redirect', 'retry-on', 'unique-id-header', 'declare', 'option forwardfor'])
      .concat(['option accept-invalid-http-request', 'option accept-invalid-http-response', 'option checkcache'])
      .concat(['option disable-h2-upgrade', 'option h1-case-adjust-bogus-client', 'option h1-case-adjust-bogus-server'])
      .concat(['option http-buffer-request', 'option http-ignore-probes', 'option http-keep-alive'])
      .concat(['option http-no-delay', 'option http-pretend-keepalive', 'option http-restrict-req-hdr-names'])
      .concat(['option http-server-close', 'option http-use-htx', 'option http-use-proxy-header', 'option httpclose'])
      .concat(['option httplog', 'option httpslog', 'option originalto', 'option prefer-last-server'])
      .concat(['timeout http-keep-alive', 'timeout http-request', 'timeout tarpit', 'timeout client-hs']),
    note(HTTP),
  ),
  'option abortonclose': note('a session whose client has gone waits for no server'),
  'option clitcpka': note('timeout client finds a silent client'),
  'option contstats': note('what passes is counted as it passes'),
  'option dontlog-normal': refused(
    'every session is logged at its end; write log ADDRESS FACILITY notice for warnings only',
  ),
  'option idle-close-on-response': note(HTTP),
  'option independent-streams': note('the two directions have a timeout each'),
  'option log-health-checks': note('a change of a server’s state is always logged, with what the check found'),
  'option log-separate-errors': note('each line has its level'),
  'option logasap': note('sessions are logged at their end'),
  'option nolinger': note('connections are closed in order'),
  'option persist': note('a session whose server is down goes to another one'),
  'option socket-stats': note('listeners are counted together, by frontend'),
  'option splice-auto': note('bytes are passed on by the process itself'),
  'option splice-request': note('bytes are passed on by the process itself'),
  'option splice-response': note('bytes are passed on by the process itself'),
  'option srvtcpka': note('timeout server and the check find a silent server'),
  'option tcp-smart-accept': note('the system sends its acknowledgements as it likes'),
  'option tcp-smart-connect': note('the system sends its acknowledgements as it likes'),
  'option tcpka': note('timeouts and the check find a silent peer'),
  'option transparent': refused('cmpp-lb connects to the servers of a backend only; write server lines'),
  ...forEach(
    ['httpchk', 'ldap-check', 'mysql-check', 'pgsql-check', 'redis-check', 'smtpchk', 'spop-check', 'ssl-hello-chk']
      .concat('external-check')
      .map((name) => `option ${name}`),
    refused(NO_PROTOCOL_CHECK),
  ),
};
