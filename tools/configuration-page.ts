/** Draws docs/configuration.md: the keys from the schemas, the checks from the rules. Pure. */

import type * as z from 'zod';
import { accountsSchema } from '../src/config/check-accounts.js';
import { fileSchema } from '../src/config/file-schema.js';
import type { Rule } from '../src/config/rule.js';
import { rules } from '../src/config/rules.js';
import { traps } from '../src/config/traps.js';
import { accountsText, BY_DESIGN, CHECKS, introductionText, VALUES } from './configuration-page-text.js';
import { markdownTable } from './markdown-table.js';
import { keysOf } from './schema-keys.js';
import type { SchemaKey } from './schema-keys.js';

/** YAML that the page shows. */
interface Examples {
  /** The configuration that comes with the product. */
  readonly config: string;
  readonly accounts: string;
}

const sections = [
  { heading: 'global', about: 'The process.' },
  { heading: 'admin', about: 'The operator’s ways in: HAProxy’s runtime API, and HTTP. Left out, there are none.' },
  {
    heading: 'defaults',
    about: 'What every frontend and backend inherits that does not say it itself.',
  },
  { heading: 'frontends.NAME', about: 'Where clients connect. At least one.' },
  { heading: 'backends.NAME', about: 'Where the sessions go. At least one.' },
  {
    heading: 'backends.NAME.check',
    about: 'How the servers of a backend are probed. See “How servers are checked” below.',
  },
  {
    heading: 'backends.NAME.observe',
    about: 'Live traffic takes a server that is probed down when it shows any of these; only probes bring it up again.',
  },
  { heading: 'backends.NAME.servers.NAME', about: 'The servers of a backend. At least one.' },
  {
    heading: 'accounts.NAME',
    about:
      'Who logs in, by Source_Addr, as the log writes it: bytes outside 0x21..0x7e, and the backslash, as `\\xNN`. Limits are of all the account’s sessions, over all frontends. See [accounts.md](accounts.md).',
  },
  { heading: 'unknown-accounts', about: 'Logins of accounts that are not listed.' },
  { heading: 'default-account', about: 'The limits of each account that is not listed.' },
] as const;

export function configurationPage(examples: Examples): string {
  const keys = describedKeys(fileSchema);
  const drawn = sections.map(({ heading, about }) => {
    const below = sections
      .map((other) => `${other.heading}.`)
      .filter((other) => other.startsWith(`${heading}.`) && other !== `${heading}.`);
    const own = keys.filter(({ path }) => {
      const text = path.join('.');
      // A single value at the top has a heading of its own.
      if (text === heading) return path.length === 1;
      return text.startsWith(`${heading}.`) && !below.some((start) => text.startsWith(start));
    });
    return `## \`${heading}\`\n\n${about}\n\n${table(own, heading, keys)}`;
  });
  return [
    introductionText(examples.config),
    VALUES,
    ...drawn,
    CHECKS,
    BY_DESIGN,
    `## What is refused\n\nBesides unknown keys, missing keys and values of the wrong form:\n\n${list(rules)}`,
    `## What \`cmpp-lb check\` warns about\n\nSuch a configuration works, but perhaps not as meant:\n\n${list(traps)}`,
    accountsText(examples.accounts),
    table(describedKeys(accountsSchema), 'accounts.NAME', []),
  ].join('\n\n');
}

/** A section without words of its own is nothing but the place of the keys below it. */
function describedKeys(schema: z.core.$ZodType): SchemaKey[] {
  return keysOf(schema).filter(({ description }) => description !== '');
}

function table(keys: readonly SchemaKey[], heading: string, all: readonly SchemaKey[]): string {
  const depth = heading.split('.').length;
  const rows = keys.map((key) => {
    const name = key.path.slice(depth).join('.') || heading;
    return [`\`${name}\``, key.value ?? 'keys', defaultOf(key, name, heading, all), key.description];
  });
  return markdownTable(['Key', 'Value', 'Default', 'What it does'], rows);
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
