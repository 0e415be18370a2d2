/** The kinds of value that only keys of health have. Pure. */

import * as z from 'zod';
import { hostAddress, serverAddress } from './address.js';
import { accountPattern, expecting, namePattern, parsed } from './scalars.js';
import { probeVersionNames } from './vocabulary.js';

/** Infinity for `never`. */
export function wholeNumberOrNever(least: number, most: number) {
  const range = `${least} to ${most}`;
  const error = expecting(`a whole number from ${range}, or never`, (input) => {
    const [, digits] = /^([0-9]+)%?$/.exec(String(input)) ?? [];
    return typeof input === 'string' && digits !== undefined ? digits : undefined;
  });
  return z
    .union([z.int({ error }).min(least, { error }).max(most, { error }), z.literal('never', { error })], { error })
    .transform((input) => (input === 'never' ? Infinity : input))
    .meta({ title: `whole number, ${range}, or \`never\`` });
}

/** Where else a server is checked; the port is another key. */
export function host() {
  const explain = expecting('an address without a port, such as 10.0.0.8 or smsc1.example.net', (input) => {
    const address = serverAddress(String(input));
    return address?.kind === 'tcp' ? `${address.host}, and ${address.port} as the port` : undefined;
  });
  return parsed('address without a port', explain, hostAddress);
}

/** The Source_Addr of a probe. */
export function account() {
  const explain = expecting('an account of 1 to 6 visible ASCII characters, in quotes', (input) =>
    typeof input === 'number' && accountPattern.test(String(input)) ? `"${input}" with the quotes` : undefined,
  );
  return parsed('account', explain, (text) => (accountPattern.test(text) ? text : undefined), accountPattern);
}

/** The edition of CMPP in which a probe speaks. */
export function probeVersion() {
  const names = probeVersionNames.map((name) => `"${name}"`);
  const error = expecting(`${names.join(' or ')}, in quotes`, (input) => {
    const meant = probeVersionNames.find((name) => Number(name) === Number(input));
    return meant && `"${meant}" with the quotes`;
  });
  return z.enum(probeVersionNames, { error }).meta({ title: names.map((name) => `\`${name}\``).join(', ') });
}

/** Another server: of the same backend where `backend` is undefined. */
interface TrackedServer {
  readonly backend: string | undefined;
  readonly server: string;
}

export function trackedServer() {
  return parsed('server', expecting('a server such as smsc2, or other-backend/smsc1'), trackedServerOf);
}

function trackedServerOf(text: string): TrackedServer | undefined {
  const names = text.split('/');
  const [first = '', second] = names;
  if (names.length > 2 || !names.every((name) => namePattern.test(name))) return undefined;
  return second === undefined ? { backend: undefined, server: first } : { backend: first, server: second };
}

const hexPattern = /^([0-9A-Fa-f]{2})+$/;

/** Bytes in hex. */
export function hexBytes() {
  return parsed(
    'hex',
    expecting('bytes in hex such as "0000000c", two digits each; digits alone need quotes'),
    (text) => (hexPattern.test(text) ? bytesOf(text) : undefined),
    hexPattern,
  );
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** What a script sends or expects; what it may be is for a rule to say. */
export function scriptText() {
  return z.string({ error: expecting('a text; digits alone need quotes') }).meta({ title: 'text' });
}
