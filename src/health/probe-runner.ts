/**
 * Runs a probe of any kind: takes its steps in order on one connection, within its limits. Pure but for the clock and the
 * connection that it is given.
 */

import type { Probe, ProbeLimits, ProbeLink, ProbeOutcome, ProbeParts, ProbeStep } from './probe.js';
import type { CheckStatus } from './probe.js';
import type { ExchangeStep, Judgement, ProbePlan, ProbeTalk, Step } from './probe-plan.js';
import { connectFailure, lostText, spanText } from './probe-words.js';

type Connection<Talk> =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening'; readonly link: ProbeLink }
  | { readonly kind: 'open'; readonly link: ProbeLink; readonly talk: Talk };

/** A run that is under way. */
interface Run<Talk> {
  readonly limits: ProbeLimits;
  readonly done: (outcome: ProbeOutcome) => void;
  readonly steps: readonly Step<Talk>[];
  readonly startedMs: number;
  /** Those that have been taken; the next one is under way. */
  readonly taken: ProbeStep[];
  /** When the whole of it must be over. */
  endsAtMs: number;
  stepStartedMs: number;
  cancelTimer: () => void;
  /** What the outcome is if the run ends now. */
  status: CheckStatus;
  text: string;
}

const NO_CONNECTION = { kind: 'none' } as const;
/** A timer that fires so much too late says that this process was busy with something else. */
const LATE_MS = 20;

export class ProbeRunner<Talk extends ProbeTalk> implements Probe {
  readonly #plan: ProbePlan<Talk>;
  readonly #parts: ProbeParts;
  #connection: Connection<Talk> = NO_CONNECTION;
  #run: Run<Talk> | undefined;

  constructor(plan: ProbePlan<Talk>, parts: ProbeParts) {
    this.#plan = plan;
    this.#parts = parts;
  }

  run(limits: ProbeLimits, done: (outcome: ProbeOutcome) => void): void {
    if (this.#run !== undefined) throw new Error('a probe was run while it was under way');
    const startedMs = this.#parts.clock.nowMs();
    const run: Run<Talk> = {
      limits,
      done,
      steps: this.#plan.steps(this.#connection.kind === 'open'),
      startedMs,
      endsAtMs: startedMs + limits.wholeMs,
      taken: [],
      stepStartedMs: startedMs,
      cancelTimer: () => {},
      status: 'L4OK',
      text: '',
    };
    this.#run = run;
    this.#begin(run, startedMs);
  }

  stop(): void {
    this.#run?.cancelTimer();
    this.#run = undefined;
    if (this.#connection.kind === 'open') this.#connection.talk.takeLeave();
    this.#hangUp();
  }

  /** Begins the next step, or ends the run when there is none. */
  #begin(run: Run<Talk>, nowMs: number): void {
    const step = run.steps[run.taken.length];
    if (step === undefined) {
      this.#end(run, true, this.#plan.keepsConnection, nowMs);
      return;
    }
    run.stepStartedMs = nowMs;
    if (step.kind === 'connect') this.#connect(step.port);
    else if (this.#ask(run, step).kind !== 'more') return;
    const leftMs = Math.max(0, run.endsAtMs - nowMs);
    const waitMs = step.kind === 'connect' ? leftMs : Math.min(run.limits.answerMs, leftMs);
    this.#await(run, step, waitMs);
  }

  /** Limits the step's time. `isGrace`: it has had its time, and this process had none for its answer. */
  #await(run: Run<Talk>, step: Step<Talk>, waitMs: number, isGrace = false): void {
    const { clock } = this.#parts;
    const dueMs = clock.nowMs() + waitMs;
    run.cancelTimer = clock.after(waitMs, () => {
      const lateMs = clock.nowMs() - dueMs;
      // The answer may have come long ago, and wait to be read: a busy balancer must not put servers down for it.
      if (isGrace || lateMs <= LATE_MS) {
        this.#timeOut(run, step, clock.nowMs() - run.stepStartedMs);
        return;
      }
      run.endsAtMs += lateMs;
      this.#await(run, step, lateMs, true);
    });
  }

  #ask(run: Run<Talk>, step: ExchangeStep<Talk>): Judgement {
    const connection = this.#connection;
    if (connection.kind !== 'open') throw new Error(`${step.name} has no connection`);
    step.ask(connection.talk);
    return this.#judge(run, step, connection.talk);
  }

