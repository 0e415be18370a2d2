/** The steps of a script: from the keys of the file to what a probe does, and what is wrong with one. Pure. */

import { EXPECT_NAMES } from '../health/probe-script.js';
import type { ScriptStep } from '../health/probe-script.js';

interface StepSection {
  readonly connect?: { readonly port?: number | undefined } | undefined;
  readonly send?: string | undefined;
  readonly 'send-binary'?: Uint8Array | undefined;
  readonly 'expect-string'?: string | undefined;
  readonly 'expect-rstring'?: string | undefined;
  readonly 'expect-binary'?: string | undefined;
  readonly 'expect-rbinary'?: string | undefined;
}

/** Undefined unless the section has one key exactly. */
export function scriptStepOf(section: StepSection): ScriptStep | undefined {
  const { connect, send, 'send-binary': bytes } = section;
  const steps: ScriptStep[] = [];
  if (connect !== undefined) steps.push({ kind: 'connect', port: connect.port });
  if (send !== undefined) steps.push({ kind: 'send', bytes: new TextEncoder().encode(send) });
  if (bytes !== undefined) steps.push({ kind: 'send', bytes });
  for (const match of EXPECT_NAMES) {
    const pattern = section[`expect-${match}`];
    if (pattern !== undefined) steps.push({ kind: 'expect', match, pattern });
  }
  return steps.length === 1 ? steps[0] : undefined;
}

/** What is wrong with a step, and what to write; undefined for a sound one. */
export function scriptFault(step: ScriptStep): string | undefined {
  if (step.kind === 'connect') return undefined;
  if (step.kind === 'send') return step.bytes.length === 0 ? 'nothing to send; write a text' : undefined;
  const { match, pattern } = step;
  if (pattern === '') return 'any answer has nothing in it; write what to expect';
  if (match === 'binary' && !/^([0-9A-Fa-f]{2})+$/.test(pattern)) {
    return 'expected bytes in hex such as "2b504f4e47", two digits each';
  }
  return (match === 'rstring' || match === 'rbinary') && !isRegularExpression(pattern)
    ? 'not a regular expression; write \\ before a bracket or a sign that stands for itself'
    : undefined;
}

function isRegularExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern).source !== '';
  } catch {
    return false;
  }
}
