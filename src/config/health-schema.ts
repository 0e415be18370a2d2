/** The keys of cmpp-lb.yaml by which servers are checked and watched: a part of the schema in file-schema.ts. Pure. */

import * as z from 'zod';
import { INIT_STATES } from '../health/rules.js';
import {
  account,
  hexBytes,
  host,
  probeVersion,
  scriptText,
  trackedServer,
  wholeNumberOrNever,
} from './health-scalars.js';
import { duration, durationOrNever, expecting, flag, oneOf, section, sectionOrOff, wholeNumber } from './scalars.js';
import { secret } from './secret.js';
import { checkTypeNames, onMarkedUpNames } from './vocabulary.js';

/** Probes in a row: more would be a slip of the finger. */
const MOST_PROBES = 1000;
/** Within `within`; more connections are not opened. */
const MOST_LINK_LOSSES = 1_000_000;
const MOST_SERVERS = 10_000;

export const checkTimeout = duration().meta({
  description:
    'How long each answer of a probe may take. The whole probe never takes longer than `inter` x (`fall` - 1) / `fall`, or half of `inter` where `fall` is 1.',
});

const inter = duration().meta({
  description: 'From the start of one probe to that of the next while the server is up.',
});
const fastinter = duration().meta({
  description: 'The same while it is going up or down, and before its first probe.',
  whenAbsent: 'the value of `inter`',
});
const downinter = duration().meta({
  description: 'The same while it is down.',
  whenAbsent: 'the value of `inter`',
});
const fall = wholeNumber(1, MOST_PROBES).meta({ description: 'Failed probes in a row that take a server down.' });
const rise = wholeNumber(1, MOST_PROBES).meta({ description: 'Passed probes in a row that bring it up again.' });
const initState = oneOf(INIT_STATES).meta({
  description:
    'What a server counts as at the start. `up` goes down with its first probe if that fails, `fully-up` after `fall` failed ones; `down` comes up with its first probe if that passes, `fully-down` after `rise` passed ones.',
});

const scriptStep = section({
  connect: section({
    port: wholeNumber(1, 65_535)
      .meta({ description: 'Another port of the address that is checked.', whenAbsent: 'the one that is checked' })
      .optional(),
  })
    .meta({ description: 'Opens a new connection; a script that does not begin with this one begins with one anyway.' })
    .optional(),
  send: scriptText().meta({ description: 'Sends this text. Escapes such as `\\r\\n` need double quotes.' }).optional(),
  'send-binary': hexBytes().meta({ description: 'Sends these bytes, written in hex.' }).optional(),
  'expect-string': scriptText().meta({ description: 'Waits until the answer holds this text.' }).optional(),
  'expect-rstring': scriptText()
    .meta({ title: 'regular expression', description: 'Waits until the answer matches this expression.' })
    .optional(),
  'expect-binary': scriptText()
    .meta({ title: 'hex', description: 'Waits until the answer holds these bytes, written in hex.' })
    .optional(),
  'expect-rbinary': scriptText()
    .meta({
      title: 'regular expression',
      description: 'Waits until the answer, written in hex, matches this expression.',
    })
    .optional(),
});

export const checkSection = section({
  type: oneOf(checkTypeNames)
    .meta({
      description:
        '`cmpp` logs in, sends ACTIVE_TEST and TERMINATE, and so sees a gateway that accepts connections but hangs. `tcp` only connects. `tcp-script` does what `script` says.',
      whenAbsent: '`cmpp`; `tcp` in mode tcp',
    })
    .optional(),
  inter: inter.prefault('2s'),
  fastinter: fastinter.optional(),
  downinter: downinter.optional(),
  fall: fall.prefault(3),
  rise: rise.prefault(2),
  'init-state': initState.prefault('up'),
  account: account()
    .meta({
      description:
        'The account (Source_Addr) that probes of type cmpp log in with. Have the platform make one for it, which may log in to every server from here.',
      whenAbsent: 'probes log in to be refused: any answer to the login passes, and no ACTIVE_TEST follows',
    })
    .optional(),
  'shared-secret': secret()
    .meta({
      description:
        'The secret of that account: `{ env: NAME }`, or `{ file: PATH }`, whose path counts from the folder of this file.',
      whenAbsent: 'only without `account`',
    })
    .optional(),
  version: probeVersion().meta({ description: 'The version of CMPP that probes of type cmpp speak.' }).prefault('3.0'),
  persistent: flag()
    .meta({
      description:
        'Whether probes of type cmpp stay logged in and send ACTIVE_TEST only, instead of logging in each time.',
    })
    .prefault(false),
  script: z
    .array(scriptStep, { error: expecting('a list of steps such as - expect-string: "+PONG"') })
    .min(1, { error: 'expected at least one step' })
    .meta({
      title: 'list of steps',
      description: 'What probes of type tcp-script do, in this order; each step has one of the keys below.',
      whenAbsent: 'only with another type',
    })
    .optional(),
});

