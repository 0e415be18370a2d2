/** What is refused by HTTP, and why: one closed list of reasons, counted, and logged at most once a second each. */

import { asciiText } from '../../log/escape.js';
import type { Log } from '../../log/log.js';
import type { Clock } from '../../runtime/clock.js';

/** The status that tells of a refusal, and the sentence that says what to do about it. */
interface Telling {
  readonly status: 400 | 401 | 403 | 408 | 413 | 429 | 431 | 503;
  readonly sentence: string;
}

const REFUSALS = {
  'wrong-password': { status: 401, sentence: 'User and password, please.' },
  'locked-out': { status: 429, sentence: 'Too many wrong passwords.' },
  'foreign-host': {
    status: 403,
    sentence: 'This name is not known here: use an address, or write the name into admin.http.hosts.',
  },
  'foreign-origin': { status: 403, sentence: 'This request comes from a page of another site.' },
  'no-token': {
    status: 403,
    sentence: 'This page is from before the last start, or not ours: load it again. Scripts send X-Requested-With.',
  },
  level: { status: 403, sentence: 'Permission denied: admin.http.level does not allow it.' },
  'too-large': { status: 413, sentence: 'More than a request may have.' },
  'headers-too-large': { status: 431, sentence: 'More than the headers of a request may have.' },
  'too-slow': { status: 408, sentence: 'A request must come sooner.' },
  malformed: { status: 400, sentence: 'This is no request that is understood here.' },
  'sent-ahead': { status: 400, sentence: 'One request at a time.' },
  maxconn: { status: 503, sentence: 'Too many connections.' },
  'too-many-readers': { status: 503, sentence: 'Too many follow the events already.' },
  'slow-reader': { status: 503, sentence: 'The events were not read in time.' },
} as const satisfies Readonly<Record<string, Telling>>;

export type RefusalReason = keyof typeof REFUSALS;

export const refusalReasons: readonly RefusalReason[] = Object.keys(REFUSALS).filter(isReason);

function isReason(word: string): word is RefusalReason {
  return Object.hasOwn(REFUSALS, word);
}

export function tellingOf(reason: RefusalReason): Telling {
  return REFUSALS[reason];
}

/** Who flooded the log would hide in it what matters. */
const QUIET_MS = 1000;
/** So much of what was asked for is logged. */
const SHOWN_CHARACTERS = 200;

interface Count {
  total: number;
  /** Since the last line. */
  unlogged: number;
  quietUntilMs: number;
}

export interface RefusalParts {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Log, 'event'>;
}

export class Refusals {
  readonly #parts: RefusalParts;
  readonly #counts = new Map<RefusalReason, Count>();

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** `what`: the request as far as it is known, such as `POST /api/servers/smsc/server1`. */
  note(reason: RefusalReason, from: string, what: string): void {
    const nowMs = this.#parts.clock.nowMs();
    const count = this.#counts.get(reason) ?? { total: 0, unlogged: 0, quietUntilMs: -Infinity };
    this.#counts.set(reason, count);
    count.total += 1;
    if (nowMs < count.quietUntilMs) {
      count.unlogged += 1;
      return;
    }
    const request = asciiText(what.slice(0, SHOWN_CHARACTERS));
    this.#parts.log.event('http-refused', { reason, from, request, unlogged: count.unlogged });
    count.unlogged = 0;
    count.quietUntilMs = nowMs + QUIET_MS;
  }

  /** How many there were, of every reason. */
  get totals(): Readonly<Record<RefusalReason, number>> {
    const pairs = refusalReasons.map((reason) => [reason, this.#counts.get(reason)?.total ?? 0]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are all reasons there are.
    return Object.fromEntries(pairs) as Record<RefusalReason, number>;
  }
}
