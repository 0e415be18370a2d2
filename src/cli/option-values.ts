/** Reads the values of command line options; what cannot be read is refused with what was expected. */

import { InvalidArgumentError, Option } from 'commander';
import { addressAdvice, listenAddress, serverAddress } from '../config/address.js';
import type { TcpAddress } from '../config/address.js';
import { durationAdvice, durationMs, durationPattern, durationText, LONGEST_DURATION_MS } from '../config/quantity.js';

/** Milliseconds of `200ms`, `5s` and the like, from `leastMs` on; undefined when the text is none. */
function readDuration(text: string, leastMs: number): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const ms = durationMs(text);
  return ms >= leastMs && ms <= LONGEST_DURATION_MS ? ms : undefined;
}

/** Milliseconds, 0 included, where a command has its own way to refuse; undefined when the text is no duration. */
export function durationOf(text: string): number | undefined {
  return readDuration(text, 0);
}

/** Milliseconds above 0. */
export function duration(text: string): number {
  return readDuration(text, 1) ?? refuse('a duration such as 5s or 200ms', durationAdvice(text));
}

/** Milliseconds; 0 may be written without a unit. */
export function durationOrZero(text: string): number {
  return text === '0' ? 0 : (durationOf(text) ?? refuse('a duration such as 5s, or 0', durationAdvice(text)));
}

/** Milliseconds; undefined for `never`. */
export function durationOrNever(text: string): number | undefined {
  return text === 'never' ? undefined : duration(text);
}

/** An option whose value is read by one of these three; help shows its default as it would be written. */
export function durationOption(
  flags: string,
  description: string,
  parse: (text: string) => number | undefined,
  defaultMs: number,
): Option {
  return new Option(flags, description)
    .argParser(parse)
    .default(defaultMs, defaultMs === 0 ? '0' : durationText(defaultMs));
}

/** Makes the reader of a whole number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    return /^\d{1,10}$/.test(text) && value >= least && value <= most
      ? value
      : refuse(`a whole number from ${least} to ${most}`);
  };
}

/** Makes the reader of how often something happens in a second, fractions included. */
export function perSecond(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text.replace(/\/s$/, ''));
    return /^\d+(\.\d+)?(\/s)?$/.test(text) && value >= least && value <= most
      ? value
      : refuse(`a number a second from ${least} to ${most}`);
  };
}

/** An address to listen on; port 0 lets the system choose. */
export function tcpListen(text: string): TcpAddress {
  const address = listenAddress(text);
  return address?.kind === 'tcp' ? address : refuse('an address such as 127.0.0.1:9315', addressAdvice(text));
}

/** A server to connect to. */
export function tcpServer(text: string): TcpAddress {
  const address = serverAddress(text);
  return address?.kind === 'tcp' ? address : refuse('an address such as 127.0.0.1:9999', addressAdvice(text));
}

/** The value of an environment variable; an option's text on the command line can be read by every user. */
export function environment(name: string): string {
  return process.env[name] ?? refuse(`the name of an environment variable that is set, ${name} is not`);
}

/** Says what was expected, and what the writer may have meant. Commander adds the option and what was written. */
export function refuse(expected: string, advice?: string): never {
  throw new InvalidArgumentError(`Expected ${expected}${advice === undefined ? '' : `; write ${advice}`}.`);
}
