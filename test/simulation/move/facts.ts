/** What has happened to a session that may end it, and for which reasons it may end then. Pure. */

import type { CloseReason } from '../../../src/balancer/close-reason.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';

/** What a session has met. */
export interface Facts {
  /** A server has accepted its login, and the SP was told so. */
  isServed: boolean;
  /** Its whole TERMINATE was read. */
  saysGoodbye: boolean;
  clientFin: boolean;
  clientReset: boolean;
  clientFault: boolean;
  /** The same of the server that it had. */
  serverSaysGoodbye: boolean;
  serverFin: boolean;
  serverReset: boolean;
  serverFault: boolean;
  /** A server was left with SUBMITs unanswered. */
  hadDoubts: boolean;
  /** When it was told to leave its server, or that was lost; undefined as long as it has one that it may trust. */
  distrustedAtMs: number | undefined;
  /** How long it had no server just before that. */
  withoutMs: number;
  isToldToEnd: boolean;
  isKilled: boolean;
  clientReadAtMs: number;
  serverReadAtMs: number;
}

export function factsAt(nowMs: number): Facts {
  return {
    isServed: false,
    saysGoodbye: false,
    clientFin: false,
    clientReset: false,
    clientFault: false,
    serverSaysGoodbye: false,
    serverFin: false,
    serverReset: false,
    serverFault: false,
    hadDoubts: false,
    distrustedAtMs: undefined,
    withoutMs: 0,
    isToldToEnd: false,
    isKilled: false,
    clientReadAtMs: nowMs,
    serverReadAtMs: nowMs,
  };
}

type Rule = (facts: Facts, rules: SessionRules, nowMs: number) => boolean;

const isBound = (rules: SessionRules): boolean => rules.onLinkLost === 'close';

const RULES: Partial<Record<CloseReason, Rule>> = {
  'client-terminate': (facts) => facts.saysGoodbye,
  'client-closed': (facts) => facts.clientFin,
  'client-reset': (facts) => facts.clientReset,
  'client-frame': (facts) => facts.clientFault,
  'server-terminate': (facts, rules) => isBound(rules) && facts.serverSaysGoodbye,
  'server-lost': (facts, rules) => isBound(rules) && facts.serverFin,
  'server-reset': (facts, rules) => isBound(rules) && facts.serverReset,
  'server-frame': (facts, rules) => isBound(rules) && facts.serverFault,
  'in-doubt': (facts, rules) => rules.inDoubt === 'close' && facts.hadDoubts,
  'hold-timeout': ({ distrustedAtMs = Infinity, withoutMs }, { holdTimeoutMs }, nowMs) =>
    nowMs === distrustedAtMs + holdTimeoutMs - withoutMs,
  'server-marked-down': (facts) => facts.isToldToEnd,
  killed: (facts) => facts.isKilled,
  'client-timeout': (facts, rules, nowMs) => nowMs >= facts.clientReadAtMs + rules.clientTimeoutMs,
  'server-timeout': (facts, rules, nowMs) => nowMs >= facts.serverReadAtMs + rules.serverTimeoutMs,
};

/** Whether a session that was served may end for this reason now; of one that was not, other worlds know the rules. */
export function mayEnd(reason: CloseReason, facts: Facts, rules: SessionRules, nowMs: number): boolean {
  return RULES[reason]?.(facts, rules, nowMs) ?? false;
}
