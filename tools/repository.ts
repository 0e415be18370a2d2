/** Finds the repository's own files, whatever the working directory. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `name` counts from the root of the repository; the compiled tools lie in dist/tools. */
export function repositoryPath(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

export function repositoryText(name: string): string {
  return readFileSync(repositoryPath(name), 'utf8');
}
