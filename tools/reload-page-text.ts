/** The parts of docs/reload.md that are written by hand. Pure. */

export const INTRODUCTION = `# Reload

<!-- Drawn from the tables in src/config by \`npm run generate\`; a test fails when this page is stale. -->

The configuration is read anew without a new process: the addresses stay bound, sessions live on, and stick tables, health,
counters and what the operator has set stay for all that is in both the old and the new file.

    cmpp-lb reload                      # prints what has changed
    cmpp-lb reload --dry-run            # prints what would change, and changes nothing; --json
    kill -HUP PID                       # the same; what has changed is in the log
    cmpp-lb ctl "reload dry-run"        # the same on the runtime socket: reload [dry-run] [json]

| exit code | \`cmpp-lb reload\`                                  |
| --------- | ------------------------------------------------- |
| 0         | done, or planned                                  |
| 1         | refused; the problems are on stderr               |
| 3         | nobody answered                                   |

## The plan

    + smsc/server4 10.0.0.4:7890
    ~ smsc/server2 weight 1→3
    ~ frontend sp timeout.client 1h→2h, for new sessions
    - smsc/server1: 212 sessions drain
    ! global log.to stdout→stderr needs a restart
    + account 900003 max-connections 4, window 16
    ~ account 900001 submit-rate 500/s→600/s
    - account 900002: 1 session stays

\`+\` is added, \`~\` changed, \`-\` removed; \`!\` is not done, and said again by every reload until a restart does it. The same
lines are in the [log](logs.md): the event \`reload\`. Of accounts that were added, changed or removed 20 are shown each, and how
many there are more; a secret never is. With \`--json\` each is an object with \`kind\`, \`path\`, \`from\`, \`to\`,
\`effect\` and \`sessions\`, all accounts among them.

## How it goes

1. The file is read and checked whole. A file with problems is refused: each is said with its line and column, by the
   command and in the log (\`reload-refused\`), and nothing changes.
2. The plan is made. \`--dry-run\` ends here; whether new addresses can be bound is not tried.
3. New addresses are bound. If one can't be, the others are given back, the reload is refused, and nothing changes.
4. Everything else changes in one step, in which no session is served.

Reloads come one after the other. One that waits reads the file when its turn comes; a further one is refused with a
sentence. So are reloads while the process stops. A file that is a haproxy.cfg is read with the \`--mode\` that the process was
started with.

## What becomes of what

| what                                | what a reload does with it                                                                           |
| ----------------------------------- | ---------------------------------------------------------------------------------------------------- |
| a session                           | lives on, on its server, by the rules that it began with (\`for new sessions\` below)                  |
| a server that is removed            | takes no new session, is shown as \`DRAIN\`, and is still checked; its sessions [move](moving.md) to others, \`move-rate\` a second, or with another \`on-marked-down\` than \`move\` stay until they end; with the last one it vanishes (\`server-gone\`), and what was counted of it stays in its backend’s sums |
| a backend or frontend that is removed | stays, behind the others, until its last session has ended. Who is logging in at that moment is still let in |
| one that comes back before that     | is the same again, with the settings of the file                                                     |
| a server with another name          | is another server: the old one is removed, the new one is added                                      |
| the operator’s weight, maxconn, address, wish (\`drain\`, \`maint\`) and closed frontends | stay, unless the file says something else of that very key than it did before  |
| an account that is removed          | is one that is not listed: its sessions stay, by the limits of \`default-account\`, or with \`unknown-accounts: refuse\` by those that they had |
| health                              | stays; a check that has changed begins anew with it                                                  |
| stick tables                        | stay, also for servers that are removed: who comes back is placed anew then                          |
| the numbers of servers              | are their places in the file, as after a start. \`hash-type: consistent\` places by them, as HAProxy does: take servers out at the end, or use maglev |
| who waits for a place               | chooses again among the servers that there are now                                                   |
| servers that \`add server\` has added | are removed, unless the file has them now; one that \`del server\` has removed is added if the file has it |

## What becomes of each key

\`at once\`: for living sessions too, as far as it concerns them. \`new sessions\`: for those that begin from now on. \`restart\`: not
before one.
`;

export const CONCLUSION = `
Where a key is left out, its default is compared: what is inherited from \`defaults\` changes for every section that inherits
it. Without \`maxconn\` the process’s limit is counted from the file descriptors, and so changes with addresses and checked
servers.

## Servers by command

    cmpp-lb ctl "add server smsc/server4 10.0.0.4:7890 weight 3 check inter 2s"
    cmpp-lb ctl "enable health smsc/server4"
    cmpp-lb ctl "set server smsc/server4 state ready"

\`add server BACKEND/NAME ADDRESS\` takes the parameters of a \`server\` line in haproxy.cfg: \`weight\`, \`maxconn\`, \`backup\`,
\`check\` with \`inter\`, \`fastinter\`, \`downinter\`, \`rise\`, \`fall\`, \`init-state\`, \`addr\` and \`port\`, \`track\`, \`slowstart\`,
\`send-proxy\`, \`send-proxy-v2\`. As in HAProxy a new server starts in maintenance, and with \`check\` its checks start with
\`enable health\`; it is checked as its backend’s servers are. Unlike HAProxy every \`balance\` takes servers at run time.

\`del server\` removes a server that is in maintenance, has no session and is not tracked by another one.

Both hold until the next reload, which goes by the file: its plan says \`- smsc/server4 (added by command)\`.
`;
