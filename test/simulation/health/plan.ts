/** What a simulated world of health is made of, drawn from its seed: servers, how they are checked, who does what when. */

import type { BackendRules } from '../../../src/balancer/backend.js';
import { ALGORITHM_NAMES } from '../../../src/balancer/algorithms.js';
import { redispatchNames } from '../../../src/balancer/placing-state.js';
import type { Wish } from '../../../src/balancer/server.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { ProbeSettings } from '../../../src/health/probe.js';
import { INIT_STATES } from '../../../src/health/rules.js';
import type { CheckRules, ObserveRules } from '../../../src/health/rules.js';
import type { SupervisionRules } from '../../../src/supervision/backend-supervisor.js';
import type { Draw } from '../draw.js';
import { drawGatewayChanges } from './gateway-manner.js';
import type { GatewayChange } from './gateway-manner.js';
import { STAYING_RULES } from '../../support/staying.js';

export interface CheckPlan {
  readonly rules: CheckRules;
  readonly settings: Exclude<ProbeSettings, { kind: 'tcp-script' }>;
}

export interface ServerPlan {
  readonly name: string;
  readonly backup: boolean;
  readonly weight: number;
  readonly maxconn: number;
  readonly wish: Wish;
  readonly slowstartMs: number;
  readonly check: CheckPlan | undefined;
  readonly track: { readonly backend: string; readonly server: string } | undefined;
  readonly latencyMs: number;
  readonly changes: readonly GatewayChange[];
}

export interface BackendPlan {
  readonly name: string;
  readonly rules: BackendRules & SupervisionRules;
  readonly observe: ObserveRules | undefined;
  readonly servers: readonly ServerPlan[];
}

/** What an SP does. */
export interface VisitPlan {
  readonly atMs: number;
  readonly backend: string;
  readonly requests: number;
  readonly gapMs: number;
  readonly activeTestPercent: number;
  readonly farewell: 'terminate' | 'fin' | 'stay';
  /** How long it takes to close when it is told to. */
  readonly closesAfterMs: number;
}

/** What the operator does, to the server of this number. */
export interface Order {
  readonly atMs: number;
  readonly server: number;
  readonly act:
    | { readonly kind: 'wish'; readonly wish: Wish }
    | { readonly kind: 'weight'; readonly weight: number }
    | { readonly kind: 'force'; readonly to: 'up' | 'down' };
}

export interface HealthPlan {
  readonly sessionRules: SessionRules;
  readonly backends: readonly BackendPlan[];
  readonly visits: readonly VisitPlan[];
  readonly orders: readonly Order[];
  readonly endsAtMs: number;
}

const ACCOUNT = { sourceAddr: '900009', sharedSecret: 'not asked for here' };

export function drawHealthPlan(draw: Draw): HealthPlan {
  const endsAtMs = draw.pick([8000, 20_000, 40_000]);
  const names = draw.percent(40) ? ['smsc', 'other'] : ['smsc'];
  // Who may be tracked: those that were declared before, or those that come after.
  const untracked = names.map((name) => ({ name, servers: draw.between(1, 4) }));
  const all = untracked.flatMap(({ name, servers }) =>
    Array.from({ length: servers }, (_, index) => ({ backend: name, server: `s${index + 1}` })),
  );
  const tracksEarlier = draw.percent(50);
  const backends = untracked.map(({ name, servers }) =>
    drawBackend(
      draw,
      name,
      servers,
      (server) => {
        const at = all.findIndex((each) => each.backend === name && each.server === server);
        const others = tracksEarlier ? all.slice(0, at) : all.slice(at + 1);
        return others.length > 0 && draw.percent(15) ? draw.pick(others) : undefined;
      },
      endsAtMs,
    ),
  );
  return {
    sessionRules: drawSessionRules(draw),
    backends,
    visits: drawVisits(draw, names, endsAtMs),
    orders: draw.percent(50) ? drawOrders(draw, all.length, endsAtMs) : [],
    endsAtMs,
  };
}

function drawBackend(
  draw: Draw,
  name: string,
  servers: number,
  trackOf: (server: string) => ServerPlan['track'],
  endsAtMs: number,
): BackendPlan {
  const usual = drawCheck(draw);
  return {
    name,
    rules: {
      balance: draw.pick(ALGORITHM_NAMES),
      // Filling maglev's table takes longer than all else in a world.
      hashType: draw.weighted({ maglev: 1, 'map-based': 30, consistent: 30 }),
      hashBalanceFactor: draw.pick([0, 125]),
      stick: draw.percent(30) ? { on: 'account', sizeEntries: 5, expireMs: 10_000 } : undefined,
      allBackups: draw.percent(30),
      minUp: draw.percent(25) ? draw.between(1, servers) : 0,
      onMarkedDown: draw.pick(['keep', 'close']),
      moveRate: 100,
      rebalance: 'off',
      onMarkedUp: draw.pick(['keep', 'close-backup-sessions']),
    },
    observe: draw.percent(75) ? drawObserve(draw) : undefined,
    servers: Array.from({ length: servers }, (_, index) => {
      const check = draw.percent(30) ? drawCheck(draw) : usual;
      return drawServer(draw, `s${index + 1}`, check, trackOf(`s${index + 1}`), endsAtMs);
    }),
  };
}