/** Of a backend: for all its servers. */
export const check = sectionOrOff(checkSection).meta({
  description: 'How its servers are probed. `off` says that it is meant that they are not.',
  whenAbsent: 'not at all',
});

/** Of one server, laid over its backend's. */
export const serverCheck = sectionOrOff(
  section({
    address: host().meta({ description: 'Another address to probe.', whenAbsent: 'the server’s' }).optional(),
    port: wholeNumber(1, 65_535).meta({ description: 'Another port to probe.', whenAbsent: 'the server’s' }).optional(),
    inter: inter.meta({ whenAbsent: 'the backend’s' }).optional(),
    fastinter: fastinter.meta({ whenAbsent: 'the backend’s' }).optional(),
    downinter: downinter.meta({ whenAbsent: 'the backend’s' }).optional(),
    fall: fall.meta({ whenAbsent: 'the backend’s' }).optional(),
    rise: rise.meta({ whenAbsent: 'the backend’s' }).optional(),
    'init-state': initState.meta({ whenAbsent: 'the backend’s' }).optional(),
  }),
).meta({
  description: 'What is different for this server, or `off` to leave it unprobed.',
  whenAbsent: 'as the backend says',
});

export const observeSection = section({
  unanswered: durationOrNever()
    .meta({
      description:
        'A CONNECT, SUBMIT or ACTIVE_TEST waits so long for its answer, while nothing else is answered either. Not in mode tcp.',
    })
    .prefault('4s'),
  'link-losses': wholeNumberOrNever(1, MOST_LINK_LOSSES)
    .meta({ description: 'So many connections are refused, left unanswered or broken by the server.' })
    .prefault(5),
  busy: wholeNumberOrNever(1, 100)
    .meta({ description: 'So many of a hundred SUBMIT_RESPs say that the system is busy. Not in mode tcp.' })
    .prefault(80),
  within: duration()
    .meta({ description: 'The time within which `link-losses` and `busy` are counted.' })
    .prefault('10s'),
  'max-ejected': wholeNumber(0, 100)
    .meta({
      description:
        'Percent of the backend’s servers that may be down before live traffic takes no further one down; probes still do.',
    })
    .prefault(50),
});

export const observe = sectionOrOff(observeSection).meta({
  description: 'What live traffic must show for a server to go down before a probe fails.',
  whenAbsent: 'with its defaults in mode cmpp where there is a check, else `off`',
});

export const onMarkedUp = oneOf(onMarkedUpNames).meta({
  description:
    'What happens when a server that is no backup comes up: `close-backup-sessions` moves the sessions of the backups away, or ends them where `on-marked-down` is not `move`; `keep` leaves them.',
});
export const minUp = wholeNumber(0, MOST_SERVERS).meta({
  description:
    'Usable servers below which logins are refused, so that the last ones are not overrun; 0 for no such floor.',
});
export const slowstart = duration().meta({
  description: 'How long the weight of a server grows, from 1 % to all of it, after the server has come up.',
  whenAbsent: 'off: it has its whole weight at once',
});
export const allBackups = flag().meta({
  description:
    'Whether sessions are spread over all usable backups when no other server is usable, not only the first.',
});
export const track = trackedServer().meta({
  description: 'Shares the health of that server, `SERVER` of this backend or `BACKEND/SERVER`, and is not probed.',
  whenAbsent: 'its own health',
});
export const disabled = flag().meta({
  description: 'Whether it starts in maintenance: not probed, and without new sessions.',
});
