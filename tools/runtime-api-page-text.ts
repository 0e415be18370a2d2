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
\`level\` allows. An address that other machines reach is refused.

## From the shell

    cmpp-lb status                      # backends and servers as a table; --json
    cmpp-lb drain smsc/server2          # no new sessions; those that are there stay
    cmpp-lb maint smsc/server2          # the same, and no checks
    cmpp-lb ready smsc/server2
    cmpp-lb reload                      # read the configuration anew: see reload.md
    cmpp-lb ctl "show sess"             # any command of the table below

They find the socket in the configuration that \`cmpp-lb start\` would take, in that of \`-c FILE\`, or by \`-s SOCKET\`.

| exit code | \`ctl\`, \`drain\`, \`maint\`, \`ready\` | \`status\`                       |
| --------- | --------------------------------- | ------------------------------ |
| 0         | done                              | every backend takes sessions   |
| 1         | refused; what was answered says why | a backend takes none         |
| 2         | nobody answered                   | nobody answered                |

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
\`show session\` says what only a balancer that knows CMPP can: account, version, server and why it was chosen, PDUs by
command, what has been asked and not answered, and for how long.

\`shutdown session\` and \`shutdown sessions server\` send TERMINATE to both sides and wait for five seconds at most. The
reason is [killed](close-reasons.md#killed), in tcplog \`K-\`.

## What differs from HAProxy

- \`clear table\` needs the level admin; HAProxy 2.6 lets anybody.
- What HAProxy takes without a word and does not do is refused: \`set maxconn frontend\` with no number, a port above 65535,
  the health of a server that is not checked.
- A percentage that would give a weight below one gives one, and says so: weights are whole.
- \`set server … health stopping\`, \`show stat up|no-maint|desc\` and the commands about maps, ACLs, certificates, agents,
  threads and pools are not there.
- \`add server\` is taken by every \`balance\`, and refuses parameters that HAProxy takes and that would do nothing here.
- \`reload\` is our own: HAProxy starts a new process.
- \`show errors\` never has an event: what was wrong with a stream is in its session's last line.
- A key of a stick table on accounts is shown as it is; an entry under a living session can be cleared, and the session
  stays.
- An address of memory, as in \`show sess\` and \`show table\`, is a number or a key here.
`;
