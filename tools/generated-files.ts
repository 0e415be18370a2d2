/** The files that are drawn from the code, as they should be. Reads the examples that a page shows. */

import { format, resolveConfig } from 'prettier';
import { closeReasonsPage } from './close-reasons-page.js';
import { configurationPage } from './configuration-page.js';
import { jsonSchema } from './json-schema.js';
import { logsPage } from './logs-page.js';
import { reloadPage } from './reload-page.js';
import { runtimeApiPage } from './runtime-api-page.js';
import { repositoryPath, repositoryText } from './repository.js';

interface GeneratedFile {
  /** From the root of the repository. */
  readonly name: string;
  readonly text: string;
}

export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const examples = { config: repositoryText('config/default.yaml'), accounts: repositoryText('config/accounts.yaml') };
  const drawn = {
    'config/cmpp-lb.schema.json': JSON.stringify(jsonSchema()),
    'docs/close-reasons.md': closeReasonsPage(),
    'docs/configuration.md': configurationPage(examples),
    'docs/logs.md': logsPage(),
    'docs/reload.md': reloadPage(),
    'docs/runtime-api.md': runtimeApiPage(),
  };
  return Promise.all(Object.entries(drawn).map(async ([name, raw]) => ({ name, text: await formatted(name, raw) })));
}

async function formatted(name: string, raw: string): Promise<string> {
  const path = repositoryPath(name);
  return format(raw, { ...(await resolveConfig(path)), filepath: path });
}
