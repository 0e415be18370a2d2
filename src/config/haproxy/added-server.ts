/** Reads what stands behind `add server BACKEND/NAME` on the runtime socket: an address and parameters, as in a haproxy.cfg. Pure. */

import type { BackendConfig, CheckConfig, ServerConfig } from '../config.js';
import { addressText } from '../address.js';
import { serverSection } from '../file-schema.js';
import { checkedAddress, serverReference } from '../resolve-health.js';
import { serverConfig } from '../resolve.js';
import type { Settings, WithSettings } from './keyword.js';
import { readParameters } from './parameters.js';
import { Remarks } from './place.js';
import { serverParameters } from './server-parameters.js';
import { serverAddressText } from './values.js';

export type AddedServer =
  | { readonly kind: 'server'; readonly server: ServerConfig }
  /** A clause that says what is wrong. */
  | { readonly kind: 'wrong'; readonly message: string };

const PLAIN_KEYS = ['weight', 'maxconn', 'backup', 'send-proxy', 'track', 'slowstart'] as const;
const CHECK_KEYS = ['address', 'port', 'inter', 'fastinter', 'downinter', 'fall', 'rise', 'init-state'] as const;

/** A new server is in maintenance, whatever is written. It is checked as its backend says if `check` is among the words. */
export function readAddedServer(
  name: string,
  address: string,
  parameters: readonly string[],
  backend: BackendConfig,
): AddedServer {
  const line: WithSettings = { settings: new Map() };
  const remarks = new Remarks('');
  const words = parameters.map((text) => ({ text, column: 0 }));
  readParameters({ place: { line: 0, column: 0, words: `server ${name}` }, words, remarks }, serverParameters, line);
  // What a file may say without harm and without effect would be a mistake here.
  const [remark] = [...remarks.problems, ...remarks.notes];
  if (remark !== undefined) return wrong(`${remark.key}: ${remark.message}`);
  const { settings } = line;
  if (settings.has('check') && settings.has('track')) return wrong('a server has check or track, and not both');
  const refused = ['error-limit', 'observe', 'on-error', 'on-marked-down', 'on-marked-up'].find((key) =>
    settings.has(key),
  );
  if (refused !== undefined) return wrong(`'${refused}' is said of a backend, and not of a server`);
  const parsed = serverSection.safeParse(sectionOf(serverAddressText(address) ?? address, settings));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const own = parsed.data;
  const check = settings.has('check') ? checkOf(own, backend) : undefined;
  const track = serverReference(own, backend.name);
  const server = { ...serverConfig(name, own), disabled: true, check, track, slowstartMs: own.slowstart ?? 0 };
  return { kind: 'server', server };
}

function sectionOf(address: string, settings: Settings): Record<string, unknown> {
  const section: Record<string, unknown> = { address, check: settings.has('check') ? {} : undefined };
  for (const key of PLAIN_KEYS) section[key] = settings.get(key)?.value;
  // 0 is HAProxy's way to write that there is no limit.
  if (section['maxconn'] === 0) section['maxconn'] = undefined;
  const check = Object.fromEntries(
    CHECK_KEYS.flatMap((key) => {
      const setting = settings.get(`check.${key}`);
      return setting === undefined ? [] : [[key, setting.value]];
    }),
  );
  return { ...section, check: settings.has('check') ? check : undefined };
}

type ServerSection = ReturnType<typeof serverSection.parse>;

function checkOf({ address: place, check }: ServerSection, { serverCheck }: BackendConfig): CheckConfig {
  const own = typeof check === 'object' ? check : {};
  const address = checkedAddress(place, own.address, own.port);
  const interMs = own.inter ?? serverCheck.interMs;
  // Where the backend has one interval for all, the server's own is for all too.
  const usual = (intervalMs: number): number => (intervalMs === serverCheck.interMs ? interMs : intervalMs);
  return {
    ...serverCheck,
    address,
    isElsewhere: addressText(address) !== addressText(place),
    interMs,
    fastinterMs: own.fastinter ?? usual(serverCheck.fastinterMs),
    downinterMs: own.downinter ?? usual(serverCheck.downinterMs),
    fall: own.fall ?? serverCheck.fall,
    rise: own.rise ?? serverCheck.rise,
    initState: own['init-state'] ?? serverCheck.initState,
  };
}

function wrong(message: string): AddedServer {
  return { kind: 'wrong', message };
}
