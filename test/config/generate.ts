/** Writes the files that are drawn from the schema: `npm run generate`. */

import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.js';

for (const { path, text } of await generatedFiles()) writeFileSync(path, text);
