/**
 * The keys of cmpp-lb.yaml: what each may hold, its default and what it does. Written here only: the check of a file,
 * the JSON Schema for editors and the reference in docs/ are drawn from it. Pure.
 */

import * as z from 'zod';
import { ALGORITHM_NAMES, HASH_TYPE_NAMES } from '../balancer/algorithms.js';
import { redispatchNames } from '../balancer/placing-state.js';
import { STICK_KEY_NAMES } from '../balancer/stick-table.js';
import { accounts, defaultAccount, unknownAccounts } from './account-schema.js';
import { adminSection } from './admin-schema.js';
import { globalSection, MOST_CONNECTIONS } from './global-schema.js';
import {
  allBackups,
  check,
  checkTimeout,
  disabled,
  minUp,
  observe,
  onMarkedUp,
  serverCheck,
  slowstart,
  track,
} from './health-schema.js';
import {
  heartbeat,
  holdTimeout,
  inDoubt,
  loginConcurrency,
  moveRate,
  moveTimeout,
  onLinkLost,
  onMarkedDown,
  rebalance,
} from './move-schema.js';
import {
  duration,
  durationOrNever,
  expecting,
  flag,
  listen,
  named,
  oneOf,
  permission,
  section,
  sender,
  server,
  size,
  wholeNumber,
  word,
} from './scalars.js';
import { modeNames, proxyVersionNames } from './vocabulary.js';

const MOST_WEIGHT = 256;
/** Entries that a JavaScript Map can hold: 2^24. */
const MOST_STICK_ENTRIES = 16 * 1024 ** 2;
/** A CONNECT, the first frame of every session (specification 3.0, 7.4.1.1). */
const SHORTEST_MAX_FRAME_BYTES = 39;
const LARGEST_MAX_FRAME_BYTES = 1024 ** 2;

const mode = oneOf(modeNames).meta({
  description:
    'What is spoken: `cmpp` recognises logins and relays whole frames, `tcp` relays the bytes of any protocol.',
});
const balance = oneOf(ALGORITHM_NAMES).meta({
  description:
    'How a server is chosen. `source` and `account` give the same address or account the same server; `leastload` looks at unanswered SUBMITs, `leastconn` at sessions; `random` takes the better of two.',
});
const hashType = oneOf(HASH_TYPE_NAMES).meta({
  description:
    'How `source` and `account` spread. `maglev` is even and moves next to nobody when a server comes or goes; `map-based` and `consistent` choose what HAProxy chooses.',
});
const connectTimeout = duration().meta({ description: 'How long a server may take to accept a connection.' });
const loginTimeout = duration().meta({
  description: 'How long a PROXY header, a CONNECT, or the answer to a CONNECT may take to arrive.',
});
const clientTimeout = duration().meta({
  description: 'How long a client may be silent, or not take what waits for it.',
});
const serverTimeout = duration().meta({
  description: 'How long a server may be silent, or not take what waits for it.',
});
const clientFinTimeout = duration().meta({
  description:
    'How long a client may take to close once the server has closed, so that no half-closed session lingers.',
});
const serverFinTimeout = duration().meta({
  description:
    'How long a server may take to close once the client has closed, so that no half-closed session lingers.',
});
const queueTimeout = duration().meta({
  description: 'How long a session may wait for a place while every server is at its maxconn.',
  whenAbsent: 'the value of `connect`',
});
const frontendMaxconn = wholeNumber(1, MOST_CONNECTIONS).meta({
  description: 'Connections that a frontend holds at once; further logins are refused.',
  whenAbsent: 'the value of `global.maxconn`',
});
const retries = wholeNumber(0, 100).meta({
  description: 'How often a connection to a server is tried again after the first attempt.',
});
const redispatch = oneOf(redispatchNames).meta({
  description: 'Which retries go to another server than the one that failed.',
});
const maxFrame = size(SHORTEST_MAX_FRAME_BYTES, LARGEST_MAX_FRAME_BYTES).meta({
  description: 'Bytes of the longest frame in either direction; who sends a longer one is cut off.',
});
const dontlognull = flag().meta({
  description: 'Whether connections that end without having sent a byte stay out of the log.',
});

const defaultsSection = section({
  mode: mode.prefault('cmpp'),
  timeout: section({
    connect: connectTimeout.prefault('5s'),
    login: loginTimeout.prefault('10s'),
    client: clientTimeout.prefault('1h'),
    server: serverTimeout.prefault('1h'),
    'client-fin': clientFinTimeout.prefault('30s'),
    'server-fin': serverFinTimeout.prefault('30s'),
    queue: queueTimeout.optional(),
    check: checkTimeout.prefault('5s'),
    move: moveTimeout.prefault('5s'),
    hold: holdTimeout.prefault('90s'),
  }).prefault({}),
  maxconn: frontendMaxconn.optional(),
  balance: balance.prefault('roundrobin'),
  'hash-type': hashType.prefault('maglev'),
  retries: retries.prefault(3),
  redispatch: redispatch.prefault('every-retry'),
  'max-frame': maxFrame.prefault('8k'),
  dontlognull: dontlognull.prefault(true),
  heartbeat: heartbeat.meta({ whenAbsent: 'with its defaults' }).optional(),
});

const listenEntry = section({
  address: listen().meta({ description: 'As in the short form.' }),
  'accept-proxy': z
    .array(sender(), { error: expecting('a list such as [10.0.0.0/8, 192.0.2.1]') })
    .min(1, { error: 'expected at least one sender; remove the key to expect no PROXY header' })
    .meta({
      title: 'list of networks',
      description:
        'Senders that must begin with a PROXY header, v1 or v2, which is then believed; `unix` for whoever may open a unix socket. From others no header is accepted.',
      whenAbsent: 'nobody',
    })
    .optional(),
  mode: permission()
    .meta({ description: 'Who may open a unix socket.', whenAbsent: 'what the umask leaves' })
    .optional(),
});

