/** The machine that is measured on: what it is, and which of its CPUs serve which purpose. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** The load on one CPU and the balancer on another, so that neither is measured waiting for the other. */
export interface Pinning {
  readonly loadCpu: number;
  readonly balancerCpu: number;
}

export interface Machine {
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly kernel: string;
  readonly node: string;
  readonly haproxy: string | undefined;
  /** Runnable processes, averaged over the last minute: far from 0 at the start, others were at work too. */
  readonly loadAverage: number;
  readonly pinning: Pinning | undefined;
}

/** Descriptors that a process may have open: Node has already raised the soft limit to the hard one. */
export function descriptorLimit(): number {
  const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1] ?? 0);
}

/** Reads a list of CPUs as the kernel writes it, such as `0-3,8`. Pure. */
export function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

export function describeMachine(haproxyVersion: string | undefined): Machine {
  const cpus = os.cpus();
  return {
    cpuModel: cpus[0]?.model ?? 'unknown CPU',
    cpuCount: cpus.length,
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    haproxy: haproxyVersion,
    loadAverage: os.loadavg()[0] ?? 0,
    pinning: choosePinning(),
  };
}

function choosePinning(): Pinning | undefined {
  if (spawnSync('taskset', ['--version']).status !== 0) return undefined;
  const line = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const [loadCpu, balancerCpu] = parseCpuList(line?.[1] ?? '');
  return loadCpu === undefined || balancerCpu === undefined ? undefined : { loadCpu, balancerCpu };
}
