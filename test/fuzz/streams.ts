/** Makes the spoilt stream of a number, and feeds it to one of the parts that read what comes from outside. */

import { Draw } from '../simulation/draw.js';
import { fuzzParsers } from './parsers.js';
import { fuzzProxyHeaders } from './proxy-headers.js';
import { fuzzSession } from './sessions.js';

const targets = { parsers: fuzzParsers, session: fuzzSession, 'PROXY header': fuzzProxyHeaders } as const;

/** Returns a report for a person if something is not as it should be. */
export function runStream(number: number): string | undefined {
  const draw = new Draw(number);
  const target = draw.weighted({ parsers: 3, session: 5, 'PROXY header': 2 });
  try {
    targets[target](draw);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `Stream ${number} (${target}): ${why}\nAgain: npm run fuzz -- --streams 1 --from ${number}`;
  }
}