  #connect(port: number | undefined): void {
    this.#hangUp();
    const link = this.#parts.openLink(port, {
      opened: () => this.#opened(link),
      read: (bytes) => this.#read(link, bytes),
      lost: (detail) => this.#lost(link, detail),
    });
    this.#connection = { kind: 'opening', link };
  }

  #opened(link: ProbeLink): void {
    const run = this.#run;
    if (this.#isPast(link) || this.#connection.kind !== 'opening' || run === undefined) return;
    const talk = this.#plan.talk({
      write: (bytes) => {
        if (!this.#isPast(link)) link.write(bytes);
      },
      heard: () => {
        if (!this.#isPast(link)) this.#heard(talk);
      },
    });
    this.#connection = { kind: 'open', link, talk };
    const nowMs = this.#parts.clock.nowMs();
    this.#pass(run, `connected in ${spanText(nowMs - run.stepStartedMs)}`, false, nowMs);
  }

  #read(link: ProbeLink, bytes: Uint8Array): void {
    if (this.#isPast(link) || this.#connection.kind !== 'open') return;
    const { talk } = this.#connection;
    talk.hear(bytes);
    // What was heard may have ended the run, or begun the next one on another connection.
    if (this.#isPast(link) || talk.trouble === undefined) return;
    this.#hangUp();
    if (this.#run !== undefined) this.#fail(this.#run, 'L7RSP', talk.trouble);
  }

  #lost(link: ProbeLink, detail: string): void {
    const connection = this.#connection;
    if (this.#isPast(link) || connection.kind === 'none') return;
    this.#connection = NO_CONNECTION;
    const run = this.#run;
    // A connection that was kept: the next run opens another.
    if (run === undefined) return;
    const step = run.steps[run.taken.length];
    if (connection.kind === 'open' && step?.kind === 'exchange') {
      this.#fail(run, 'L7RSP', `${lostText(detail, step.awaited)}${connection.talk.remainder}`);
      return;
    }
    const { status, text } = connectFailure(detail);
    this.#fail(run, status, text);
  }

  #heard(talk: Talk): void {
    const run = this.#run;
    const step = run?.steps[run.taken.length];
    if (run !== undefined && step?.kind === 'exchange') this.#judge(run, step, talk);
  }

  #judge(run: Run<Talk>, step: ExchangeStep<Talk>, talk: Talk): Judgement {
    const nowMs = this.#parts.clock.nowMs();
    const judgement = step.judge(talk, nowMs - run.stepStartedMs);
    if (judgement.kind === 'failed') this.#fail(run, judgement.status, judgement.text);
    if (judgement.kind !== 'passed') return judgement;
    if (!step.isCourtesy) run.status = 'L7OK';
    this.#pass(run, judgement.text, judgement.isLast === true, nowMs);
    return judgement;
  }

  #timeOut(run: Run<Talk>, step: Step<Talk>, waitedMs: number): void {
    const span = spanText(waitedMs);
    if (step.kind === 'connect') {
      this.#fail(run, 'L4TOUT', `no connection in ${span}`);
      return;
    }
    const remainder = this.#connection.kind === 'open' ? this.#connection.talk.remainder : '';
    this.#fail(run, 'L7TOUT', `no ${step.awaited} in ${span}${remainder}`);
  }

  #pass(run: Run<Talk>, text: string, isLast: boolean, nowMs: number): void {
    const step = run.steps[run.taken.length];
    this.#take(run, text, true, nowMs);
    if (step?.kind !== 'exchange' || !step.isCourtesy) run.text = text;
    if (isLast) this.#end(run, true, false, nowMs);
    else this.#begin(run, nowMs);
  }

  #fail(run: Run<Talk>, status: CheckStatus, text: string): void {
    const nowMs = this.#parts.clock.nowMs();
    const step = run.steps[run.taken.length];
    if (step?.kind === 'exchange' && step.isCourtesy) {
      this.#pass(run, `${text} (not counted)`, true, nowMs);
      return;
    }
    this.#take(run, text, false, nowMs);
    run.status = status;
    run.text = text;
    this.#end(run, false, false, nowMs);
  }

  #take(run: Run<Talk>, text: string, hasPassed: boolean, nowMs: number): void {
    run.cancelTimer();
    const durationMs = nowMs - run.stepStartedMs;
    run.taken.push({ name: run.steps[run.taken.length]?.name ?? '', durationMs, text, hasPassed });
  }

  #end(run: Run<Talk>, hasPassed: boolean, keepsConnection: boolean, nowMs: number): void {
    this.#run = undefined;
    if (!keepsConnection) this.#hangUp();
    const { status, text, taken: steps } = run;
    run.done({ hasPassed, status, text, durationMs: nowMs - run.startedMs, steps });
  }

  /** Whether this link is no longer the probe's: an event of it comes late. */
  #isPast(link: ProbeLink): boolean {
    return this.#connection.kind === 'none' || this.#connection.link !== link;
  }

  #hangUp(): void {
    if (this.#connection.kind !== 'none') this.#connection.link.close();
    this.#connection = NO_CONNECTION;
  }
}