function drawServer(
  draw: Draw,
  name: string,
  check: CheckPlan,
  track: ServerPlan['track'],
  endsAtMs: number,
): ServerPlan {
  return {
    name,
    backup: draw.percent(20),
    weight: draw.percent(6) ? 0 : draw.pick([1, 1, 3]),
    maxconn: draw.percent(15) ? draw.between(1, 2) : Infinity,
    wish: draw.weighted({ ready: 18, drain: 1, maint: 1 }),
    slowstartMs: draw.pick([0, 0, 2000]),
    check: track !== undefined || draw.percent(8) ? undefined : check,
    track,
    // Not whole, so that nothing comes in the very moment in which its time is over.
    latencyMs: draw.pick([0.137, 1.137, 3.137]),
    changes: drawGatewayChanges(draw, endsAtMs),
  };
}

function drawCheck(draw: Draw): CheckPlan {
  const interMs = draw.pick([400, 1000, 2000, 4000, 8000]);
  const kind = draw.weighted({ tcp: 1, cmpp: 4 });
  const account = draw.percent(70) ? ACCOUNT : undefined;
  return {
    rules: {
      rise: draw.between(1, 4),
      fall: draw.between(1, 4),
      interMs,
      fastinterMs: interMs * draw.pick([1, 1, 0.5, 0.25, 2]),
      downinterMs: interMs * draw.pick([1, 1, 0.5, 2]),
      timeoutMs: interMs * draw.pick([1, 0.5, 0.2]),
      initState: draw.percent(60) ? 'up' : draw.pick(INIT_STATES),
    },
    settings:
      kind === 'tcp' ? { kind } : { kind, account, version: draw.pick(['2.0', '3.0']), persistent: draw.percent(40) },
  };
}

function drawObserve(draw: Draw): ObserveRules {
  return {
    unansweredMs: draw.pick([1000, 1000, 2500, 4000, Infinity]),
    linkLosses: draw.pick([2, 4, Infinity]),
    busyPercent: draw.pick([50, 80, Infinity]),
    withinMs: draw.pick([2000, 10_000]),
    maxEjectedPercent: draw.pick([0, 34, 50, 100, 100]),
  };
}

function drawSessionRules(draw: Draw): SessionRules {
  return {
    retries: draw.between(0, 3),
    redispatch: draw.pick(redispatchNames),
    connectTimeoutMs: draw.pick([200, 1000, 5000]),
    loginTimeoutMs: draw.pick([1000, 5000]),
    queueTimeoutMs: draw.pick([300, 3000]),
    clientLoginTimeoutMs: 2000,
    clientTimeoutMs: draw.pick([5000, 60_000]),
    serverTimeoutMs: draw.pick([5000, 60_000]),
    clientFinTimeoutMs: draw.pick([500, 5000]),
    serverFinTimeoutMs: draw.pick([500, 5000]),
    ...STAYING_RULES,
    maxFrameBytes: 8192,
  };
}

function drawVisits(draw: Draw, backends: readonly string[], endsAtMs: number): readonly VisitPlan[] {
  // Enough SUBMITs for a server to be known as busy take time to simulate.
  const isBusy = draw.percent(8);
  const gaps = isBusy ? ([15, 40] as const) : ([100, 400, 1500, 4000] as const);
  return Array.from({ length: isBusy ? draw.between(2, 5) : draw.between(0, draw.pick([8, 30])) }, () => ({
    atMs: draw.below(endsAtMs),
    backend: draw.pick(backends),
    requests: draw.pick(isBusy ? [150, 300] : [0, 3, 30, Infinity]),
    gapMs: draw.pick(gaps),
    activeTestPercent: draw.pick([0, 20, 100]),
    farewell: draw.pick(['terminate', 'fin', 'stay', 'stay']),
    closesAfterMs: draw.pick([0, 20, 3000]),
  }));
}

function drawOrders(draw: Draw, servers: number, endsAtMs: number): readonly Order[] {
  return Array.from({ length: draw.between(1, 8) }, () => ({
    atMs: draw.below(endsAtMs),
    server: draw.below(servers),
    act: drawAct(draw),
  }));
}

function drawAct(draw: Draw): Order['act'] {
  const kind = draw.pick(['wish', 'wish', 'weight', 'force']);
  if (kind === 'wish') return { kind, wish: draw.weighted({ ready: 2, drain: 1, maint: 1 }) };
  return kind === 'weight' ? { kind, weight: draw.pick([0, 1, 5]) } : { kind, to: draw.pick(['up', 'down']) };
}
