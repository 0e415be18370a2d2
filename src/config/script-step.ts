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
