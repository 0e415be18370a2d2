/** A haproxy.cfg as the check of values sees it: like a cmpp-lb.yaml whose keys stand in other places, in other words. Pure. */

import type { Path, Problem } from '../problem.js';
import type { Source } from '../source.js';
import type { Mode } from '../vocabulary.js';
import { plainValue } from './draft.js';
import type { Branch, Draft } from './draft.js';
import type { Remarks } from './place.js';
import { translate } from './translate.js';
import type { Variable } from './words.js';

const ONLY_IN_YAML = 'only cmpp-lb.yaml can say so; cmpp-lb convert writes one';

/** How to follow advice that was given in the words of cmpp-lb.yaml, by the last key that it is about. */
const adviceHere: Readonly<Record<string, string>> = {
  account: ONLY_IN_YAML,
  'accept-proxy': ONLY_IN_YAML,
  password: 'in a haproxy.cfg it stands in stats auth; cmpp-lb convert takes it out',
  'hash-type': ONLY_IN_YAML,
  type: 'here that is --mode cmpp, or option tcp-check with tcp-check expect',
  stick: 'here that is stick on',
  expire: 'here that is expire behind stick-table',
  check: 'here that is check behind a server’s address',
  on: 'here that is --mode cmpp, or stick on src',
  'on-marked-down': 'here that is on-marked-down shutdown-sessions behind each server, or default-server',
  'default-backend': 'here that is default_backend NAME',
  listen: 'here that is a bind line',
};

export interface HaproxyReading {
  readonly source: Source;
  readonly draft: Draft;
  readonly remarks: Remarks;
  /** Keys that are missing because what they come from was refused. */
  readonly lost: readonly Path[];
}

export function readHaproxy(file: string, text: string, mode: Mode | undefined, variable: Variable): HaproxyReading {
  const { draft, remarks, lost } = translate(file, text, mode, variable);
  const problemAt = (path: Path, message: string): Problem => {
    const advice = path.at(-2) === 'timeout' ? undefined : adviceHere[String(path.at(-1))];
    return remarks.at(draft.placeOf(path), advice === undefined ? message : `${message} (${advice})`);
  };
  const source: Source = {
    value: plainValue(draft.root),
    problemAt,
    isWritten: (path) => draft.find(path) !== undefined,
    isDangling: () => false,
    keysAt: (path) => keysOf(draft.find(path)),
  };
  return { source, draft, remarks, lost };
}

function keysOf(branch: Branch | undefined): readonly string[] {
  return [...(branch?.entries.keys() ?? [])].map(String);
}
