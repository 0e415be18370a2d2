/** A sound configuration to vary, and what checking a text gives as plain lines. */

import assert from 'node:assert/strict';
import type { Config } from '../../src/config/config.js';
import { checkConfig } from '../../src/config/check-config.js';
import { problemText } from '../../src/config/problem.js';
import type { SecretStore } from '../../src/config/secret.js';

export const sound = `frontends:
  sp: { listen: 127.0.0.1:7890, default-backend: smsc }
backends:
  smsc: { servers: { smsc1: { address: 10.0.0.7:7890 } }, check: off }
`;

export const limits = { descriptorLimit: 20_000 };

/** What `{ env: NAME }` and `{ file: PATH }` give, whatever the name; nothing where it has `missing` in it. */
const secrets: SecretStore = {
  variable: (name) => (name.includes('missing') ? undefined : `secret of ${name}`),
  fileText: (path) => (path.includes('missing') ? undefined : `secret of ${path}\n`),
};

export function problemsOf(text: string, descriptorLimit = 20_000): string[] {
  const result = checkConfig('lb.yaml', text, { descriptorLimit }, secrets);
  return result.kind === 'valid' ? [] : result.problems.map(problemText);
}

export function warningsOf(text: string): string[] {
  return checkConfig('lb.yaml', text, limits, secrets).warnings.map(problemText);
}

export function configOf(text: string, descriptorLimit = 20_000): Config {
  const result = checkConfig('lb.yaml', text, { descriptorLimit }, secrets);
  assert.equal(result.kind, 'valid', problemsOf(text, descriptorLimit).join('\n'));
  return result.config;
}

/** The sound configuration with one key of its backend (`backends.smsc`) or another section set. */
export function withKey(section: 'global' | 'defaults' | 'frontend' | 'backend' | 'server', line: string): string {
  if (section === 'global' || section === 'defaults') return `${section}: { ${line} }\n${sound}`;
  const last = { frontend: 'default-backend: smsc', backend: '7890 } }', server: '10.0.0.7:7890' }[section];
  return sound.replace(last, `${last}, ${line}`);
}

/** The sound configuration with another value of `listen`. */
export function listening(value: string): string {
  return sound.replace('127.0.0.1:7890', value);
}

/** The sound configuration with these keys of its `check`, and others of the backend, of its server, and further servers. */
export function withCheck(
  keys: string,
  { backend = '', server = '', servers = '' }: { backend?: string; server?: string; servers?: string } = {},
): string {
  return sound
    .replace('check: off', `check: { ${keys} }, ${backend}`)
    .replace('10.0.0.7:7890 }', `10.0.0.7:7890, ${server} }, ${servers}`);
}

/** The same in mode tcp. */
export function inTcp(text: string): string {
  return `defaults: { mode: tcp }\n${text}`;
}
