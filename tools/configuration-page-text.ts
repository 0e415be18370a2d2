/** The parts of docs/configuration.md that are written by hand. Pure. */

import { REFUSED_AT_ONCE } from '../src/balancer/admission.js';
import { durationText, LONGEST_DURATION_MS } from '../src/config/quantity.js';
import { READ_BYTES } from '../src/proxy/connection.js';

export function introductionText(example: string): string {
  return `# Configuration

<!-- Drawn from the schema in src/config/file-schema.ts by \`npm run generate\`; a test fails when this page is stale. -->

One YAML file, with HAProxy’s keywords in kebab-case. This one is used when there is no other:

\`\`\`yaml
${example.trim()}
\`\`\`

Without a path, cmpp-lb takes the first of these that exists:

1. \`./cmpp-lb.yaml\`
2. \`/etc/cmpp-lb/cmpp-lb.yaml\`
3. \`config/default.yaml\`, which comes with it (the one above)

\`cmpp-lb check FILE\` prints every problem at once, each with its place, what was expected and what to write, then the
warnings. It ends with 0 when the file is sound and 1 when it is not; with problems, nothing starts.

\`\`\`text
cmpp-lb.yaml:12:14: backends.smsc.timeout.connect: expected a duration such as 5s or 200ms, at most 24d, got "5 sec"; write 5s
cmpp-lb.yaml:15:5: backends.smsc.ballance: unknown key "ballance"; did you mean "balance"?
\`\`\`

\`config/full.yaml\` shows every key with its default. For completion and checks while writing, point the editor to
\`config/cmpp-lb.schema.json\`, with this as the first line of the file (the path counts from the file):

\`\`\`text
# yaml-language-server: $schema=cmpp-lb.schema.json
\`\`\``;
}

export const VALUES = `## How values are written

- **Durations** have a unit: \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, as in \`200ms\`, \`5s\`, \`1h\`. They are above 0 and at most
  \`${durationText(LONGEST_DURATION_MS)}\`. A number without a unit, which haproxy.cfg takes for milliseconds, is refused.
- **Sizes** are whole numbers, of bytes or of entries, and may end in \`k\`, \`m\` or \`g\`, powers of 1024: \`8k\` is 8192,
  \`200k\` is 204,800.
- **Rates** are whole numbers a second or a minute: \`500/s\`, \`30/m\`.
- **Addresses to listen on**: \`"*:9999"\` (every IPv4 address), \`127.0.0.1:9999\`, \`"[::]:9999"\` (every IPv6 address),
  \`"[::1]:9999"\`, \`unix:/run/cmpp-lb/sp.sock\`. Port 0 lets the system choose.
- **Addresses of servers**: \`10.0.0.7:7890\`, \`"[fd00::7]:7890"\`, \`smsc1.example.net:7890\`, \`unix:/run/smsc.sock\`.
- **Names** of frontends, backends and servers consist of letters, digits and \`. _ - :\`.
- **Quotes** are needed where a value begins with \`*\`, \`[\`, \`{\`, \`&\` or \`!\`, which mean something in YAML, and for
  digits that are no number, such as the permission \`"0600"\`.
- Anchors and aliases of YAML work; tags and merge keys (\`<<\`) do not.`;

export const CHECKS = `## How servers are checked

A server is **up** until \`fall\` probes in a row have failed, and then **down** until \`rise\` in a row have passed. A server
that is down takes no new session. While it is on the way, probes come every \`fastinter\`; while it is down, every
\`downinter\`.

| What happens                                 | Seen by                     | Down after                           |
| -------------------------------------------- | --------------------------- | ------------------------------------ |
| the process ends, and connections are refused | every type                  | \`fall\` x \`inter\`, mostly sooner    |
| it hangs, and the system accepts for it      | \`cmpp\`, \`tcp-script\`      | \`fall\` x \`inter\` at most           |
| logins are answered, ACTIVE_TEST is not      | \`cmpp\` with \`account\`     | \`fall\` x \`inter\` at most           |
| live messages are not answered               | \`observe\`                 | \`unanswered\`                       |
| it refuses or breaks many live connections   | \`observe\`                 | \`link-losses\` of them, \`within\`    |
| it answers that it is busy                   | \`observe\`                 | \`busy\` percent of them, \`within\`   |

With the defaults, \`fall\` x \`inter\` is 6 s. So that it holds for a server that hangs, a probe is given up after
\`inter\` x (\`fall\` - 1) / \`fall\` (half of \`inter\` where \`fall\` is 1), even where \`timeout.check\` is longer.

**The account of a probe** should be one that the platform made for it: it logs in to every server, sends no messages,
and its logins must not count against the limits of an SP. Without an account, a probe logs in as nobody and is refused,
which shows no more than that the gateway answers; expect a line about each in the gateway’s log.

**The secret** is \`{ env: NAME }\`, an environment variable, or \`{ file: PATH }\`, a file whose path counts from the folder
of the configuration. \`check\` and \`start\` refuse a configuration whose secret is not there. No message ever shows one.

**A script** (\`type: tcp-script\`) is HAProxy’s \`tcp-check\`: it connects, sends, and waits for answers, in this order. Each
expectation looks at what has come since the last one.

    check:
      type: tcp-script
      script:
        - send: "PING\\r\\n"
        - expect-string: "+PONG"

**What a server says about \`check\`** is laid over its backend’s: \`check: { inter: 10s }\` changes that and keeps the rest;
\`check: off\` leaves the server unprobed, and always up. One that is probed at another address or port gets no PROXY
header with the probe, even with \`send-proxy\`.`;

export const BY_DESIGN = `## What is by design and has no key

- **What waits for a slow peer** is at most one read of ${READ_BYTES / 1024} kB and one frame that is not whole yet, in each direction of
  a session. The other side is not read until the peer has taken it.
- **IPv4 and IPv6** are apart: \`*\` means IPv4 only and \`[::]\` IPv6 only, whatever the system’s default is. For both,
  write both: \`["*:9999", "[::]:9999"]\`.
- **Who comes beyond \`maxconn\` or \`source-maxconn\`** is heard in mode cmpp, so that the login can be refused with
  CONNECT_RESP status 5; but only ${REFUSED_AT_ONCE} at once in each frontend. All others, and all in mode tcp, are closed unheard.
- **\`source-maxconn\` behind a trusted sender** counts the address in the PROXY header. A header without one (LOCAL,
  UNKNOWN) leaves the sender’s own.`;

export function accountsText(example: string): string {
  return `## The accounts file

\`cmpp-lb smsc --accounts FILE\` and \`cmpp-lb sp --accounts FILE\` read the accounts that they simulate from a file of its
own, under their Source_Addr of 1 to 6 characters:

\`\`\`yaml
${example.trim()}
\`\`\`

A **secret** is \`{ env: NAME }\`, an environment variable, or \`{ file: PATH }\`, a file whose path counts from the folder
of the accounts file; a newline at its end does not belong to the secret. A secret that stands in the file itself works
too, with a warning. No message ever shows one.`;
}
