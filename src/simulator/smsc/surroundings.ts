/** What a session at a simulated gateway has around it. Pure. */

import type { Clock } from '../../runtime/clock.js';
import type { Random } from '../../runtime/random.js';
import type { SmscEvent } from './event.js';
import type { Gateway } from './gateway.js';
import type { Mailroom } from './mailroom.js';
import type { SmscSettings } from './settings.js';

export interface SmscSurroundings {
  readonly settings: SmscSettings;
  readonly gateway: Gateway;
  readonly mailroom: Mailroom;
  readonly clock: Clock;
  readonly random: Random;
  readonly tell: (event: SmscEvent) => void;
}
