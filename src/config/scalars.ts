/** The kinds of value a key can have, as zod schemas that say what was expected and what to write instead. Pure. */

import * as z from 'zod';
import {
  absolutePath,
  addressAdvice,
  isHostName,
  listenAddress,
  logTarget,
  logTargetAdvice,
  serverAddress,
  socketPath,
  trustedSender,
} from './address.js';
import { nearest } from './nearest.js';
import { quoted } from './problem.js';
import {
  durationAdvice,
  durationMs,
  durationPattern,
  durationText,
  LONGEST_DURATION_MS,
  sizeAdvice,
  sizeOf,
  sizePattern,
  sizeText,
} from './quantity.js';

interface Rejected {
  readonly input?: unknown;
}

/** Makes the message for a value that was rejected. */
type Explain = (rejected: Rejected) => string;

/** What to write instead of a single value that was rejected, where its writer's meaning can be guessed. */
type Advise = (input: string | number | boolean) => string | undefined;

/** The message for a value that is not `what`. */
export function expecting(what: string, advise?: Advise): Explain {
  return ({ input }) => {
    if (input === undefined) return `missing; write ${what}`;
    const isSingle = typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean';
    const advice = isSingle ? advise?.(input) : undefined;
    return `expected ${what}, got ${quoted(input)}${advice === undefined ? '' : `; write ${advice}`}`;
  };
}

/** A text that `parse` understands. `pattern` is for the JSON Schema only, and no stricter than `parse`. */
export function parsed<T>(title: string, explain: Explain, parse: (text: string) => T | undefined, pattern?: RegExp) {
  return z
    .string({ error: explain })
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: explain({ input: text }), input: text });
      return z.NEVER;
    })
    .meta(pattern === undefined ? { title } : { title, pattern: pattern.source });
}

/** Milliseconds, above 0 and at most LONGEST_DURATION_MS. */
export function duration() {
  return parsed('duration', durationExpected(''), boundedMs, durationPattern);
}

/** Milliseconds; Infinity for `never`. */
export function durationOrNever() {
  return parsed('duration or `never`', durationExpected('never, or '), msOrNever, /^(never|[0-9]+(ms|s|m|h|d))$/);
}

function durationExpected(alternative: string): Explain {
  const longest = durationText(LONGEST_DURATION_MS);
  return expecting(`${alternative}a duration such as 5s or 200ms, at most ${longest}`, durationAdvice);
}

function msOrNever(text: string): number | undefined {
  return text === 'never' ? Infinity : boundedMs(text);
}

function boundedMs(text: string): number | undefined {
  const ms = durationPattern.test(text) ? durationMs(text) : 0;
  return ms > 0 && ms <= LONGEST_DURATION_MS ? ms : undefined;
}

/** Bytes, or entries of a table: a whole number, or one with k, m or g. */
export function size(least: number, most: number) {
  const range = `${sizeText(least)} to ${sizeText(most)}`;
  const explain = expecting(`a size from ${range}, such as 8k`, sizeAdvice);
  const whole = z.int({ error: explain }).min(least, { error: explain }).max(most, { error: explain });
  const text = z.string({ error: explain }).regex(sizePattern, { error: explain });
  return z
    .union([whole, text], { error: explain })
    .transform((input, context) => {
      const value = typeof input === 'number' ? input : sizeOf(input);
      if (value >= least && value <= most) return value;
      context.issues.push({ code: 'custom', message: explain({ input }), input });
      return z.NEVER;
    })
    .meta({ title: `size, ${range}` });
}

export function wholeNumber(least: number, most: number) {
  const error = expecting(`a whole number from ${least} to ${most}`, (input) =>
    typeof input === 'string' && /^[0-9]+$/.test(input) ? `${input} without quotes` : undefined,
  );
  return z
    .int({ error })
    .min(least, { error })
    .max(most, { error })
    .meta({ title: `whole number, ${least} to ${most}` });
}

export function flag() {
  const error = expecting('true or false', (input) => {
    if (/^(yes|on|y|true)$/i.test(String(input))) return 'true';
    return /^(no|off|n|false)$/i.test(String(input)) ? 'false' : undefined;
  });
  return z.boolean({ error }).meta({ title: 'true or false' });
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  const error = expecting(`one of ${names.join(', ')}`, (input) => nearest(String(input), names));
  return z.enum(names, { error });
}

export function listen() {
  return parsed(
    'address',
    expecting('an address such as "*:9999", "[::1]:9999" or "unix:/run/cmpp-lb.sock"', addressAdvice),
    listenAddress,
  );
}

/** An address to listen on that is no unix socket. */
export function listenPort() {
  return parsed('address', expecting('an address such as 127.0.0.1:8081 or "[::1]:8081"', addressAdvice), (text) => {
    const address = listenAddress(text);
    return address?.kind === 'tcp' ? address : undefined;
  });
}

