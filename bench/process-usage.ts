/** CPU time and memory of a process with all its descendants, read from Linux's /proc. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';

/**
 * CPU time so far in ns, user and system, of every living thread of `pid` and its descendants.
 *
 * From /proc/PID/task/TID/schedstat, which counts ns, because /proc/PID/stat counts ticks of 10 ms: too coarse for the
 * 0.1 s that a light load costs. It is exact while the process sleeps. What a thread had used is gone when it ends, so
 * the difference of two readings is right only as long as threads live on, as those of Node and HAProxy do.
 */
export function cpuTimeNs(pid: number): number {
  requireProcess(pid);
  let sumNs = 0;
  for (const member of withDescendants(pid)) {
    for (const thread of readdirSync(`/proc/${member}/task`)) sumNs += threadCpuNs(member, thread);
  }
  return sumNs;
}

/** Resident memory of `pid` and its descendants in kB (VmRSS); what several of them share counts in each. */
export function residentKb(pid: number): number {
  requireProcess(pid);
  let sumKb = 0;
  for (const member of withDescendants(pid)) {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'));
    sumKb += Number(line?.[1] ?? 0);
  }
  return sumKb;
}

function threadCpuNs(pid: number, thread: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
}

/** Throws with a sentence for the reader when the figures cannot be had. */
function requireProcess(pid: number): void {
  if (!existsSync('/proc/self/schedstat')) {
    throw new Error(
      'This kernel counts no CPU time in /proc/PID/schedstat (CONFIG_SCHED_INFO): nothing can be measured.',
    );
  }
  if (!existsSync(`/proc/${pid}`)) throw new Error(`process ${pid} has ended early`);
}

function withDescendants(pid: number): readonly number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const child = Number(name);
    const parent = Number.isInteger(child) ? parentOf(child) : undefined;
    if (parent === undefined) continue;
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [child]);
    else siblings.push(child);
  }
  const members = [pid];
  // `members` grows while it is walked, so that grandchildren are found too.
  for (const member of members) members.push(...(childrenOf.get(member) ?? []));
  return members;
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "PID (NAME) STATE PARENT …", where NAME may hold spaces and parentheses.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // Ended since the listing.
  }
}
