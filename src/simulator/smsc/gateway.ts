/** One gateway of the platform: its port, its Msg_Ids, its faults and what it has counted. Pure: the clock is given. */

import { msgIdOf } from '../../cmpp/msg-id.js';
import { chinaTime } from '../../cmpp/timestamp.js';
import type { Clock } from '../../runtime/clock.js';
import { NO_FAULTS } from './fault.js';
import type { Faults } from './fault.js';

/** What a gateway has counted since it was started. */
export interface GatewayCounts {
  connections: number;
  logins: number;
  loginsRefused: number;
  /** SUBMITs that came, and those answered with Result 0. */
  submits: number;
  accepted: number;
  /** DELIVERs with a status report: sent for the first time, and answered with Result 0. */
  reports: number;
  reportsTaken: number;
  /** The same of messages from phones. */
  messages: number;
  messagesTaken: number;
  /** DELIVERs sent once more, and those whose last answer did not come. */
  sentAgain: number;
  gaveUp: number;
  /** Answers to nothing that was asked. */
  unknownAnswers: number;
  badFrames: number;
  /** Frames not reacted to while the gateway was silent. */
  ignoredFrames: number;
}

export class Gateway {
  /** What it is called in commands and lines. */
  readonly port: number;
  readonly code: number;
  readonly counts: GatewayCounts = {
    connections: 0,
    logins: 0,
    loginsRefused: 0,
    submits: 0,
    accepted: 0,
    reports: 0,
    reportsTaken: 0,
    messages: 0,
    messagesTaken: 0,
    sentAgain: 0,
    gaveUp: 0,
    unknownAnswers: 0,
    badFrames: 0,
    ignoredFrames: 0,
  };
  faults: Faults = NO_FAULTS;
  readonly #clock: Clock;
  #sequence = 0;

  constructor(port: number, code: number, clock: Clock) {
    this.port = port;
    this.code = code;
    this.#clock = clock;
  }

  /** The first of `count` ids in a row, as a SUBMIT to that many destinations takes them. */
  takeMsgIds(count: number): bigint {
    this.#sequence += 1;
    const first = msgIdOf({
      ...chinaTime(this.#clock.wallMs()),
      gatewayCode: this.code,
      sequence: this.#sequence & 0xffff,
    });
    this.#sequence += count - 1;
    return first;
  }
}
