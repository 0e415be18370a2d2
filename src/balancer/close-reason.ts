/**
 * The closed list of reasons why a session ends. Pure.
 *
 * The word is the log's `reason`, the counter's label and the heading in docs/close-reasons.md, which is drawn from here.
 */

interface CloseReasonFacts {
  /** The termination state of HAProxy's tcplog line: who ended it, and in which phase. */
  readonly tcplog: string;
  /** What happened, as a sentence for the operator. */
  readonly means: string;
  /** What to look at or to do. */
  readonly action: string;
}

const facts = {
  'client-terminate': {
    tcplog: '--',
    means: 'The SP sent TERMINATE: a clean logout.',
    action: 'Nothing to do.',
  },
  'server-terminate': {
    tcplog: 'SD',
    means: 'The server sent TERMINATE: it ended the session on purpose.',
    action: 'Expected when the gateway is restarted; otherwise its log says why.',
  },
  'client-closed': {
    tcplog: '--',
    means: 'The client closed its connection (FIN) without TERMINATE.',
    action: 'Normal for many SPs. With unanswered SUBMITs, the SP gave up waiting: look at the server.',
  },
  'client-reset': {
    tcplog: 'CD',
    means: 'The client’s connection broke (reset, unreachable).',
    action: 'The SP was killed or the network lost it. Many at once from one network: a firewall or NAT forgot them.',
  },
  'server-closed': {
    tcplog: '--',
    means: 'The server closed its connection (FIN); in mode tcp that is a normal end.',
    action: 'Nothing to do.',
  },
  'server-lost': {
    tcplog: 'SD',
    means:
      'The server closed its connection (FIN) without TERMINATE, so the gateway stopped or was killed. The SP got TERMINATE.',
    action: 'Look at the gateway. `unanswered` in the log line counts the requests whose answers were lost.',
  },
  'server-reset': {
    tcplog: 'SD',
    means: 'The server’s connection broke (reset, unreachable). In mode cmpp the SP got TERMINATE.',
    action: 'The gateway crashed or the network to it broke. `unanswered` counts the lost answers.',
  },
  'client-timeout': {
    tcplog: 'cD',
    means:
      'For `timeout client` nothing was read from the client and nothing could be written to it; or something waited for it all that time, and it took nothing.',
    action: 'The SP is gone without closing, or it reads no more. SPs that send no ACTIVE_TEST need a longer timeout.',
  },
  'server-timeout': {
    tcplog: 'sD',
    means:
      'For `timeout server` nothing was read from the server and nothing could be written to it; or something waited for it all that time, and it took nothing.',
    action: 'The gateway hangs. Look at it, or take it out of the configuration.',
  },
  'client-silent': {
    tcplog: 'cD',
    means: 'The client said nothing, and did not answer our ACTIVE_TESTs (`heartbeat`): its connection is half open.',
    action: 'The SP was switched off, or a firewall or NAT has forgotten the connection. Its place is free again.',
  },
  'server-silent': {
    tcplog: 'sD',
    means: 'The server said nothing, and did not answer our ACTIVE_TESTs (`heartbeat`). The SP got TERMINATE.',
    action:
      'The gateway hangs, or the network to it is gone: look at it. With `on-link-lost: move` sessions move instead.',
  },
  'client-fin-timeout': {
    tcplog: 'cD',
    means: 'The server’s side had ended, and the client did not close within `timeout client-fin`.',
    action: 'Harmless; the place is free again.',
  },
  'server-fin-timeout': {
    tcplog: 'sD',
    means: 'The client’s side had ended, and the server did not close within `timeout server-fin`.',
    action: 'Harmless, unless it is frequent: then the gateway does not close its connections.',
  },
  'client-frame': {
    tcplog: 'PD',
    means:
      'After login the client sent a Total_Length below 12 or above `max-frame`: its stream is unreadable from there.',
    action: 'A broken or hostile client. If its frames are legal and longer, raise `max-frame`.',
  },
  'server-frame': {
    tcplog: 'PD',
    means:
      'After login the server sent a Total_Length below 12 or above `max-frame`: its stream is unreadable from there. The SP got TERMINATE.',
    action: 'Look at the gateway. If its frames are legal and longer, raise `max-frame`.',
  },
  'in-doubt': {
    tcplog: 'SD',
    means: 'The server was lost with SUBMITs unanswered, and `in-doubt: close` ends such sessions.',
    action: 'Look at the gateway. The SP sends again what had no answer; see [moving.md](moving.md).',
  },
  'hold-timeout': {
    tcplog: 'SD',
    means: 'The server was lost, and for `hold-timeout` no other one took the session.',
    action: 'Look at the gateways: none accepts sessions, or all refuse this login (`server-failed` in the log).',
  },
  'login-aborted': {
    tcplog: 'CR',
    means: 'The client closed before its CONNECT was complete.',
    action: 'A port scan or a plain TCP health check. With `dontlognull`, those that sent no byte are not logged.',
  },
  'login-timeout': {
    tcplog: 'cR',
    means: 'No complete CONNECT came within `timeout login`.',
    action: 'A silent or very slow client, or another protocol whose client waits for the server to speak first.',
  },
  'login-http': {
    tcplog: 'PR',
    means: 'The client spoke HTTP.',
    action: 'A probe or a browser on the CMPP port; point it at something else.',
  },
  'login-tls': {
    tcplog: 'PR',
    means: 'The client began a TLS handshake.',
    action: 'CMPP is not encrypted here; the client must connect without TLS.',
  },
  'login-proxy-header': {
    tcplog: 'PR',
    means: 'A PROXY header came from a sender that is not trusted, or a trusted one sent none or a broken one.',
    action: 'List the sender under `accept-proxy`, or take it off that list.',
  },
  'login-length': {
    tcplog: 'PR',
    means: 'The first PDU’s Total_Length is not a CONNECT’s 39.',
    action: 'Not CMPP; or, with 27, a client that leaves the 12 header bytes out of Total_Length and must be mended.',
  },
  'login-not-connect': {
    tcplog: 'PR',
    means: 'The first PDU was not CONNECT.',
    action: 'The client must log in first. Only ACTIVE_TEST is answered before that, a few times.',
  },
  maxconn: {
    tcplog: 'PR',
    means: '`maxconn` of the process or of the frontend is reached. The SP got a CONNECT_RESP with status 5.',
    action: 'Raise `maxconn`, and LimitNOFILE with it, or find out who holds the connections.',
  },
  'source-maxconn': {
    tcplog: 'PR',
    means: 'This source address holds `source-maxconn` connections already. The SP got a CONNECT_RESP with status 5.',
    action: 'Raise `source-maxconn`, or ask the SP why it connects so often.',
  },
  'account-unknown': {
    tcplog: 'PR',
    means:
      'The account is not listed under `accounts`, and `unknown-accounts` is refuse. The SP got a CONNECT_RESP with status 3.',
    action: 'List the account, as the log line writes it; or it is a guess, and `source` says whose.',
  },
  'account-address': {
    tcplog: 'PR',
    means: 'The account may not log in from this address. The SP got a CONNECT_RESP with status 2.',
    action: 'Add the address to the account’s `allow-from`, or ask the SP why it comes from there.',
  },
  'account-locked': {
    tcplog: 'PR',
    means:
      'So many wrong secrets came for this account from this address that none is looked at for a minute. The SP got a CONNECT_RESP with status 3.',
    action: 'See account-secret. The `account-locked-out` line says when it began.',
  },
  'account-secret': {
    tcplog: 'PR',
    means:
      'The CONNECT was not signed with the account’s `shared-secret`. The SP got a CONNECT_RESP with status 3, and no gateway saw it.',
    action: 'Compare the secrets of both sides. Right before, and wrong now: somebody has changed one of them.',
  },
  'account-clock': {
    tcplog: 'PR',
    means:
      'The CONNECT is signed as it should be, and its Timestamp is outside of `clock-window`: an old one that is sent again, or a wrong clock. The SP got a CONNECT_RESP with status 3.',
    action:
      '`detail` says how far it is off. 28,800 s are a clock in UTC: Timestamp is the time in China. Otherwise compare the clocks.',
  },
  'account-maxconn': {
    tcplog: 'PR',
    means: 'The account has `max-connections` sessions already. The SP got a CONNECT_RESP with status 5.',
    action:
      'Raise `max-connections`, or ask the SP why it connects so often. Where its old connections are dead, `on-max-connections: replace` ends them.',
  },
  'account-replaced': {
    tcplog: 'K-',
    means:
      'The account has logged in anew beyond `max-connections`, and `on-max-connections: replace` ends the session of which nothing was heard for longest. Both sides got TERMINATE.',
    action: 'Nothing to do, if it was dead. If living sessions are replaced all the time, raise `max-connections`.',
  },
  'queue-timeout': {
    tcplog: 'sQ',
    means:
      'Every server that may take the session was full for `timeout queue`. The SP got a CONNECT_RESP with status 5.',
    action: 'Raise the servers’ `maxconn`, or add servers.',
  },
  'queue-aborted': {
    tcplog: 'CQ',
    means: 'The client closed while it waited for a place on a full server.',
    action: 'The same as for queue-timeout; the SP’s patience was the shorter one.',
  },
  'no-server': {
    tcplog: 'SC',
    means:
      'The backend has no server that may take a session: all are down, in maintenance, draining or of weight 0. The SP got a CONNECT_RESP with status 5.',
    action: 'The `server-down` lines before it say which server went when, and why.',
  },
  'min-up': {
    tcplog: 'SC',
    means: 'Fewer servers than `min-up` may take sessions. The SP got a CONNECT_RESP with status 5.',
    action: 'Bring servers back. Lower `min-up` only if the ones that are left can carry everybody.',
  },
  'server-marked-down': {
    tcplog: 'D-',
    means:
      'Its server was marked DOWN. With `on-marked-down: close` the SP got TERMINATE; where that server was the last one tried for a login, a CONNECT_RESP with status 5.',
    action: 'The `server-down` line of that moment says why. `unanswered` counts the requests whose answers were lost.',
  },
  'backup-released': {
    tcplog: 'U-',
    means:
      'A server came back, and the backend says `on-marked-up: close-backup-sessions`. The SP got TERMINATE and comes again.',
    action: 'Nothing to do.',
  },
  'connect-aborted': {
    tcplog: 'CC',
    means: 'The client closed while the server was being dialled or had not answered its CONNECT.',
    action: 'The SP waits for less time than the servers need; look for a slow server.',
  },
  'connect-refused': {
    tcplog: 'SC',
    means: 'Every try to reach a server failed, the last one by refusal or an unreachable address.',
    action: 'The gateway is not running, or its address is wrong. The SP got a CONNECT_RESP with status 5.',
  },
  'connect-timeout': {
    tcplog: 'sC',
    means: 'Every try to reach a server failed, the last one after `timeout connect`.',
    action: 'The gateway’s host is down or a firewall drops packets. The SP got a CONNECT_RESP with status 5.',
  },
  'login-unanswered': {
    tcplog: 'sC',
    means: 'Servers accepted the connection, but the last one tried never answered the CONNECT, or answered no CMPP.',
    action: 'The gateway hangs. The SP got a CONNECT_RESP with status 5.',
  },
  'login-refused': {
    tcplog: 'SR',
    means: 'The server answered the CONNECT with a status other than 0, and the SP was given that answer.',
    action:
      'Look up `status` in the log line: 2 address, 3 secret or timestamp, 4 version, 5 and above the gateway’s own.',
  },
  shutdown: {
    tcplog: 'K-',
    means: 'The balancer was told to stop, and sent TERMINATE to both sides.',
    action: 'Nothing to do.',
  },
  killed: {
    tcplog: 'K-',
    means: 'The operator ended it: `shutdown session` or `shutdown sessions server`. Both sides got TERMINATE.',
    action: 'Nothing to do. The `command` line of that moment says who gave the command.',
  },
  'internal-error': {
    tcplog: 'ID',
    means: 'A fault in cmpp-lb itself; the log line before it has the stack.',
    action: 'Please report it with that line. No other session is harmed.',
  },
} as const satisfies Record<string, CloseReasonFacts>;

export type CloseReason = keyof typeof facts;

const isReason = (word: string): word is CloseReason => Object.hasOwn(facts, word);

/** All of them, in the order of a session's life. */
export const closeReasons: readonly CloseReason[] = Object.keys(facts).filter(isReason);

export function factsOf(reason: CloseReason): CloseReasonFacts {
  return facts[reason];
}
