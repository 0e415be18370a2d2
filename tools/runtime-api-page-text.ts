/** The parts of docs/runtime-api.md that are written by hand. Pure. */

export const INTRODUCTION = `# The runtime API

<!-- Drawn from the table of commands in src/admin by \`npm run generate\`; a test fails when this page is stale. -->

A running balancer takes commands on a socket, in HAProxy's words and with HAProxy's framing: scripts, hatop and exporters
that talk to HAProxy's stats socket work as they are.

\`\`\`yaml
admin:
  socket: { path: /run/cmpp-lb/cmpp-lb.sock, mode: "0600", level: admin }
\`\`\`

A socket file that was left behind is replaced; one that somebody listens on is not, and the balancer says so and does not
start. Instead of the path, or beside it, \`address: 127.0.0.1:9990\` listens on a port, for tools that know no unix
sockets. There is no password: whoever may open the socket, and every user of the machine for a port, may do what its
\`level\` allows. An address that other machines reach is refused, and \`check\` warns of level admin where every user of the
machine reaches it.

A list gives several sockets rights of their own, here to root, to the group of the operators, and to whatever watches:

\`\`\`yaml
admin:
  socket:
    - { path: /run/cmpp-lb/cmpp-lb.sock }
    - { path: /run/cmpp-lb/operator.sock, mode: "0660", group: sms, level: operator }
    - { address: 127.0.0.1:9990, level: user }
\`\`\`

## From the shell

    cmpp-lb status                      # backends and servers as a table; --json
    cmpp-lb drain smsc/server2          # no new sessions; those that are there move to others
    cmpp-lb maint smsc/server2          # no new sessions and no checks; those that are there stay
    cmpp-lb ready smsc/server2
    cmpp-lb reload                      # read the configuration anew: see reload.md
    cmpp-lb ctl "show sess"             # any command of the table below

They find the socket in the configuration that \`cmpp-lb start\` would take, in that of \`-c FILE\`, or by \`-s SOCKET\`. Of
several sockets they take the one with the highest level that they can connect to.

[cli.md](cli.md) has their exit codes, and what \`--json\` prints.

With any tool that speaks to a socket:

    echo "show info;show stat" | socat stdio /run/cmpp-lb/cmpp-lb.sock

## Framing

One line holds one command, or several with \`;\` between them. A backslash takes from a character what it means: \`\\;\`,
\`\\ \`, \`\\\\\`. An answer ends with an empty line, and a change that needs no words answers the empty line alone. Behind the
answers the balancer closes the connection, unless the command \`prompt\` has made it interactive: then \`> \` follows each
answer, until \`quit\`. A line has at most 16,384 characters. A caller that is silent for longer than \`timeout\` is left; so is one
that does not read its answer.

Scripts that must know whether a command was carried out send \`verdict\` first: then each answer ends with the line
\`# done\` or \`# refused\`. \`cmpp-lb ctl\` does.

## Levels

\`user\` sees statistics and servers; \`operator\` sees sessions and accounts too; \`admin\` changes things. A caller may lower
its own level by \`operator\` or \`user\`. What is beyond it is answered with \`Permission denied\`.

Every command that changes something, or tries to, is a line in the [log](logs.md): the event \`command\`.

## Commands
`;

