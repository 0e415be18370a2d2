/** What every page is drawn with: for whom, in which language, and when. Pure. */

import type { OffsetMinutesAt } from '../../log/timestamp.js';
import type { Language, Say } from './words.js';

export interface View {
  readonly language: Language;
  readonly say: Say;
  /** Where the reader is, with the query: `/sessions?search=900001`. */
  readonly target: string;
  readonly maySeeSessions: boolean;
  readonly mayChange: boolean;
  readonly refreshMs: number;
  /** When it was drawn. */
  readonly wallMs: number;
  readonly offsetMinutesAt: OffsetMinutesAt;
}
