/** Reads `server` and `default-server` lines. Pure. */

import type { Use, WithSettings } from './keyword.js';
import { readParameters } from './parameters.js';
import type { Proxy } from './proxy.js';
import { serverParameters } from './server-parameters.js';
import { serverAddressText } from './values.js';

export function readDefaultServer(use: Use, { serverDefaults }: Proxy): void {
  readParameters(use, serverParameters, serverDefaults);
}

/** What `default-server` says holds from its line on. */
export function readServer(use: Use, { servers, serverDefaults }: Proxy): void {
  const [name, address, ...parameters] = use.words;
  if (name === undefined || address === undefined) return;
  const place = { ...use.place, column: name.column, words: `${use.place.words} ${name.text}` };
  const addressPlace = { ...place, column: address.column };
  const line: WithSettings = { settings: new Map(serverDefaults.settings) };
  readParameters({ ...use, place, words: parameters }, serverParameters, line);
  const text = serverAddressText(address.text);
  const twin = servers.find((server) => server.name === name.text);
  if (name.text === '__proto__') {
    // Objects treat this one key in a way of their own.
    use.remarks.problem(place, 'not a name; write another');
  } else if (twin !== undefined) {
    use.remarks.problem(place, `has the name of the server in line ${twin.place.line}; write another`);
  } else if (text === undefined || /:(\+|-|0$)/.test(text)) {
    use.remarks.problem(addressPlace, 'expected an address and port such as 10.0.0.7:7890; only HAProxy has this kind');
  } else {
    if (line.settings.has('check') && line.settings.has('track'))
      use.remarks.problem(
        place,
        'has check and track; remove one of the two, for it shares the health of another or has its own',
      );
    servers.push({ name: name.text, address: text, place, addressPlace, settings: line.settings });
  }
}