export const DIFFERENCES = `
\`enable server\` and \`disable server\` are followed by BACKEND/SERVER, as \`set server\` is.

## \`set server BACKEND/SERVER\`

| what follows                     | what it does                                                                                     |
| -------------------------------- | ------------------------------------------------------------------------------------------------ |
| \`state ready\\|drain\\|maint\`      | \`drain\`: no new session; \`maint\`: no checks either. Sessions stay in any case                    |
| \`weight N\` or \`weight P%\`        | 0 to 256, or percent of the weight that it was declared with. All algorithms follow              |
| \`health up\\|down\`               | for a server that is checked, until its checks say otherwise                                     |
| \`addr IP [port PORT]\`            | new sessions and checks go there at once; sessions that are open stay. A check with an address of its own stays where it is |

## Reload, and servers that come and go

\`reload\` reads the configuration anew; \`add server\` and \`del server\` hold until the next one. [reload.md](reload.md) says what
becomes of what.

## Sessions

\`show sess\` lists them, each with its number as \`0x412\`, which is the \`session\` 1042 of the log; commands take both.
The \`state\` of one is what it does now: \`recognising\` (no login yet), \`placing\` (it waits for a server), \`relaying\`, \`moving\` (its
server serves it, and another one is sought), \`held\` (what its SP asks waits for the next one), or \`ending\`.
\`show session\` says what only a balancer that knows CMPP can: account, version, server and why it was chosen, PDUs by
command, what has been asked and not answered, and for how long; and what each side has sent last: the last PDU of each of the
last eight reads, by its header, and how long ago that was. Between two of them there may have been more.

\`shutdown session\` and \`shutdown sessions server\` send TERMINATE to both sides and wait for five seconds at most. The
reason is [killed](close-reasons.md#killed), in tcplog \`K-\`.

## Accounts

\`show accounts\` has a line for each account that is logged in, was, or tried in vain; with an account's name, a line for
each of its figures. \`logins\` are the sessions that a server has accepted, \`not_accepted\` SUBMITs that were answered with
a Result other than 0, \`lost\` requests whose sessions ended before they were answered, \`rejected\` and \`delayed\` SUBMITs
beyond its [limits](accounts.md), and \`refused\` why logins got no session: [the reasons](close-reasons.md) with their
counts. 10,000 accounts without a session are remembered; then the one that has had none for the longest time is forgotten.

A byte of an account's name outside 0x21..0x7e, and the backslash, is shown as \`\\xNN\`, here and everywhere.

## Streams that can't be read

\`show errors [<px>] [request|response]\` shows of every frontend the last client that sent no login or an impossible
Total_Length, and of every backend the last server that did. Up to 512 bytes are kept, up to 256 of them from before the
PDU that is none, which \`error at position\` finds. A fault after the login is shown when its session has ended.

    [22/Nov/2026:02:49:28.032] backend smsc (#3): invalid response
      frontend sp (#2), server s1 (#1), event #0, src 192.0.2.1:40000
      session 0x1, server-frame: Total_Length 7, limit 12
      len 24, error at position 12

      00000  00 00 00 0c 00 00 00 08  00 00 00 09 00 00 00 07  ................
      00016  80 00 00 04 00 00 00 01                           ........

These bytes may hold what subscribers wrote. The digest of a CONNECT, with which anybody could log in, is shown as
asterisks.

## What differs from HAProxy

- \`clear table\` needs the level admin; HAProxy 2.6 lets anybody.
- What HAProxy takes without a word and does not do is refused: \`set maxconn frontend\` with no number, a port above 65535,
  the health of a server that is not checked.
- A percentage that would give a weight below one gives one, and says so: weights are whole.
- \`set server … health stopping\` and the commands about maps, ACLs, certificates, agents, threads and pools are not there.
- \`add server\` is taken by every \`balance\`, and refuses parameters that HAProxy takes and that would do nothing here.
- \`reload\` is our own: HAProxy starts a new process.
- \`show stat\` takes \`typed\`, \`json\`, \`desc\`, \`up\` and \`no-maint\` anywhere, also before the filter. With the last two
  HAProxy shows a backend as \`UP (2/3)\`; here it stays \`UP\`.
- Behind HAProxy's columns \`show stat\` has \`moving\`, \`held\`, \`moved_away\`, \`moved_here\`, \`moves_failed\` and \`in_doubt\` of
  servers and backends (see [moving.md](moving.md)), \`limited_rejected\` and \`limited_delayed\` of frontends (see
  [accounts.md](accounts.md)).
- \`show errors\` dumps bytes in hexadecimal, and says which session it was and why it ended.
- A key of a stick table on accounts is the account's name; an entry under a living session can be cleared, and the session
  stays.
- An address of memory, as in \`show sess\` and \`show table\`, is a number or a key here.
`;
