/** Checks the text of a cmpp-lb.yaml and resolves it. Pure: the text, the system's limits and a store of secrets are given. */

import { checkText, isTouched, problemOf, withoutFaults } from './check.js';
import type { Config, Limits } from './config.js';
import { fileSchema, partialFileSchema } from './file-schema.js';
import { byPlace, problemText } from './problem.js';
import type { Path, Problem } from './problem.js';
import type { YamlSource } from './yaml-source.js';
import { resolveConfig } from './resolve.js';
import { rules } from './rules.js';
import type { Rule, Surroundings } from './rule.js';
import type { SecretStore } from './secret.js';
import { traps } from './traps.js';

/** Both lists in the order of the file. */
export type ConfigResult =
  | { readonly kind: 'valid'; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

const noSecrets: SecretStore = { variable: () => undefined, fileText: () => undefined };

export function checkConfig(file: string, text: string, limits: Limits, secrets = noSecrets): ConfigResult {
  const reading = checkText(file, text, fileSchema);
  if (reading.kind === 'unreadable') return { kind: 'invalid', problems: reading.problems, warnings: [] };
  const { source, data, faults, duplicates } = reading;
  // What is left without the faults is judged too, so that one run shows every problem.
  const isNothingLeft = faults.some(({ path }) => path.length === 0);
  const sound = isNothingLeft ? {} : partialFileSchema.parse(withoutFaults(source.value, faults));
  const surroundings: Surroundings = { ...limits, secrets, isWritten: (path) => source.isWritten(path) };
  const judge = (ruleSet: readonly Rule[]): Problem[] => {
    const findings = ruleSet
      .flatMap((rule) => rule.find(sound, surroundings))
      .filter(({ from }) => !isTouched(from, faults));
    // What `defaults` says is found once for each section that inherits it, but it is one line to mend.
    return withoutRepeats(findings.map(({ at, message }) => source.problemAt(firstWritten(source, at), message)));
  };
  const problems = [...duplicates, ...faults.map((fault) => problemOf(source, fault)), ...judge(rules)].sort(byPlace);
  const warnings = judge(traps).sort(byPlace);
  return data === undefined || problems.length > 0
    ? { kind: 'invalid', problems, warnings }
    : { kind: 'valid', config: resolveConfig(data, surroundings, source), warnings };
}

function firstWritten(source: YamlSource, places: readonly Path[]): Path {
  return places.find((path) => source.isWritten(path)) ?? places[0] ?? [];
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problemText(problem), problem])).values()];
}
