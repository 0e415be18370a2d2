/** Checks the text of a cmpp-lb.yaml or a haproxy.cfg and resolves it. Pure: the text, the system's limits and a store of secrets are given. */

import { checkSource, checkText, isTouched, problemOf, withoutFaults } from './check.js';
import type { Checked } from './check.js';
import type { Config, Limits } from './config.js';
import { fileSchema, partialFileSchema } from './file-schema.js';
import type { ConfigFile } from './file-schema.js';
import { readHaproxy } from './haproxy/haproxy-source.js';
import { byPlace, problemText } from './problem.js';
import type { Path, Problem } from './problem.js';
import type { Source } from './source.js';
import { resolveConfig } from './resolve.js';
import { rules } from './rules.js';
import type { Rule, Surroundings } from './rule.js';
import type { SecretStore } from './secret.js';
import { traps } from './traps.js';
import type { Mode } from './vocabulary.js';

/** All lists in the order of the file. Notes are about what is passed over without harm. */
export type ConfigResult =
  | {
      readonly kind: 'valid';
      readonly config: Config;
      readonly warnings: readonly Problem[];
      readonly notes: readonly Problem[];
    }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly Problem[];
      readonly warnings: readonly Problem[];
      readonly notes: readonly Problem[];
    };

/** A file whose values were checked, with what its own language has to say of it. */
interface CheckedFile extends Checked<ConfigFile> {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notes: readonly Problem[];
  /** Keys that are missing because what they come from is one of the problems. */
  readonly lost: readonly Path[];
  readonly lowersMaxconn: boolean;
}

/** A cmpp-lb.yaml says nothing that its schema does not know of. */
const NOTHING_ELSE = { warnings: [], notes: [], lost: [], lowersMaxconn: false };

const noSecrets: SecretStore = { variable: () => undefined, fileText: () => undefined };

export function checkConfig(file: string, text: string, limits: Limits, secrets = noSecrets): ConfigResult {
  const reading = checkText(file, text, fileSchema);
  if (reading.kind === 'unreadable') {
    return { kind: 'invalid', problems: reading.problems, warnings: [], notes: [] };
  }
  return judge({ ...reading, problems: reading.duplicates, ...NOTHING_ELSE }, limits, secrets);
}

/** A haproxy.cfg. `mode` is what its sections of mode tcp are to be; undefined leaves them so, with a warning. */
export function checkHaproxyConfig(
  file: string,
  text: string,
  limits: Limits,
  secrets = noSecrets,
  mode?: Mode,
): ConfigResult {
  const { source, remarks, lost } = readHaproxy(file, text, mode, (name) => secrets.variable(name));
  const { problems, warnings, notes } = remarks;
  const checked = { ...checkSource(source, fileSchema), problems, warnings, notes, lost, lowersMaxconn: true };
  return judge(checked, limits, secrets);
}

function judge(checked: CheckedFile, limits: Limits, secrets: SecretStore): ConfigResult {
  const { source, data, lost, lowersMaxconn } = checked;
  const faults = checked.faults.filter(({ path }) => !lost.some((key) => isSamePath(key, path)));
  // What is left without the faults is judged too, so that one run shows every problem.
  const isNothingLeft = faults.some(({ path }) => path.length === 0);
  const sound = isNothingLeft ? {} : partialFileSchema.parse(withoutFaults(source.value, checked.faults));
  const surroundings: Surroundings = {
    ...limits,
    secrets,
    lowersMaxconn,
    isWritten: (path) => source.isWritten(path),
  };
  const doubtful = [...checked.faults, ...lost.map((path) => ({ path }))];
  const find = (ruleSet: readonly Rule[]): Problem[] => {
    const findings = ruleSet
      .flatMap((rule) => rule.find(sound, surroundings))
      .filter(({ from }) => !isTouched(from, doubtful));
    // What `defaults` says is found once for each section that inherits it, but it is one line to mend.
    return withoutRepeats(findings.map(({ at, message }) => source.problemAt(firstWritten(source, at), message)));
  };
  const own = faults.map((fault) => problemOf(source, fault));
  const problems = [...checked.problems, ...own, ...find(rules)].sort(byPlace);
  const warnings = [...checked.warnings, ...find(traps)].sort(byPlace);
  const notes = [...checked.notes].sort(byPlace);
  return data === undefined || problems.length > 0
    ? { kind: 'invalid', problems, warnings, notes }
    : { kind: 'valid', config: resolveConfig(data, surroundings, source), warnings, notes };
}

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, index) => step === other[index]);
}

function firstWritten(source: Source, places: readonly Path[]): Path {
  return places.find((path) => source.isWritten(path)) ?? places[0] ?? [];
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problemText(problem), problem])).values()];
}
