/** The keys below `admin`: how the operator reaches a running balancer. Pure. */

import { duration, listen, oneOf, permission, section, unixSocket, wholeNumber } from './scalars.js';
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

export const adminSection = section({
  socket: socket
    .meta({ description: 'Commands to the running balancer, as HAProxy’s runtime API.', whenAbsent: 'there is none' })
    .optional(),
});
