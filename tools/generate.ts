/** Writes the files that are drawn from the code: `npm run generate`. */

import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.js';
import { repositoryPath } from './repository.js';

for (const { name, text } of await generatedFiles()) writeFileSync(repositoryPath(name), text);
