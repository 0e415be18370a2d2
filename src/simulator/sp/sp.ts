/** Starts SPs that keep sending: a number of sessions, a number of messages a second, until they are stopped. */

import { SpFleet } from './sp-fleet.js';
import type { SpFigures } from './sp-figures.js';
import type { SpOptions, SpOutcome } from './sp-options.js';

export interface RunningSp {
  readonly figures: SpFigures;
  /**
   * Sends nothing more, gives answers and reports that are under way up to `waitMs` (0 unless said) to come, ends the
   * sessions with TERMINATE, and resolves when all is closed. Called once.
   */
  close(waitMs?: number): Promise<SpOutcome>;
}

/** Throws a RangeError when the SMS cannot be sent as it is: `submitsOf` says so beforehand. */
export function startSp(options: SpOptions): RunningSp {
  return new SpFleet(options);
}
