/** What something costs. */

/** The CPU time that this process spends on it, in milliseconds: what others do meanwhile makes it no more. */
export function cpuMsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
