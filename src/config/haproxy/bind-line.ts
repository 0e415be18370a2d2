/** Reads `bind` lines: an address for each listener. Pure. */

import { bindParameters } from './bind-parameters.js';
import type { Use, WithSettings } from './keyword.js';
import { readParameters } from './parameters.js';
import type { Proxy } from './proxy.js';
import { addressOf, endpointText } from './values.js';

/** More is a slip, and each is a socket. */
const MOST_PORTS = 1000;

export function readBind(use: Use, { listeners }: Proxy): void {
  const [addresses, ...parameters] = use.words;
  if (addresses === undefined) return;
  const place = { ...use.place, column: addresses.column };
  const line: WithSettings = { settings: new Map() };
  readParameters({ ...use, words: parameters }, bindParameters, line);
  for (const text of addresses.text.split(',')) {
    for (const address of listenTexts(text, { ...use, place }, line.settings.has('v6only')))
      listeners.push({ address, place, settings: line.settings });
  }
}

/** As cmpp-lb.yaml writes them: one for each port, and for IPv4 beside IPv6. */
export function listenTexts(text: string, { place, remarks }: Use, isVersion6Only: boolean): string[] {
  const address = addressOf(text);
  if (address === undefined) {
    remarks.problem(place, `cmpp-lb does not listen on ${text}; write ADDRESS:PORT or unix@/PATH`);
    return [];
  }
  if (address.kind === 'unix') return [`unix:${address.path}`];
  const [, first = '', last] = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(address.port) ?? [];
  const count = Number(last ?? first) - Number(first) + 1;
  if (first === '' || count < 1 || count > MOST_PORTS) {
    const what = address.port === '' ? 'a port' : `a port, or at most ${MOST_PORTS} from the lower to the higher one,`;
    remarks.problem(place, `expected ${what} such as ${endpointText({ ...address, port: '9999' })}`);
    return [];
  }
  const ports = Array.from({ length: count }, (_, index) => String(Number(first) + index));
  // An address for all of IPv6 takes IPv4 too, unless told otherwise, because Linux has it so.
  const hosts = address.host === '::' && !isVersion6Only ? ['::', '*'] : [address.host];
  return ports.flatMap((port) => hosts.map((host) => endpointText({ host, port })));
}
