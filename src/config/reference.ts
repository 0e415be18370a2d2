/** Draws docs/configuration.md: the keys from the schemas, the checks from the rules, and what is common to all in words. Pure. */

import type * as z from 'zod';
import { accountsSchema } from './check-accounts.js';
import { fileSchema } from './file-schema.js';
import { durationText, LONGEST_DURATION_MS } from './quantity.js';
import type { Rule } from './rule.js';
import { rules } from './rules.js';
import { keysOf } from './schema-keys.js';
import type { SchemaKey } from './schema-keys.js';
import { traps } from './traps.js';

/** YAML that the page shows. */
interface Examples {
  /** The configuration that comes with the product. */
  readonly config: string;
  readonly accounts: string;
}

const sections = [
  { heading: 'global', about: 'The process.' },
  {
    heading: 'defaults',
    about: 'What every frontend and backend inherits that does not say it itself.',
  },
  { heading: 'frontends.NAME', about: 'Where clients connect. At least one.' },
  { heading: 'backends.NAME', about: 'Where the sessions go. At least one.' },
  { heading: 'backends.NAME.servers.NAME', about: 'The servers of a backend. At least one.' },
] as const;

/** Markdown, not yet formatted. */
export function referencePage(examples: Examples): string {
  const keys = describedKeys(fileSchema);
  const drawn = sections.map(({ heading, about }) => {
    const below = sections
      .map((other) => `${other.heading}.`)
      .filter((other) => other.startsWith(`${heading}.`) && other !== `${heading}.`);
    const own = keys.filter(({ path }) => {
      const text = path.join('.');
      return text.startsWith(`${heading}.`) && !below.some((start) => text.startsWith(start));
    });
    return `## \`${heading}\`\n\n${about}\n\n${table(own, heading, keys)}`;
  });
  return [
    introduction(examples.config),
    values(),
    ...drawn,
    `## What is refused\n\nBesides unknown keys, missing keys and values of the wrong form:\n\n${list(rules)}`,
    `## What \`cmpp-lb check\` warns about\n\nSuch a configuration works, but perhaps not as meant:\n\n${list(traps)}`,
    accounts(examples.accounts),
  ].join('\n\n');
}

function introduction(example: string): string {
  return `# Configuration

<!-- Drawn from the schema by \`npm run generate\`; a test fails when this page is stale. -->

One YAML file, with HAProxy’s keywords in kebab-case. This one is used when there is no other:

\`\`\`yaml
${example.trim()}
\`\`\`

Without a path, cmpp-lb takes the first of these that exists:

1. \`./cmpp-lb.yaml\`
2. \`/etc/cmpp-lb/cmpp-lb.yaml\`
3. \`config/default.yaml\`, which comes with it (the one above)

\`cmpp-lb check FILE\` prints every problem at once, each with its place, what was expected and what to write, then the
warnings. It ends with 0 when the file is sound and 1 when it is not; with problems, nothing starts.

\`\`\`text
cmpp-lb.yaml:12:14: backends.smsc.timeout.connect: expected a duration such as 5s or 200ms, at most 24d, got "5 sec"; write 5s
cmpp-lb.yaml:15:5: backends.smsc.ballance: unknown key "ballance"; did you mean "balance"?
\`\`\`

\`config/full.yaml\` shows every key with its default. For completion and checks while writing, point the editor to
\`config/cmpp-lb.schema.json\`, with this as the first line of the file (the path counts from the file):

\`\`\`text
# yaml-language-server: $schema=cmpp-lb.schema.json
\`\`\``;
}

function values(): string {
  return `## How values are written

- **Durations** have a unit: \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, as in \`200ms\`, \`5s\`, \`1h\`. They are above 0 and at most
  \`${durationText(LONGEST_DURATION_MS)}\`. A number without a unit, which haproxy.cfg takes for milliseconds, is refused.
- **Sizes** are whole numbers, of bytes or of entries, and may end in \`k\`, \`m\` or \`g\`, powers of 1024: \`8k\` is 8192,
  \`200k\` is 204,800.
- **Addresses to listen on**: \`"*:9999"\` (every IPv4 address), \`127.0.0.1:9999\`, \`"[::]:9999"\` (every IPv6
  address and no other), \`"[::1]:9999"\`, \`unix:/run/cmpp-lb/sp.sock\`. Port 0 lets the system choose.
- **Addresses of servers**: \`10.0.0.7:7890\`, \`"[fd00::7]:7890"\`, \`smsc1.example.net:7890\`, \`unix:/run/smsc.sock\`.
- **Names** of frontends, backends and servers consist of letters, digits and \`. _ - :\`.
- **Quotes** are needed where a value begins with \`*\`, \`[\`, \`{\`, \`&\` or \`!\`, which mean something in YAML, and for
  digits that are no number, such as the permission \`"0600"\`.
- Anchors and aliases of YAML work; tags and merge keys (\`<<\`) do not.`;
}

function accounts(example: string): string {
  return `## The accounts file

\`cmpp-lb smsc --accounts FILE\` and \`cmpp-lb sp --accounts FILE\` read the accounts that they simulate from a file of its
own, under their Source_Addr of 1 to 6 characters:

\`\`\`yaml
${example.trim()}
\`\`\`

A **secret** is \`{ env: NAME }\`, an environment variable, or \`{ file: PATH }\`, a file whose path counts from the folder
of the accounts file; a newline at its end does not belong to the secret. A secret that stands in the file itself works
too, with a warning. No message ever shows one.

${table(describedKeys(accountsSchema), 'accounts.NAME', [])}`;
}

/** A section without words of its own is nothing but the place of the keys below it. */
function describedKeys(schema: z.core.$ZodType): SchemaKey[] {
  return keysOf(schema).filter(({ description }) => description !== '');
}

function table(keys: readonly SchemaKey[], heading: string, all: readonly SchemaKey[]): string {
  const depth = heading.split('.').length;
  const rows = keys.map((key) => {
    const name = key.path.slice(depth).join('.');
    return `| \`${name}\` | ${key.value ?? 'keys'} | ${defaultOf(key, name, heading, all)} | ${key.description} |`;
  });
  return ['| Key | Value | Default | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function defaultOf(key: SchemaKey, name: string, heading: string, all: readonly SchemaKey[]): string {
  if (key.isRequired) return 'must be written';
  const isHeir = heading === 'frontends.NAME' || heading === 'backends.NAME';
  if (isHeir && all.some(({ path }) => path.join('.') === `defaults.${name}`)) return 'from `defaults`';
  return key.defaultText === undefined ? (key.whenAbsent ?? '') : `\`${key.defaultText}\``;
}

function list(entries: readonly Rule[]): string {
  return entries.map(({ summary }) => `- ${summary}`).join('\n');
}