const listenExpected = expecting(
  'an address such as "*:9999", keys ({ address: "*:9999", accept-proxy: [10.0.0.0/8] }), or a list of these',
  (input) => (typeof input === 'number' ? `"*:${input}"` : undefined),
);
const listenOne = z.union([listen(), listenEntry], { error: listenExpected });

const frontend = section({
  listen: z
    .union([listen(), listenEntry, z.array(listenOne).min(1, { error: 'expected at least one address' })], {
      error: listenExpected,
    })
    .meta({ title: 'address, or a list', description: 'Where clients connect.' }),
  'default-backend': word('the name of a backend').meta({ description: 'The backend that the sessions go to.' }),
  mode: mode.optional(),
  maxconn: frontendMaxconn.optional(),
  'source-maxconn': wholeNumber(1, MOST_CONNECTIONS)
    .meta({
      description: 'Connections at once from one source address; further logins are refused.',
      whenAbsent: 'no limit',
    })
    .optional(),
  backlog: wholeNumber(1, 2 ** 31 - 1)
    .meta({ description: 'Connections that may wait to be accepted; the system caps it (net.core.somaxconn).' })
    .prefault(65_535),
  timeout: section({
    login: loginTimeout.optional(),
    client: clientTimeout.optional(),
    'client-fin': clientFinTimeout.optional(),
  }).prefault({}),
  'max-frame': maxFrame.optional(),
  dontlognull: dontlognull.optional(),
  heartbeat: heartbeat.optional(),
});

export const serverSection = section({
  address: server().meta({ description: 'Where the server listens.' }),
  weight: wholeNumber(0, MOST_WEIGHT)
    .meta({ description: 'The server’s share relative to the others; 0 takes no new session.' })
    .prefault(1),
  maxconn: wholeNumber(1, MOST_CONNECTIONS)
    .meta({ description: 'Sessions at once on this server; others go elsewhere or wait.', whenAbsent: 'no limit' })
    .optional(),
  backup: flag().meta({ description: 'Used only when no other server can take a session.' }).prefault(false),
  'send-proxy': oneOf(proxyVersionNames)
    .meta({ description: 'The PROXY header that tells the server the client’s address.', whenAbsent: 'none is sent' })
    .optional(),
  check: serverCheck.optional(),
  track: track.optional(),
  slowstart: slowstart.meta({ whenAbsent: 'the backend’s' }).optional(),
  disabled: disabled.prefault(false),
});

const stick = section({
  on: oneOf(STICK_KEY_NAMES).meta({
    description: 'What keeps its server: the source address, or the account that logs in.',
  }),
  size: size(1, MOST_STICK_ENTRIES)
    .meta({
      description:
        'Entries of the table; when it is full, the one without a session for longest goes. 200k is 204,800.',
    })
    .prefault('200k'),
  expire: durationOrNever()
    .meta({ description: 'How long after its last session’s end an entry is forgotten.' })
    .prefault('never'),
});

const backend = section({
  mode: mode.optional(),
  balance: balance.optional(),
  'hash-type': hashType.optional(),
  'hash-balance-factor': wholeNumber(0, 65_535)
    .refine((factor) => factor === 0 || factor > 100, {
      error: expecting('0, or a percentage above 100 such as 150'),
    })
    .meta({
      description: 'The most sessions that a hash may give a server, in percent of its fair share; 0 for no bound.',
    })
    .prefault(0),
  stick: stick
    .meta({
      description: 'Remembers where a source or an account was placed, and places it there again.',
      whenAbsent: 'no table',
    })
    .optional(),
  servers: named('server', serverSection),
  timeout: section({
    connect: connectTimeout.optional(),
    login: loginTimeout.optional(),
    server: serverTimeout.optional(),
    'server-fin': serverFinTimeout.optional(),
    queue: queueTimeout.optional(),
    check: checkTimeout.optional(),
    move: moveTimeout.optional(),
    hold: holdTimeout.optional(),
  }).prefault({}),
  retries: retries.optional(),
  redispatch: redispatch.optional(),
  check: check.optional(),
  observe: observe.optional(),
  'on-marked-down': onMarkedDown.optional(),
  'on-link-lost': onLinkLost.optional(),
  'in-doubt': inDoubt.prefault('reject'),
  'login-concurrency': loginConcurrency.prefault(100),
  'move-rate': moveRate.prefault(100),
  rebalance: rebalance.prefault('off'),
  heartbeat: heartbeat.optional(),
  'on-marked-up': onMarkedUp.prefault('keep'),
  'min-up': minUp.prefault(0),
  slowstart: slowstart.optional(),
  allbackups: allBackups.prefault(false),
});

export const fileSchema = section({
  global: globalSection.prefault({}),
  admin: adminSection.prefault({}),
  defaults: defaultsSection.prefault({}),
  frontends: named('frontend', frontend),
  backends: named('backend', backend),
  accounts: accounts.prefault({}),
  'unknown-accounts': unknownAccounts.prefault('allow'),
  'default-account': defaultAccount.prefault({}),
});

/** A file without problems, defaults of `defaults` filled in, not yet inherited. */
export type ConfigFile = z.output<typeof fileSchema>;

/** For what is left of a file when its faulty keys are taken out: every key may be missing. */
export const partialFileSchema = z.deepPartial(fileSchema);
export type PartialConfigFile = z.output<typeof partialFileSchema>;
