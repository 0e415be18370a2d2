/** Checks the text of a cmpp-lb.yaml and resolves it. Pure: the text and the system's limits are given. */

import { checkText, isTouched, problemOf, withoutFaults } from './check.js';
import type { Config, Limits } from './config.js';
import { fileSchema, partialFileSchema } from './file-schema.js';
import { byPlace, problemText } from './problem.js';
import type { Path, Problem } from './problem.js';
import type { YamlSource } from './yaml-source.js';
import { resolveConfig } from './resolve.js';
import { rules } from './rules.js';
import type { Rule } from './rule.js';
import { traps } from './traps.js';

/** Both lists in the order of the file. */
export type ConfigResult =
  | { readonly kind: 'valid'; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

export function checkConfig(file: string, text: string, limits: Limits): ConfigResult {
  const reading = checkText(file, text, fileSchema);
  if (reading.kind === 'unreadable') return { kind: 'invalid', problems: reading.problems, warnings: [] };
  const { source, data, faults, duplicates } = reading;
  // What is left without the faults is judged too, so that one run shows every problem.
  const isNothingLeft = faults.some(({ path }) => path.length === 0);
  const sound = isNothingLeft ? {} : partialFileSchema.parse(withoutFaults(source.value, faults));
  const judge = (ruleSet: readonly Rule[]): Problem[] => {
    const findings = ruleSet.flatMap((rule) => rule.find(sound, limits)).filter(({ from }) => !isTouched(from, faults));
    // What `defaults` says is found once for each section that inherits it, but it is one line to mend.
    return withoutRepeats(findings.map(({ at, message }) => source.problemAt(firstWritten(source, at), message)));
  };
  const problems = [...duplicates, ...faults.map((fault) => problemOf(source, fault)), ...judge(rules)].sort(byPlace);
  const warnings = judge(traps).sort(byPlace);
  return data === undefined || problems.length > 0
    ? { kind: 'invalid', problems, warnings }
    : { kind: 'valid', config: resolveConfig(data, limits, source), warnings };
}

function firstWritten(source: YamlSource, places: readonly Path[]): Path {
  return places.find((path) => source.isWritten(path)) ?? places[0] ?? [];
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [problemText(problem), problem])).values()];
}
