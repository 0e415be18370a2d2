/**
 * The plan of a `tcp-script` probe. Pure.
 *
 * What was tried on HAProxy 2.6.12, and is done here: an expect looks at all that has come since the last send or
 * connect, so that several find what came together, in any order; a match takes nothing away. A send or a connect forgets
 * it. An expect waits until it matches, the server closes or the time is over, and for at least one byte. 16,384 bytes
 * without a match are a failure. Regular expressions of hex see upper case digits.
 */

import { matcherOf } from './probe-script.js';
import type { ScriptStep } from './probe-script.js';
import { MORE } from './probe-plan.js';
import type { ConnectStep, Judgement, ProbePlan, ProbeTalk, Step, TalkPort } from './probe-plan.js';
import { quoted, spanText } from './probe-words.js';

/** HAProxy's `tune.bufsize`. */
const HELD_BYTES = 16_384;

class ScriptTalk implements ProbeTalk {
  readonly trouble = undefined;
  readonly #port: TalkPort;
  #received = '';

  constructor(port: TalkPort) {
    this.#port = port;
  }

  /** Latin-1. */
  get received(): string {
    return this.#received;
  }

  get remainder(): string {
    return this.#received === '' ? '' : `; it sent ${quoted(this.#received)}`;
  }

  send(bytes: Uint8Array): void {
    this.#received = '';
    this.#port.write(bytes);
  }

  hear(bytes: Uint8Array): void {
    const held = bytes.subarray(0, HELD_BYTES - this.#received.length);
    this.#received += Buffer.from(held.buffer, held.byteOffset, held.length).toString('latin1');
    this.#port.heard();
  }

  takeLeave(): void {}
}

export function scriptPlan({ script }: { readonly script: readonly ScriptStep[] }): ProbePlan<ScriptTalk> {
  const first: readonly Step<ScriptTalk>[] = script[0]?.kind === 'connect' ? [] : [connectStep(undefined)];
  const steps = [...first, ...script.map(stepOf)];
  const plan: ProbePlan<ScriptTalk> = {
    keepsConnection: false,
    steps: () => steps,
    talk: (port) => new ScriptTalk(port),
  };
  return plan;
}

function stepOf(step: ScriptStep): Step<ScriptTalk> {
  if (step.kind === 'connect') return connectStep(step.port);
  if (step.kind === 'expect') return expectStep(step);
  const { bytes } = step;
  const sent: Judgement = { kind: 'passed', text: `bytes sent: ${bytes.length}` };
  return {
    kind: 'exchange',
    name: 'send',
    awaited: '',
    isCourtesy: false,
    ask: (talk) => talk.send(bytes),
    judge: () => sent,
  };
}

function connectStep(port: number | undefined): ConnectStep {
  return { kind: 'connect', name: port === undefined ? 'connect' : `connect port ${port}`, port };
}

function expectStep(step: Extract<ScriptStep, { kind: 'expect' }>): Step<ScriptTalk> {
  const { match, pattern } = step;
  const isIn = matcherOf(step);
  const awaited = `${match} ${match === 'binary' ? pattern : JSON.stringify(pattern)}`;
  return {
    kind: 'exchange',
    name: `expect ${awaited}`,
    awaited,
    isCourtesy: false,
    ask: () => {},
    judge: ({ received, remainder }, waitedMs) => {
      if (received === '') return MORE;
      if (isIn(received)) return { kind: 'passed', text: `${awaited} in ${spanText(waitedMs)}` };
      if (received.length < HELD_BYTES) return MORE;
      return { kind: 'failed', status: 'L7RSP', text: `${HELD_BYTES} bytes without ${awaited}${remainder}` };
    },
  };
}
