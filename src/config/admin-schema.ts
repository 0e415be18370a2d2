/** The keys below `admin`: how the operator reaches a running balancer. Pure. */

import * as z from 'zod';
import {
  duration,
  expecting,
  hostName,
  listen,
  listenPort,
  oneOf,
  ownerName,
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
  user: ownerName('user')
    .meta({
      description:
        'Who owns the unix socket; only root can give it away. A name that is not known, or a right that is missing, is a warning in the log.',
      whenAbsent: 'the user of the process',
    })
    .optional(),
  group: ownerName('group')
    .meta({
      description: 'The group of the unix socket, for `mode: "0660"`; root, or a member of the group, can give it.',
      whenAbsent: 'the group of the process',
    })
    .optional(),
  level: oneOf(adminLevelNames)
    .meta({
      description:
        'What may be done: `user` sees statistics and servers, `operator` also sessions, `admin` changes everything.',
    })
    .prefault('admin'),
  timeout: duration().meta({ description: 'How long a caller may be silent.' }).prefault('10s'),
  maxconn: wholeNumber(1, MOST_CALLERS).meta({ description: 'Callers at once, of each.' }).prefault(10),
});

const socketsExpected = expecting('keys such as { path: /run/cmpp-lb/cmpp-lb.sock, level: admin }, or a list of these');

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
  socket: z
    .union([socket, z.array(socket).min(1, { error: 'expected at least one socket' })], { error: socketsExpected })
    .meta({
      title: 'keys, or a list of them',
      description:
        'Commands to the running balancer, as HAProxy’s runtime API. Each entry of a list has rights of its own.',
      whenAbsent: 'there is none',
    })
    .optional(),
  http: http
    .meta({ description: 'The page, metrics, statistics and readiness by HTTP.', whenAbsent: 'there is none' })
    .optional(),
});
