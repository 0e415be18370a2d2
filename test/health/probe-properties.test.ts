import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameOf, makePdu } from '../../src/cmpp/pdu.js';
import type { ProbeOutcome, ProbeSettings } from '../../src/health/probe.js';
import type { ScriptStep } from '../../src/health/probe-script.js';
import { anyPdu } from '../support/pdu-arbitrary.js';
import { activeTestResp, connectResp, LIMITS, ProbeScene, terminateResp } from './probe-scene.js';

const account = { sourceAddr: '900001', sharedSecret: 'opensesame' };
const script: readonly ScriptStep[] = [
  { kind: 'expect', match: 'string', pattern: '+OK' },
  { kind: 'send', bytes: Buffer.from('PING') },
  { kind: 'expect', match: 'rbinary', pattern: '^2B' },
  { kind: 'connect', port: 7891 },
  { kind: 'expect', match: 'rstring', pattern: '^a*b' },
];

const anySettings: fc.Arbitrary<ProbeSettings> = fc.oneof(
  fc.constant<ProbeSettings>({ kind: 'tcp' }),
  fc.constant<ProbeSettings>({ kind: 'tcp-script', script }),
  fc.record({
    kind: fc.constant('cmpp' as const),
    account: fc.constantFrom(account, undefined),
    version: fc.constantFrom('2.0' as const, '3.0' as const),
    persistent: fc.boolean(),
  }),
);

/** What a server sends, answers and rubbish among them. */
const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(connectResp(0), connectResp(3), connectResp(0, '2.0'), terminateResp(3), Buffer.from('+OK')),
  fc.nat(5).map(activeTestResp),
  fc.constantFrom(frameOf(makePdu('activeTest', 1), '3.0'), frameOf(makePdu('terminate', 1), '3.0')),
  anyPdu('3.0').map((pdu) => frameOf(pdu, '3.0')),
  fc.uint8Array({ maxLength: 50 }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.concat(Array.from({ length: 1000 }, () => bytes))),
);

type Happening =
  | { readonly kind: 'opened' | 'run' | 'stop' }
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'passes'; readonly ms: number };

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Happening>({ kind: 'opened' }) },
  { weight: 3, arbitrary: fc.constant<Happening>({ kind: 'run' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'stop' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('ECONNREFUSED', 'closed by the server')
      .map((detail): Happening => ({ kind: 'lost', detail })),
  },
  { weight: 8, arbitrary: anyBytes.map((bytes): Happening => ({ kind: 'read', bytes })) },
  { weight: 2, arbitrary: fc.nat(6000).map((ms): Happening => ({ kind: 'passes', ms })) },
);

/** Lets it happen as far as it can: a link that is closed is silent, but for events that were on their way. */
function happen(scene: ProbeScene, happening: Happening, isUnderWay: boolean): void {
  const link = scene.links.at(-1);
  switch (happening.kind) {
    case 'run':
      if (!isUnderWay) scene.run();
      return;
    case 'stop':
      scene.probe.stop();
      return;
    case 'passes':
      scene.clock.advance(happening.ms);
      return;
    case 'opened':
      link?.events.opened();
      return;
    case 'lost':
      link?.close();
      link?.events.lost(happening.detail);
      return;
    case 'read':
      link?.events.read(happening.bytes);
  }
}

/** Whatever happens, each run ends within its limits, once, and nothing is left open. */
function checkRuns(settings: ProbeSettings, happenings: readonly Happening[]): void {
  const scene = new ProbeScene(settings);
  let begunAtMs: number | undefined;
  for (const happening of happenings) {
    const ended = scene.outcomes.length;
    happen(scene, happening, begunAtMs !== undefined);
    if (happening.kind === 'run') begunAtMs ??= scene.clock.nowMs();
    if (happening.kind === 'stop') begunAtMs = undefined;
    if (scene.outcomes.length === ended) continue;
    assert.equal(scene.outcomes.length, ended + 1);
    begunAtMs = undefined;
  }
  if (begunAtMs !== undefined) {
    const ended = scene.outcomes.length;
    scene.clock.advance(begunAtMs + LIMITS.wholeMs - scene.clock.nowMs());
    assert.equal(scene.outcomes.length, ended + 1);
  }
  assert.equal(scene.clock.pending, 0);
  scene.probe.stop();
  assert.ok(scene.isEverythingClosed);
  for (const outcome of scene.outcomes) checkOutcome(outcome);
}

/** Only the last step can have failed, and has if the probe has. */
function checkOutcome({ hasPassed, status, steps, durationMs }: ProbeOutcome): void {
  assert.ok(durationMs <= LIMITS.wholeMs);
  assert.ok(steps.length > 0);
  assert.ok(steps.slice(0, -1).every((step) => step.hasPassed));
  assert.equal(steps.at(-1)?.hasPassed, hasPassed);
  assert.equal(status.endsWith('OK'), hasPassed);
}

/** Where each of three answers is cut. */
type Cuts = readonly (readonly number[])[];

const anyCuts: fc.Arbitrary<Cuts> = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }), {
  minLength: 3,
  maxLength: 3,
});

const cmppAnswers: readonly Uint8Array[] = [
  Buffer.concat([frameOf(makePdu('activeTest', 1), '3.0'), connectResp(0)]),
  Buffer.concat([frameOf(makePdu('deliver', 2), '3.0'), activeTestResp(2)]),
  terminateResp(3),
];

/** The outcome, and what the server got. */
function cmppFound(cuts: Cuts): { outcome: ProbeOutcome; sent: string } {
  const scene = new ProbeScene({ kind: 'cmpp', account, version: '3.0', persistent: false });
  const link = scene.opened();
  for (const [index, answer] of cmppAnswers.entries()) link.send(answer, cuts[index]);
  return { sent: Buffer.from(link.sent).toString('hex'), outcome: scene.outcome() };
}

function scriptFound(cuts: Cuts): ProbeOutcome {
  const scene = new ProbeScene({ kind: 'tcp-script', script });
  scene.opened().send('hello, all is +OK', cuts[0]);
  scene.link.send('+', cuts[1]);
  scene.link.events.opened();
  scene.link.send('aaaaab', cuts[2]);
  return scene.outcome();
}

describe('a probe of any kind', () => {
  it('ends within its limits, once, and leaves nothing open, whatever happens', () => {
    fc.assert(fc.property(anySettings, fc.array(anyHappening, { maxLength: 40 }), checkRuns), { numRuns: 500 });
  });

  it('finds the same wherever its answers are cut', () => {
    const whole = cmppFound([]);
    assert.equal(whole.outcome.steps.length, 4);
    fc.assert(fc.property(anyCuts, (cuts) => assert.deepEqual(cmppFound(cuts), whole)));
    const script = scriptFound([]);
    assert.equal(script.text, 'rstring "^a*b" in 0 ms');
    fc.assert(fc.property(anyCuts, (cuts) => assert.deepEqual(scriptFound(cuts), script)));
  });
});
