/** What a simulated world is made of, drawn from its seed: rules, servers, clients, what the operator does, and when. */

import type { BackendRules } from '../../src/balancer/backend.js';
import { ALGORITHM_NAMES } from '../../src/balancer/algorithms.js';
import { redispatchNames } from '../../src/balancer/placing-state.js';
import { createServer } from '../../src/balancer/server.js';
import type { Server } from '../../src/balancer/server.js';
import type { SessionRules } from '../../src/balancer/session-state.js';
import type { Draw } from './draw.js';
import type { Line } from './endpoint.js';
import type { ModeName } from './reason-table.js';
import { STAYING_RULES } from '../support/staying.js';

export interface Scenario {
  readonly mode: ModeName;
  readonly rules: SessionRules;
  readonly backendRules: BackendRules;
  readonly servers: readonly Server[];
  readonly maxconn: { readonly process: number; readonly frontend: number; readonly source: number };
  /** So much is read at once. */
  readonly readBytes: number;
  readonly prefaceBytes: number;
  /** How many of a hundred connections to a server are refused, not answered, or not welcome. */
  readonly sickPercent: number;
  readonly clients: number;
  /** They come within this time. */
  readonly arrivalMs: number;
  /** When the balancer is told to stop, and how long it may take; undefined: never. */
  readonly stop: { readonly atMs: number; readonly withinMs: number } | undefined;
  /** When something of a server changes. */
  readonly turnsAtMs: readonly number[];
  /** When the operator ends a session, and how long it may take. */
  readonly endings: { readonly atMs: readonly number[]; readonly withinMs: number };
  /** `on-marked-down: close` and `on-marked-up: close-backup-sessions`. */
  readonly closesOnMarkedDown: boolean;
  readonly closesBackupSessions: boolean;
  /** How many of a hundred logins their accounts refuse. */
  readonly refusedPercent: number;
  /** How many of a hundred sessions meet a fault in the program. */
  readonly faultPercent: number;
}

const SHORT_MS = [40, 300, 2000] as const;
const LONG_MS = [1500, 5000, 60_000] as const;

export function drawScenario(draw: Draw): Scenario {
  const arrivalMs = draw.pick([0, 500, 5000]);
  const stopAfterMs = draw.pick([0, 50, 1000, 4000]);
  return {
    mode: draw.percent(75) ? 'cmpp' : 'tcp',
    rules: drawRules(draw),
    backendRules: drawBackendRules(draw),
    servers: drawServers(draw),
    maxconn: {
      process: draw.pick([Infinity, Infinity, Infinity, 6]),
      frontend: draw.pick([Infinity, Infinity, Infinity, 5]),
      source: draw.pick([Infinity, Infinity, Infinity, 2]),
    },
    readBytes: draw.pick([64, 1024, 65_536]),
    prefaceBytes: draw.pick([0, 0, 28]),
    sickPercent: draw.pick([0, 0, 20, 80]),
    clients: draw.between(1, 12),
    arrivalMs,
    stop: draw.percent(30)
      ? { atMs: draw.between(0, arrivalMs) + stopAfterMs, withinMs: draw.pick([0, 500, 5000]) }
      : undefined,
    turnsAtMs: draw.percent(50) ? drawTimes(draw, arrivalMs + draw.pick([200, 1000, 4000])) : [],
    closesOnMarkedDown: draw.percent(70),
    closesBackupSessions: draw.percent(70),
    faultPercent: draw.percent(10) ? 30 : 0,
    refusedPercent: draw.pick([0, 0, 0, 30]),
    endings: {
      atMs: draw.percent(20) ? drawTimes(draw, arrivalMs + draw.pick([50, 1000])) : [],
      withinMs: draw.pick([0, 500, 5000]),
    },
  };
}

function drawTimes(draw: Draw, withinMs: number): readonly number[] {
  return Array.from({ length: draw.between(1, 8) }, () => draw.between(0, withinMs));
}

function drawRules(draw: Draw): SessionRules {
  return {
    retries: draw.between(0, 3),
    redispatch: draw.pick(redispatchNames),
    connectTimeoutMs: draw.pick(SHORT_MS),
    loginTimeoutMs: draw.pick(SHORT_MS),
    queueTimeoutMs: draw.pick(SHORT_MS),
    clientLoginTimeoutMs: draw.pick(LONG_MS),
    clientTimeoutMs: draw.pick(LONG_MS),
    serverTimeoutMs: draw.pick(LONG_MS),
    clientFinTimeoutMs: draw.pick([300, ...LONG_MS]),
    serverFinTimeoutMs: draw.pick([300, ...LONG_MS]),
    ...STAYING_RULES,
    maxFrameBytes: draw.pick([64, 512, 8192]),
  };
}

function drawBackendRules(draw: Draw): BackendRules {
  return {
    balance: draw.pick(ALGORITHM_NAMES),
    // Filling maglev's table takes longer than all else in a world.
    hashType: draw.weighted({ maglev: 1, 'map-based': 9, consistent: 9 }),
    hashBalanceFactor: draw.pick([0, 125]),
    stick: draw.percent(40)
      ? { on: draw.pick(['source', 'account']), sizeEntries: draw.between(1, 5), expireMs: draw.pick([100, 10_000]) }
      : undefined,
    allBackups: draw.percent(30),
    minUp: draw.percent(15) ? draw.between(1, 3) : 0,
  };
}

function drawServers(draw: Draw): readonly Server[] {
  const isTight = draw.percent(30);
  const backupPercent = draw.pick([0, 15, 50]);
  const downPercent = draw.pick([0, 0, 5, 25]);
  // Only a backup is up at first: else sessions are seldom on one when another server comes up.
  const isOnBackup = draw.percent(15);
  return Array.from({ length: draw.percent(3) ? 0 : draw.between(1, 4) }, (_, index) => {
    const server = createServer(index + 1, {
      name: `s${index + 1}`,
      backup: isOnBackup ? index === 0 : draw.percent(backupPercent),
      weight: draw.weighted({ 1: 8, 3: 2, 0: 1 }) === '3' ? 3 : draw.percent(8) ? 0 : 1,
      maxconn: isTight ? draw.between(1, 3) : Infinity,
    });
    if (draw.percent(5)) server.wish = draw.pick(['drain', 'maint']);
    server.isUp = isOnBackup ? index === 0 : !draw.percent(downPercent);
    return server;
  });
}

/** The way of one connection. */
export function drawLine(draw: Draw): Line {
  return {
    latencyMs: draw.pick([0, 1, 1, 20]),
    jitterMs: draw.pick([0, 0, 15]),
    // At least what is said before anybody has a server
    capacityBytes: draw.pick([500, 2000, 65_536, 65_536]),
    cutPercent: draw.pick([0, 10, 60]),
    joinPercent: draw.pick([0, 20]),
  };
}
