/** The one place where configuration is read from disk, environment and system. What is read is checked elsewhere. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkAccounts } from './check-accounts.js';
import type { AccountsResult } from './check-accounts.js';
import { checkConfig, checkHaproxyConfig } from './check-config.js';
import type { ConfigResult } from './check-config.js';
import type { Limits } from './config.js';
import { fileKindOf } from './file-kind.js';
import { convert } from './haproxy/convert.js';
import type { Problem } from './problem.js';
import type { SecretStore } from './secret.js';
import type { Mode } from './vocabulary.js';

/** The path of a file, or its text with the name to call it by in problems. */
export type TextSource = string | { readonly text: string; readonly file: string };

/** `mode` is what a haproxy.cfg's sections of mode tcp are to be; a cmpp-lb.yaml says that itself. */
export function loadConfig(source: TextSource, limits: Limits, mode?: Mode): ConfigResult {
  const read = readText(source);
  if (read.kind === 'unreadable') return invalid(read.problem);
  const { file, text } = read;
  const secrets = secretsFor(file);
  if (fileKindOf(file, text) === 'haproxy') return checkHaproxyConfig(file, text, limits, secrets, mode);
  return mode === undefined
    ? checkConfig(file, text, limits, secrets)
    : invalid(notHaproxy(file, `mode: ${mode} in it`));
}

export type Conversion =
  | {
      readonly kind: 'converted';
      readonly yaml: string;
      readonly warnings: readonly Problem[];
      readonly notes: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** The YAML for a haproxy.cfg. It may be meant for another machine, so that this one's limits do not count. */
export function loadConverted(source: TextSource, mode?: Mode): Conversion {
  const read = readText(source);
  if (read.kind === 'unreadable') return { kind: 'invalid', problems: [read.problem] };
  const { file, text } = read;
  if (fileKindOf(file, text) === 'yaml') return { kind: 'invalid', problems: [notHaproxy(file, 'a haproxy.cfg')] };
  const secrets = secretsFor(file);
  const checked = checkHaproxyConfig(file, text, { descriptorLimit: Infinity }, secrets, mode);
  if (checked.kind === 'invalid') return { kind: 'invalid', problems: checked.problems };
  const yaml = convert(file, text, mode, (name) => secrets.variable(name));
  return { kind: 'converted', yaml, warnings: checked.warnings, notes: checked.notes };
}

function notHaproxy(file: string, advice: string): Problem {
  return { file, line: 0, column: 0, key: '', message: `is a cmpp-lb.yaml; write ${advice}` };
}

function invalid(problem: Problem): ConfigResult {
  return { kind: 'invalid', problems: [problem], warnings: [], notes: [] };
}

export function loadAccounts(source: TextSource): AccountsResult {
  const read = readText(source);
  if (read.kind === 'unreadable') return { kind: 'invalid', problems: [read.problem], warnings: [] };
  return checkAccounts(read.file, read.text, secretsFor(read.file));
}

/** Paths of secret files count from the folder of the file that names them. */
function secretsFor(file: string): SecretStore {
  const folder = dirname(file);
  return {
    variable: (name) => process.env[name],
    fileText: (path) => {
      const secret = readText(resolve(folder, path));
      return secret.kind === 'text' ? secret.text : undefined;
    },
  };
}

/** The configuration that comes with the product. */
export const shippedConfig = fileURLToPath(new URL('../../../config/default.yaml', import.meta.url));

/** Where a configuration is looked for, in this order, when no path is given. */
export const searchPaths: readonly string[] = ['cmpp-lb.yaml', '/etc/cmpp-lb/cmpp-lb.yaml', shippedConfig];

export function findConfigFile(exists: (path: string) => boolean): string {
  return searchPaths.find(exists) ?? shippedConfig;
}

/** What `ulimit -n` says of this process, by Linux; where nothing says, Infinity, and the system's refusals decide. */
export function readLimits(): Limits {
  const read = readText('/proc/self/limits');
  const [, soft] = (read.kind === 'text' && /^Max open files +([0-9]+|unlimited)/m.exec(read.text)) || [];
  return { descriptorLimit: soft === undefined || soft === 'unlimited' ? Infinity : Number(soft) };
}

type Read =
  | { readonly kind: 'text'; readonly file: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly problem: Problem };

const READING_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied: this user may not read it',
  EISDIR: 'is a folder; write the path of the file in it',
};

function readText(source: TextSource): Read {
  if (typeof source !== 'string') return { kind: 'text', ...source };
  try {
    return { kind: 'text', file: source, text: readFileSync(source, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const message = READING_TROUBLE[code] ?? `cannot be read (${code})`;
    return { kind: 'unreadable', problem: { file: source, line: 0, column: 0, key: '', message } };
  }
}
