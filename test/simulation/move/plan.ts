/** What a world of moving sessions is made of, drawn from its seed: rules, gateways, SPs, and what happens to them when. */

import type { BackendRules } from '../../../src/balancer/backend.js';
import { redispatchNames } from '../../../src/balancer/placing-state.js';
import { inDoubtNames } from '../../../src/balancer/session-state.js';
import type { SessionRules } from '../../../src/balancer/session-state.js';
import type { Version } from '../../../src/cmpp/version.js';
import type { Draw } from '../draw.js';
import { WELL, drawGatewayManner } from './gateway-manner.js';
import type { GatewayManner } from './gateway-manner.js';

export interface ServerPlan {
  readonly maxconn: number;
  /** Gateways answer in the version that they are set to. */
  readonly version: Version;
  readonly manner: GatewayManner;
  readonly changes: readonly { readonly atMs: number; readonly manner: GatewayManner }[];
}

export interface SpPlan {
  readonly atMs: number;
  /** How much it says by itself. */
  readonly sayings: number;
  readonly gapMs: number;
  readonly window: number;
  readonly longestBodyBytes: number;
  /** Some SPs give every fragment of a long SMS the same Sequence_Id. */
  readonly reusesSequenceIds: boolean;
  /** How many of a hundred of its sayings are an ACTIVE_TEST, and how many of these come at once. */
  readonly heartbeatPercent: number;
  readonly heartbeats: number;
  readonly answering: 'prompt' | 'late' | 'forgetful' | 'never';
  readonly isPipelined: boolean;
  /** When it reads nothing. */
  readonly deaf: { readonly atMs: number; readonly forMs: number } | undefined;
  /** How it ends, and when; undefined: when all is calm again. */
  readonly leaving: 'terminate' | 'terminate-and-close' | 'fin' | 'reset' | 'bad-length' | 'silence';
  readonly leavesAtMs: number | undefined;
}

/** What the operator does, or health checks find out. */
export interface Order {
  readonly atMs: number;
  readonly what: 'down' | 'up' | 'drain' | 'ready' | 'rebalance' | 'kill';
  readonly server: number;
  /** `on-marked-down`. */
  readonly how: 'move' | 'close' | 'keep';
}

export interface MovePlan {
  readonly rules: SessionRules;
  readonly backendRules: BackendRules;
  /** So much is read at once. */
  readonly readBytes: number;
  /** Whether the next server is shown a login of our own. */
  readonly signs: boolean;
  readonly servers: readonly ServerPlan[];
  readonly sps: readonly SpPlan[];
  readonly orders: readonly Order[];
  /** From then on all gateways are well, and nobody orders anything. */
  readonly calmMs: number;
}

const ACTIVE_MS = 6000;
/** A session that says nothing ends by it, long after all else. */
const IDLE_MS = 600_000;
const FIN_MS = 2000;

export function drawMovePlan(draw: Draw): MovePlan {
  const rules = drawRules(draw);
  const version = draw.pick(['2.0', '3.0']);
  const servers = Array.from({ length: draw.between(1, 4) }, () => drawServer(draw, version));
  return {
    rules,
    backendRules: {
      balance: draw.pick(['roundrobin', 'leastconn', 'first']),
      hashType: 'map-based',
      hashBalanceFactor: 0,
      stick: draw.percent(25) ? { on: 'source', sizeEntries: 3, expireMs: draw.pick([100, 10_000]) } : undefined,
      allBackups: false,
      minUp: 0,
    },
    readBytes: draw.pick([64, 1024, 65_536]),
    signs: draw.percent(30),
    servers,
    sps: Array.from({ length: draw.between(1, 5) }, () => drawSp(draw, rules.maxFrameBytes)),
    orders: Array.from({ length: draw.between(0, 12) }, () => drawOrder(draw, servers.length)),
    calmMs: ACTIVE_MS,
  };
}

function drawRules(draw: Draw): SessionRules {
  return {
    retries: draw.between(0, 4),
    redispatch: draw.pick(['every-retry', ...redispatchNames]),
    connectTimeoutMs: draw.pick([40, 300, 1500]),
    loginTimeoutMs: draw.pick([40, 300, 1500]),
    queueTimeoutMs: draw.pick([40, 300, 1500]),
    clientLoginTimeoutMs: 5000,
    clientTimeoutMs: IDLE_MS + draw.pick([0, 1000]),
    serverTimeoutMs: IDLE_MS + draw.pick([0, 1000]),
    clientFinTimeoutMs: FIN_MS,
    serverFinTimeoutMs: FIN_MS,
    maxFrameBytes: draw.pick([64, 512, 8192]),
    onLinkLost: draw.percent(75) ? 'move' : 'close',
    inDoubt: draw.pick(inDoubtNames),
    moveTimeoutMs: draw.pick([20, 300, 3000]),
    holdTimeoutMs: draw.pick([200, 2500, 30_000]),
    heartbeat: { client: undefined, server: undefined },
  };
}

function drawServer(draw: Draw, version: Version): ServerPlan {
  const other = version === '2.0' ? '3.0' : '2.0';
  return {
    maxconn: draw.percent(20) ? draw.between(1, 3) : Infinity,
    version: draw.percent(8) ? other : version,
    manner: draw.percent(40) ? WELL : drawGatewayManner(draw),
    changes: Array.from({ length: draw.between(0, 4) }, () => {
      return { atMs: draw.between(0, ACTIVE_MS), manner: drawGatewayManner(draw) };
    }),
  };
}

function drawSp(draw: Draw, maxFrameBytes: number): SpPlan {
  const floods = draw.percent(12);
  const longest = draw.weighted({ short: 6, middle: 2, longest: 1 });
  const isHeavy = !floods && draw.percent(4);
  return {
    atMs: draw.between(0, draw.pick([0, 500, 3000])),
    sayings: isHeavy ? 60 : draw.between(0, draw.pick([5, floods ? 15 : 25])),
    gapMs: isHeavy ? 60 : draw.pick([0, 20, 300, 600]),
    window: floods || isHeavy ? Infinity : draw.pick([1, 4, 16]),
    longestBodyBytes: Math.min(maxFrameBytes - 12, isHeavy ? 8000 : { short: 52, middle: 300, longest: 2000 }[longest]),
    reusesSequenceIds: draw.percent(40),
    heartbeatPercent: floods ? 70 : draw.pick([0, 10, 40]),
    heartbeats: floods ? 150 : 1,
    answering: draw.weighted({ prompt: 4, late: 3, forgetful: 1, never: 1 }),
    isPipelined: draw.percent(25),
    deaf: draw.percent(25) ? { atMs: draw.between(0, ACTIVE_MS), forMs: draw.between(1, ACTIVE_MS) } : undefined,
    leaving: draw.weighted({
      terminate: 5,
      'terminate-and-close': 2,
      fin: 2,
      reset: 2,
      'bad-length': 1,
      silence: 1,
    }),
    leavesAtMs: draw.percent(30) ? draw.between(0, ACTIVE_MS) : undefined,
  };
}

function drawOrder(draw: Draw, servers: number): Order {
  return {
    atMs: draw.between(0, ACTIVE_MS),
    what: draw.weighted({ down: 4, up: 4, drain: 4, ready: 4, rebalance: 6, kill: 1 }),
    server: draw.between(0, servers - 1),
    how: draw.weighted({ move: 6, close: 1, keep: 1 }),
  };
}
