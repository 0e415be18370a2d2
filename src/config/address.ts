/** Where to listen, which server to dial, whom to trust, where to log: the spelling of addresses. Pure. */

import { formatAddress, parseAddress, parseNetwork } from '../runtime/address.js';
import type { Network } from '../runtime/address.js';
import { nearest } from './nearest.js';

export interface TcpAddress {
  readonly kind: 'tcp';
  /** An IPv4 or IPv6 address without brackets; for a server a DNS name too. */
  readonly host: string;
  readonly port: number;
}

export interface UnixAddress {
  readonly kind: 'unix';
  readonly path: string;
}

/** Senders whose PROXY header is believed: a network, or whoever may open the unix socket. */
export type TrustedSender = { readonly kind: 'network'; readonly network: Network } | { readonly kind: 'unix' };

export type LogTarget =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'stderr' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'syslog'; readonly host: string; readonly port: number };

/** Linux keeps a unix socket's path in 108 bytes, the closing zero included. */
const LONGEST_UNIX_PATH_BYTES = 107;

/** `*:9999` (every IPv4 address), `127.0.0.1:9999`, `[::]:9999`, `unix:/run/x.sock`; port 0 lets the system choose. */
export function listenAddress(text: string): TcpAddress | UnixAddress | undefined {
  if (text.startsWith('unix:')) return unixAddress(text);
  const parts = hostAndPort(text);
  if (parts === undefined) return undefined;
  if (parts.host === '*') return { ...parts, host: '0.0.0.0' };
  return isIp(parts.host) ? parts : undefined;
}

/** `10.0.0.7:7890`, `[fd00::7]:7890`, `smsc.example.net:7890` or `unix:/run/x.sock`. */
export function serverAddress(text: string): TcpAddress | UnixAddress | undefined {
  if (text.startsWith('unix:')) return unixAddress(text);
  const parts = hostAndPort(text);
  if (parts === undefined || parts.port === 0) return undefined;
  return isIp(parts.host) || isHostName(parts.host) ? parts : undefined;
}

/** `/run/cmpp-lb/cmpp-lb.sock`, which a unix socket can have. */
export function socketPath(text: string): UnixAddress | undefined {
  return unixAddress(`unix:${text.replace(/^unix:/, '')}`);
}

/** `/var/lib/cmpp-lb/state`, which is no folder's name. */
export function absolutePath(text: string): string | undefined {
  return text.startsWith('/') && !text.endsWith('/') && !text.includes('\0') ? text : undefined;
}

/** Whether only this machine's own programs reach it. */
export function isLoopback({ host }: TcpAddress): boolean {
  return host.startsWith('127.') || host === '::1';
}

/** The host alone of what `serverAddress` takes: `10.0.0.8`, `fd00::8` or `smsc.example.net`. */
export function hostAddress(text: string): string | undefined {
  return isIp(text) || isHostName(text) ? text : undefined;
}

/** What the writer of `input`, which is no address, may have meant. */
export function addressAdvice(input: string | number | boolean): string | undefined {
  const text = String(input);
  if (/^:?[0-9]+$/.test(text)) return JSON.stringify(`*:${text.replace(':', '')}`);
  const [, host = '', port = ''] = /^(.*):([0-9]{1,5})$/.exec(text) ?? [];
  if (host.includes(':') && isIp(host)) return JSON.stringify(`[${host}]:${port}`);
  if (isIp(text)) return `the port too: ${JSON.stringify(text.includes(':') ? `[${text}]:7890` : `${text}:7890`)}`;
  if (host === 'localhost') return `127.0.0.1:${port}`;
  if (text.startsWith('/')) return `unix:${text}`;
  return undefined;
}

/** `10.0.0.0/8`, `10.0.0.7`, `fd00::/8` or `unix`. */
export function trustedSender(text: string): TrustedSender | undefined {
  if (text === 'unix') return { kind: 'unix' };
  const network = parseNetwork(text);
  return network && { kind: 'network', network };
}

/** `stdout`, `stderr`, `syslog:127.0.0.1:514`, or the path of a file, which has a slash in it. */
export function logTarget(text: string): LogTarget | undefined {
  if (text === 'stdout' || text === 'stderr') return { kind: text };
  if (text.startsWith('syslog:')) {
    const address = serverAddress(text.slice('syslog:'.length));
    return address?.kind === 'tcp' ? { kind: 'syslog', host: address.host, port: address.port } : undefined;
  }
  const isPath = text.includes('/') && !text.endsWith('/') && !text.startsWith(FILE_SCHEME);
  return isPath ? { kind: 'file', path: text } : undefined;
}

const FILE_SCHEME = 'file:';

/** What the writer of `input`, which is no log target, may have meant. */
export function logTargetAdvice(input: string | number | boolean): string | undefined {
  const text = String(input);
  if (!text.startsWith(FILE_SCHEME)) return nearest(text, ['stdout', 'stderr']);
  const path = text.slice(FILE_SCHEME.length).replace(/^\/+/, '/');
  return logTarget(path)?.kind === 'file' ? path : undefined;
}

/** An address as it is written in the file. */
export function addressText(address: TcpAddress | UnixAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** A sender as it is written in the file. */
export function senderText(sender: TrustedSender): string {
  return sender.kind === 'unix' ? 'unix' : `${formatAddress(sender.network.address)}/${sender.network.prefixBits}`;
}

function unixAddress(text: string): UnixAddress | undefined {
  const path = text.slice('unix:'.length);
  const isUsable = path.startsWith('/') && new TextEncoder().encode(path).length <= LONGEST_UNIX_PATH_BYTES;
  return isUsable ? { kind: 'unix', path } : undefined;
}

function hostAndPort(text: string): TcpAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  // Brackets are for IPv6 only, and IPv6 is for brackets only, so that the last colon is always the port's.
  if (host === undefined || port > 65_535 || (bracketed !== undefined && !bracketed.includes(':'))) return undefined;
  return { kind: 'tcp', host, port };
}

function isIp(text: string): boolean {
  return parseAddress(text) !== undefined;
}

export function isHostName(text: string): boolean {
  // A last label of digits only is an IPv4 address with a slip in it, which no resolver would find.
  return (
    text.length <= 253 && !/(^|\.)[0-9]+$/.test(text) && /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.|$))+$/i.test(text)
  );
}