/** A user's name, in which Basic authentication has no place for a colon. */
export function userName() {
  const explain = expecting('a name of 1 to 64 letters, digits and signs without spaces and colons');
  return parsed('name', explain, (text) => (/^[\x21-\x39\x3b-\x7e]{1,64}$/.test(text) ? text : undefined));
}

/** A user or a group of the system, by name or by number. */
export function ownerName(kind: 'user' | 'group') {
  const explain = expecting(`the name of a ${kind}, or its number in quotes`, (input) =>
    typeof input === 'number' ? JSON.stringify(String(input)) : undefined,
  );
  return parsed('name', explain, (text) =>
    /^([A-Za-z_][A-Za-z0-9_.-]{0,31}\$?|[0-9]{1,10})$/.test(text) ? text : undefined,
  );
}

/** A host's name in small letters, without a port; an address is none. */
export function hostName() {
  const explain = expecting('the name of a host such as lb1.example.net, without a port');
  return parsed('host name', explain, (text) => (isHostName(text) ? text.toLowerCase() : undefined));
}

/** A unix socket's path, as `unix:/PATH` is elsewhere. */
export function unixSocket() {
  return parsed('path', expecting('the path of a unix socket, such as /run/cmpp-lb/cmpp-lb.sock'), socketPath);
}

/** A file of the process's own. Absolute, because a service starts wherever its starter is. */
export function filePath(example: string) {
  return parsed('absolute path', expecting(`an absolute path such as ${example}`), absolutePath, /^\/.*[^/]$/);
}

export function server() {
  return parsed(
    'address',
    expecting('an address such as 10.0.0.7:7890, smsc1.example.net:7890 or unix:/run/smsc.sock', addressAdvice),
    serverAddress,
  );
}

export function sender() {
  return parsed('network', expecting('a network such as 10.0.0.0/8, an address, or unix'), trustedSender);
}

export function logTo() {
  const what = 'stdout, stderr, syslog:HOST:PORT, or the path of a file with a / in it';
  const explain = expecting(what, logTargetAdvice);
  return parsed('log target', explain, logTarget);
}

/** The permission bits of a unix socket, such as `"0600"`. */
export function permission() {
  const explain = expecting('an octal permission in quotes, such as "0600"', (input) =>
    typeof input === 'number' && /^[0-7]{3}$/.test(String(input)) ? `"0${input}" with the quotes` : undefined,
  );
  return parsed('octal permission', explain, permissionBits, permissionPattern);
}

const permissionPattern = /^0?[0-7]{3}$/;

function permissionBits(text: string): number | undefined {
  return permissionPattern.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** Any text; what it may consist of is for a rule to say. */
export function word(what: string) {
  const error = expecting(what, (input) => (typeof input === 'number' ? JSON.stringify(String(input)) : undefined));
  return z.string({ error }).meta({ title: 'name' });
}

/** Keys that are known, each with its schema; any other key is a problem. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    // One line for each of the unknown keys, in their order.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKeyMessage(key, known)).join('\n')
        : `expected keys (${known.join(', ')}), got ${kindOf(issue.input)}; write some, or remove the line`,
  });
}

/** A section, or the word `off` for none, where leaving it out would mean something else. */
export function sectionOrOff<Section extends z.ZodObject>(keys: Section) {
  const what = `keys (${Object.keys(keys.shape).join(', ')}), or off`;
  const error = ({ input }: Rejected): string =>
    `expected ${what}, got ${input === false ? 'false; write off' : kindOf(input)}`;
  return z.union([keys, z.literal('off', { error })], { error }).meta({ title: 'keys, or `off`' });
}

/** Entries under names that the operator chooses. That there is one is a rule's business: faults are taken out before. */
export function named<Value extends z.ZodType>(what: string, value: Value) {
  return z
    .record(z.string(), value, {
      error: ({ input }) =>
        input === undefined ? `missing; write at least one ${what}` : `expected ${what}s by name, got ${kindOf(input)}`,
    })
    .meta({ minProperties: 1, propertyNames: { pattern: namePattern.source } });
}

/** Source_Addr: visible ASCII, at most 6 bytes. */
export const accountPattern = /^[\x21-\x7e]{1,6}$/;

/** The letters that HAProxy allows in a name: a name stands in logs and in CSV, where others would need quoting. */
export const namePattern = /^[A-Za-z0-9_.:-]+$/;

function unknownKeyMessage(key: string, known: readonly string[]): string {
  const suggestion = nearest(key, known);
  const advice =
    suggestion === undefined ? `known here: ${known.join(', ')}` : `did you mean ${JSON.stringify(suggestion)}?`;
  return `unknown key ${quoted(key)}; ${advice}`;
}

/** Not the value itself: where keys belong, a secret may stand by mistake. */
function kindOf(input: unknown): string {
  return input === undefined || input === null
    ? 'nothing'
    : typeof input === 'object'
      ? quoted(input)
      : 'a single value';
}
