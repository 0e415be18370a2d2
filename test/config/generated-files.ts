/** The files that are drawn from the schema, as they should be. Reads the examples that the reference shows. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { jsonSchema } from '../../src/config/json-schema.js';
import { referencePage } from '../../src/config/reference.js';

interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The repository's own path of a file; the compiled tests lie in dist/test/config. */
export function repositoryPath(name: string): string {
  return fileURLToPath(new URL(`../../../${name}`, import.meta.url));
}

export function repositoryText(name: string): string {
  return readFileSync(repositoryPath(name), 'utf8');
}

export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const page = referencePage({
    config: repositoryText('config/default.yaml'),
    accounts: repositoryText('config/accounts.yaml'),
  });
  const drawn = [
    { path: repositoryPath('docs/configuration.md'), raw: page },
    { path: repositoryPath('config/cmpp-lb.schema.json'), raw: JSON.stringify(jsonSchema()) },
  ];
  return Promise.all(
    drawn.map(async ({ path, raw }) => {
      const style = await resolveConfig(path);
      return { path, text: await format(raw, { ...style, filepath: path }) };
    }),
  );
}
