/** Answers of a balancer as `cmpp-lb top` reads them. */

import { readFigures } from '../../../src/cli/top/figures.js';
import type { Figures } from '../../../src/cli/top/figures.js';

interface Counted {
  readonly submits?: number;
  readonly delivers?: number;
  readonly bytes?: number;
}

function traffic({ submits = 0, delivers = 0, bytes = 0 }: Counted) {
  return {
    sessionsNow: 0,
    sessionsLimit: null,
    rateNow: 0,
    bytesIn: bytes,
    bytesOut: bytes,
    pdusIn: { SUBMIT: submits },
    pdusOut: { DELIVER: delivers },
    unansweredNow: 0,
  };
}

const moves = { left: 0, arrived: 0, failed: 0, inDoubt: 0 };

export function server(name: string, keys: object = {}, counted: Counted = {}) {
  const place = {
    name,
    mode: 'cmpp',
    status: 'UP',
    weight: 1,
    queuedNow: 0,
    movingNow: 0,
    heldNow: 0,
    moves,
    check: null,
  };
  return { ...traffic(counted), ...place, ...keys };
}

export function frontend(name: string, keys: object = {}, counted: Counted = {}) {
  return { ...traffic(counted), name, isOpen: true, limited: { rejected: 0, delayed: 0 }, ...keys };
}

export function backend(name: string, servers: readonly object[], keys: object = {}) {
  return { ...server(name), accepts: true, servers, ...keys };
}

const process = {
  version: '0.1.0',
  pid: 412,
  node: 'lb1',
  uptimeMs: 7_260_000,
  isStopping: false,
  sessionsNow: 412,
  sessionsLimit: 8000,
  rateNow: 3,
  idlePercent: 93.4,
};

interface Parts {
  readonly takenMs?: number;
  readonly process?: object;
  readonly frontends?: readonly object[];
  readonly backends?: readonly object[];
  readonly leading?: readonly object[];
  readonly sessions?: string;
}

export function figures({
  takenMs = 0,
  frontends = [],
  backends = [],
  leading = [],
  sessions,
  process: own,
}: Parts): Figures {
  const json = JSON.stringify({ process: { ...process, ...own }, frontends, backends, accounts: { leading } });
  const read = readFigures(takenMs, json, sessions);
  if (read === undefined) throw new Error(`not understood: ${json}`);
  return read;
}

/** A line of `show sess`. */
export function sessionLine(id: number, account: string, source: string, server: string): string {
  const [be, srv] = server === '-' ? ['smsc', '<none>'] : server.split('/');
  return `0x${id.toString(16)}: proto=tcpv4 src=${source} fe=sp be=${be} srv=${srv} age=2h3m rc=0 id=${id} state=relaying account=${account}`;
}
