/** Sends a number of SMS by one session, waits for the answers and reports, and says what came of them. */

import { realClock } from '../../runtime/clock.js';
import type { Clock } from '../../runtime/clock.js';
import { realRandom } from '../../runtime/random.js';
import type { Random } from '../../runtime/random.js';
import type { SubmitBody } from './outgoing-sms.js';
import { SpConnection } from './sp-connection.js';
import type { ServerAddress } from './sp-connection.js';
import type { SpEvent } from './sp-event.js';
import { isDelivered, SpFigures } from './sp-figures.js';
import { SpLines } from './sp-lines.js';
import { DEFAULT_SP_SETTINGS } from './sp-settings.js';
import type { Login, SpSettings } from './sp-settings.js';

export interface SendOptions {
  readonly server: ServerAddress;
  readonly login: Login;
  /** The address of this machine that the session comes from. */
  readonly sourceAddress?: string | undefined;
  /** See submitsOf. */
  readonly submits: readonly SubmitBody[];
  readonly settings?: Partial<SpSettings>;
  /** How long to wait for the next answer or report. */
  readonly waitMs: number;
  /** Takes a line for every step. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

interface SendOutcome {
  /** All were answered once with Result 0, and all reports that were asked for came and say DELIVRD. */
  readonly isDelivered: boolean;
  readonly figures: SpFigures;
}

export interface RunningSend {
  readonly outcome: Promise<SendOutcome>;
  /** Waits no longer: ends the session with TERMINATE. */
  close(): void;
}

export function sendMessages(options: SendOptions): RunningSend {
  const clock = options.clock ?? realClock;
  const { server, login, submits, waitMs, say } = options;
  const settings = { ...DEFAULT_SP_SETTINGS, ...options.settings };
  const around = { settings, clock, random: options.random ?? realRandom };
  const figures = new SpFigures();
  const lines = new SpLines(clock, say);
  const { promise: outcome, resolve } = withResolver<SendOutcome>();
  let cancelTimer: (() => void) | undefined;

  const waitOn = () => {
    cancelTimer?.();
    cancelTimer = clock.after(waitMs, () => {
      say(`nothing more came in ${waitMs / 1000} s`);
      connection.close();
    });
  };
  const connection: SpConnection = new SpConnection(around, server, options.sourceAddress, login, (event: SpEvent) => {
    figures.take(event);
    lines.tell(login.account, event);
    if (event.kind === 'logged-in') {
      waitOn();
      const session = connection.session;
      for (const [index, submit] of submits.entries()) session?.submit({ number: index + 1, submit });
    } else if (event.kind === 'ended' || event.kind === 'not-connected') {
      cancelTimer?.();
      say(verdictLine(figures, submits.length));
      resolve({ isDelivered: isDelivered(figures) && figures.submitted === submits.length, figures });
    } else if (event.kind === 'answered' || event.kind === 'report' || event.kind === 'unanswered') {
      waitOn();
      const isSettled = figures.answered + figures.unanswered === submits.length && figures.reports.missing === 0;
      if (isSettled) connection.close();
    }
  });
  return { outcome, close: () => connection.close() };
}

function verdictLine({ answered, refused, reports }: SpFigures, count: number): string {
  const accepted = `${answered - refused} of ${count} SUBMITs answered with result 0`;
  if (reports.asked === 0) return accepted;
  return `${accepted}, ${reports.byStat.get('DELIVRD') ?? 0} of ${reports.asked} reports say DELIVRD`;
}

function withResolver<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: ((value: Value) => void) | undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve?.(value) };
}
