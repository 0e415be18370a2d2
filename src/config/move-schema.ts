/** The keys that say how sessions outlive their servers: see docs/moving.md. Pure. */

import { inDoubtNames } from '../balancer/session-state.js';
import { duration, oneOf, section, sectionOrOff, wholeNumber } from './scalars.js';
import { onLinkLostNames, onMarkedDownNames, rebalanceNames } from './vocabulary.js';

export const moveTimeout = duration().meta({
  description:
    'How long a session that moves waits for the answers of the server that it leaves; what is missing then is in doubt.',
});
export const holdTimeout = duration().meta({
  description:
    'How long a session whose server is lost is held until another one, or the same, takes it; then it ends.',
});
export const onMarkedDown = oneOf(onMarkedDownNames).meta({
  description:
    'What becomes of the sessions of a server that goes down: `move` takes them to another server without the SP noticing; `close` ends them, so that the SPs log in again elsewhere; `keep` leaves them until they time out.',
  whenAbsent: '`move` in mode cmpp, `keep` in mode tcp',
});
export const onLinkLost = oneOf(onLinkLostNames).meta({
  description:
    'What becomes of a session whose server closes or breaks the connection, or sends TERMINATE: `move` takes it to another server, `close` ends it (in mode cmpp the SP gets TERMINATE).',
  whenAbsent: '`move` in mode cmpp, `close` in mode tcp',
});
export const inDoubt = oneOf(inDoubtNames).meta({
  description:
    'What becomes of SUBMITs that a lost server was sent and has not answered: `reject` (SUBMIT_RESP with Result 8, so that the SP sends them again), `resend` (the next server gets them; they may arrive twice), or `close` (the session ends).',
});

export const heartbeatSection = section({
  interval: duration()
    .meta({ description: 'So long without a byte from it, and a peer is sent ACTIVE_TEST.' })
    .prefault('1m'),
  timeout: duration().meta({ description: 'How long it may take to answer, each time.' }).prefault('10s'),
  tries: wholeNumber(1, 10)
    .meta({ description: 'So many in a row without an answer, or any other byte, and its connection is given up.' })
    .prefault(3),
});
export const heartbeat = sectionOrOff(heartbeatSection).meta({
  description: 'How silent peers are asked whether they are still there. Has no meaning in mode tcp.',
});

export const loginConcurrency = wholeNumber(1, 1_000_000).meta({
  description: 'Logins to a server at once; others wait their turn, for `timeout queue` at most.',
});
export const moveRate = wholeNumber(1, 100_000).meta({
  description:
    'Sessions that begin to move in a second, off a server that is drained or removed, or back into balance.',
});
export const rebalance = oneOf(rebalanceNames).meta({
  description:
    '`auto` moves sessions back into balance after a server has come up, was added or has got another weight: the fewest that make it even, or where the hash wants them. `off` leaves that to `cmpp-lb rebalance`.',
});
