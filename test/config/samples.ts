/** A sound configuration to vary, and what checking a text gives as plain lines. */

import assert from 'node:assert/strict';
import type { Config } from '../../src/config/config.js';
import { checkConfig } from '../../src/config/check-config.js';
import { problemText } from '../../src/config/problem.js';

export const sound = `frontends:
  sp: { listen: 127.0.0.1:7890, default-backend: smsc }
backends:
  smsc: { servers: { smsc1: { address: 10.0.0.7:7890 } } }
`;

export const limits = { descriptorLimit: 20_000 };

export function problemsOf(text: string, descriptorLimit = 20_000): string[] {
  const result = checkConfig('lb.yaml', text, { descriptorLimit });
  return result.kind === 'valid' ? [] : result.problems.map(problemText);
}

export function warningsOf(text: string): string[] {
  return checkConfig('lb.yaml', text, limits).warnings.map(problemText);
}

export function configOf(text: string, descriptorLimit = 20_000): Config {
  const result = checkConfig('lb.yaml', text, { descriptorLimit });
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
