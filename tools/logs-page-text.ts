/** The parts of docs/logs.md that are written by hand. Pure. */

export const LOGS_HEAD = `# Logs

cmpp-lb writes one line when a session begins and one when it ends, and a line for what happens to the process itself.
It writes nothing for a message that passes. No line holds a secret or the text of a message. What a peer sent is
escaped: each byte outside 0x21..0x7e, and the backslash, stands there as \`\\xNN\`, so that no SP can write lines of its
own or steer your terminal.

<!-- Drawn from the catalogue in src/log/event.ts by \`npm run generate\`; a test fails when this page is stale. -->

## Where it goes

- **stdout or stderr**, for systemd and containers.
- **A file**, which is opened for appending. For logrotate, use \`copytruncate\`.
- **syslog**: a UDP datagram for each line, in the frame of RFC 3164 as HAProxy sends it (without a host name, which the
  receiver adds), with your facility and the severity err, warning, info or debug. A line is cut at 8,192 bytes.

The log never holds up the traffic. While the disk is full, or whoever reads the pipe is slow, up to 16 MB of lines wait
in memory. Those that come then are left out and counted, and the log says so with \`lines-lost\` when it goes on. At the
end of the process, lines that wait have two seconds to get out.

With \`dontlognull\`, a session whose client never sent a byte (a port scan, a TCP health check) is left out, unless it was
refused for a limit.

## The format json

One object a line. Every line has \`level\` (\`debug\`, \`info\`, \`warn\`, \`error\`), \`time\` (UTC), \`pid\`, \`event\`, and
\`msg\`, which says the same as the fields in a sentence for people. The other fields belong to the event. All numbers
are whole. A field that does not apply is left out. The examples have a line for each field only to fit on this page.
`;

export const TCPLOG_HEAD = `## The format tcplog

The end of a session is HAProxy's tcplog line, so that what you have to read HAProxy's lines reads these too. What
HAProxy has no place for follows in braces. Times are local. To a file, stdout or stderr, a line begins with its time and
the process, as it would in syslog's files.
`;

/** Of each part of the tcplog line: our example, HAProxy's name, the field in JSON, and what it is. */
export const tcplogFields: readonly (readonly string[])[] = [
  [
    '`198.51.100.7:49347`',
    '`%ci:%cp`',
    '`source`',
    'the client; an IPv6 address stands without brackets, as in HAProxy',
  ],
  ['`[21/Nov/2026:19:34:36.236]`', '`%t`', '`acceptedMs`', 'when it was accepted'],
  ['`persistent_connection_frontend`', '`%ft`', '`frontend`', 'the frontend'],
  [
    '`persistent_connection_backend/server2`',
    '`%b/%s`',
    '`backend`, `server`',
    'where it was; `<NOSRV>` if it came to no server',
  ],
  [
    '`0/3/15838`',
    '`%Tw/%Tc/%Tt`',
    '`waitMs`, `connectMs`, `durationMs`',
    'milliseconds in the queue, to connect, in all; -1 if it did not come so far',
  ],
  ['`513`', '`%B`', '`bytesOut`', 'bytes to the client'],
  ['`SD`', '`%ts`', '`reason`', 'who ended it, and in which phase: see [close-reasons.md](close-reasons.md)'],
  [
    '`240/240/239/79/0`',
    '`%ac/%fc/%bc/%sc/%rc`',
    '`actconn`, `feconn`, `beconn`, `srvconn`, `retries`',
    'sessions of the process, frontend, backend, server; retries, with a `+` if `redispatched`',
  ],
  ['`0/0`', '`%sq/%bq`', '`srvQueue`, `backendQueue`', 'sessions before it in the queues'],
  [
    '`cmpp{900001|3.0|2|server-lost}`',
    '',
    '`account`, `version`, `unanswered`, `reason`',
    'ours; empty where it does not apply; in an account, `{`, `}` and the bar are escaped too',
  ],
];
