/** What SPs that keep sending are told to do, and what comes of it. Pure. */

import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { OutgoingSms, Sender } from './outgoing-sms.js';
import type { ServerAddress } from './sp-connection.js';
import type { SpFigures } from './sp-figures.js';
import type { Login, SpSettings } from './sp-settings.js';

export interface SpOptions {
  readonly server: ServerAddress;
  /** One session for each. */
  readonly logins: readonly Login[];
  readonly sms: OutgoingSms;
  readonly sender: Omit<Sender, 'account'>;
  /** Of all sessions together; the parts of a long SMS count each. */
  readonly submitsPerSecond: number;
  /** The sessions log in one after the other within this time. */
  readonly rampMs?: number;
  /** Addresses of this machine that the sessions come from in turn; empty: whatever the system chooses. */
  readonly sourceAddresses?: readonly string[];
  readonly settings?: Partial<SpSettings>;
  /** Takes a line for every step of every session. */
  readonly say?: ((line: string) => void) | undefined;
  /** Takes the lines of these that say what goes wrong: no connection, a refused login, a lost session. */
  readonly trouble?: ((line: string) => void) | undefined;
  /** Takes a line a second. */
  readonly progress?: ((line: string) => void) | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface SpOutcome {
  /** Every SUBMIT was answered once, and every report came that was asked for. */
  readonly isAccountedFor: boolean;
  readonly figures: SpFigures;
  readonly lines: readonly string[];
}
