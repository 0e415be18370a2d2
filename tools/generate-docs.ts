/** Writes the pages of docs/ that are drawn from the code. */

import { writeFileSync } from 'node:fs';
import { closeReasonsPage } from './close-reasons-page.js';
import { logsPage } from './logs-page.js';

writeFileSync('docs/close-reasons.md', closeReasonsPage());
writeFileSync('docs/logs.md', logsPage());
