/** What a caller of the runtime API may do: HAProxy's three levels, each with all that those before it may. Pure. */

import { adminLevelNames } from '../config/vocabulary.js';
import type { AdminLevel } from '../config/vocabulary.js';

export function mayDo(level: AdminLevel, needed: AdminLevel): boolean {
  return adminLevelNames.indexOf(level) >= adminLevelNames.indexOf(needed);
}
