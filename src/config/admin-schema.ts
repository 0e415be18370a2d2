/** The keys below `admin`: how the operator reaches a running balancer. Pure. */

import * as z from 'zod';
import {
  duration,
  expecting,
  hostName,
  listen,
  listenPort,
  oneOf,
  permission,
  section,
  unixSocket,
  userName,
  wholeNumber,
} from './scalars.js';
import { secret } from './secret.js';
import { adminLevelNames } from './vocabulary.js';

const MOST_CALLERS = 1000;

const socket = section({
  path: unixSocket()
    .meta({
      description: 'The unix socket that `cmpp-lb ctl` and HAProxy’s tools connect to.',
      whenAbsent: 'no unix socket',
    })
    .optional(),
  address: listen()
    .meta({
      description:
        'The same on a port of the loopback interface, for tools that know no unix sockets. Every user of the machine reaches it.',
      whenAbsent: 'no port',
    })
    .optional(),
  mode: permission().meta({ description: 'Who may open the unix socket.' }).prefault('0600'),
  level: oneOf(adminLevelNames)
    .meta({
      description:
        'What may be done: `user` sees statistics and servers, `operator` also sessions, `admin` changes everything.',
    })
    .prefault('admin'),
  timeout: duration().meta({ description: 'How long a caller may be silent.' }).prefault('10s'),
  maxconn: wholeNumber(1, MOST_CALLERS).meta({ description: 'Callers at once, of each.' }).prefault(10),
});

const http = section({
  listen: listenPort().meta({
    description:
      'Where the page, metrics, statistics and readiness are read by HTTP. Beyond the loopback interface only with `user` and `password`.',
  }),
  user: userName()
    .meta({ description: 'Who may read statistics, by Basic authentication.', whenAbsent: 'whoever can connect' })
    .optional(),
  password: secret()
    .meta({
      description:
        'The password of that user: `{ env: NAME }`, or `{ file: PATH }`, whose path counts from the folder of this file.',
      whenAbsent: 'only without `user`',
    })
    .optional(),
  level: oneOf(adminLevelNames)
    .meta({
      description:
        'What that user may do: `user` sees statistics and servers, `operator` also sessions and accounts, `admin` also steers servers.',
    })
    .prefault('operator'),
  refresh: duration().meta({ description: 'How often the page shows new figures.' }).prefault('5s'),
  hosts: z
    .array(hostName(), { error: expecting('a list such as [lb1.example.net]') })
    .meta({
      description:
        'The names under which browsers reach it, beside `localhost` and addresses. Whatever changes something, and without a password all, is refused under another name.',
      whenAbsent: 'no name',
    })
    .optional(),
  maxconn: wholeNumber(1, MOST_CALLERS).meta({ description: 'Connections at once.' }).prefault(32),
});

export const adminSection = section({
  socket: socket
    .meta({ description: 'Commands to the running balancer, as HAProxy’s runtime API.', whenAbsent: 'there is none' })
    .optional(),
  http: http
    .meta({ description: 'The page, metrics, statistics and readiness by HTTP.', whenAbsent: 'there is none' })
    .optional(),
});
