/** What this process says of itself. */

import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { version } from './version.js';

export interface ProcessFacts {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  /** The machine's name. */
  readonly node: string;
  heap(): { readonly heapBytes: number; readonly heapUsedBytes: number };
  /** How much of the last second or more the event loop had nothing to do. */
  idlePercent(nowMs: number): number;
}

const LOOKS_BACK_MS = 1000;

export function readProcessFacts(): ProcessFacts {
  let since = performance.eventLoopUtilization();
  let sinceMs = -Infinity;
  let percent = 100;
  return {
    name: 'cmpp-lb',
    version,
    pid: process.pid,
    node: hostname(),
    heap: () => {
      const { total_heap_size: heapBytes, used_heap_size: heapUsedBytes } = getHeapStatistics();
      return { heapBytes, heapUsedBytes };
    },
    // However many ask, each learns of a span of time that says something.
    idlePercent: (nowMs) => {
      if (nowMs - sinceMs < LOOKS_BACK_MS) return percent;
      const now = performance.eventLoopUtilization();
      percent = Math.round(100 * (1 - performance.eventLoopUtilization(now, since).utilization));
      since = now;
      sinceMs = nowMs;
      return percent;
    },
  };
}
