/** The steps of the chaos run: what is done to the gateways and the balancer under load, and what must be true of it. */

import { cpuTimeNs } from '../process-usage.js';
import type { Counts } from './counts.js';
import { addedDelay, commonFigures, seconds } from './figures.js';
import type { Figure, StepResult } from './figures.js';
import { EVENT_LIMIT_MS, pause, rebalance } from './scene.js';
import type { Scene } from './scene.js';
import { BACKEND, EQUAL_WEIGHTS, SERVERS } from './stage.js';

/** What a step found out beside the counts; `usualMs` is the median delay of the calm. */
type Findings = (counts: Counts, usualMs: number) => readonly Figure[];

interface Step {
  readonly name: string;
  /** Runs while the fleet sends. */
  readonly run: (scene: Scene) => Promise<Findings>;
  /** Every SUBMIT reaches a gateway once, which answers it: none may be in doubt. */
  readonly isWithoutDoubt: boolean;
}

const SETTLE_LIMIT_MS = 15_000;
const SERVED_GOAL_MS = 2000;

/** Runs all steps in order and tells of each as it ends. */
export async function runSteps(scene: Scene, tell: (result: StepResult) => void): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  let usualMs = 0;
  for (const step of steps) {
    const { counts, result } = await runStep(scene, step, usualMs);
    if (step.name === 'calm') usualMs = counts.percentileMs(0.5);
    results.push(result);
    tell(result);
  }
  return results;
}

async function runStep(
  { fleet, stage, submitsPerSecond, ...rest }: Scene,
  step: Step,
  usualMs: number,
): Promise<{ readonly counts: Counts; readonly result: StepResult }> {
  const doubtBefore = stage.log.submitsInDoubt;
  const seenBefore = await stage.submitsSeen();
  fleet.start(submitsPerSecond);
  const findings = await step.run({ fleet, stage, submitsPerSecond, ...rest });
  const counts = await fleet.settle(SETTLE_LIMIT_MS);
  await stage.logIsRead();
  const inDoubt = stage.log.submitsInDoubt - doubtBefore;
  const seen = (await stage.submitsSeen()).map((now, nth) => now - (seenBefore[nth] ?? 0));
  const common = commonFigures(counts, inDoubt, step.isWithoutDoubt ? seen : undefined);
  const figures = [...common, ...findings(counts, usualMs)];
  const longestBySecond = Array.from(counts.longestBySecond, (longestMs) => longestMs ?? 0);
  return { counts, result: { step: step.name, figures, longestBySecond } };
}

const steps: readonly Step[] = [
  { name: 'calm', run: calm, isWithoutDoubt: true },
  { name: 'drain s1', run: drainS1, isWithoutDoubt: true },
  { name: 's1 ready, rebalance', run: takeBackS1, isWithoutDoubt: true },
  { name: 'kill -9 s2', run: killS2, isWithoutDoubt: false },
  { name: 's2 returns, rebalance', run: returnOfS2, isWithoutDoubt: true },
  { name: 'TERMINATE by s1, rebalance', run: terminateS1, isWithoutDoubt: false },
  { name: 'SIGSTOP s3', run: stopS3, isWithoutDoubt: false },
  { name: '10 reloads with other weights', run: reloads, isWithoutDoubt: true },
  { name: 'all at once', run: allAtOnce, isWithoutDoubt: false },
];

/** Nothing happens: what the delays of the other steps are held against, and what the load costs this machine. */
async function calm(scene: Scene): Promise<Findings> {
  const { clock, stage } = scene;
  await pause(scene, 1);
  const pids = [process.pid, stage.balancer.pid ?? 0, ...SERVERS.map((server) => stage.pidOf(server))];
  const startMs = clock.nowMs();
  // Not those of our own children, who are counted by themselves.
  const own = process.cpuUsage();
  const before = pids.slice(1).map(cpuTimeNs);
  await pause(scene, 6);
  const tookMs = clock.nowMs() - startMs;
  const used = process.cpuUsage(own);
  const percents = [
    (used.user + used.system) / 1000,
    ...pids.slice(1).map((pid, nth) => (cpuTimeNs(pid) - (before[nth] ?? 0)) / 1e6),
  ].map((cpuMs) => Math.round((cpuMs / tookMs) * 100));
  const [client = 0, balancer = 0, ...gateways] = percents;
  const sum = percents.reduce((all, each) => all + each, 0);
  const value = `${client}, ${balancer}, ${gateways.join(' + ')}; ${sum} in all`;
  return () => [{ name: 'CPU of client, balancer, gateways, % of one', value }];
}

async function drainS1(scene: Scene): Promise<Findings> {
  const { stage, moveRate } = scene;
  await pause(scene, 1);
  const before = stage.log.sessionsOn('s1');
  const over = stage.log.next('migration-over', EVENT_LIMIT_MS, ({ of }) => of === `${BACKEND}/s1`);
  await stage.command(`drain server ${BACKEND}/s1 rate ${moveRate}`);
  const { moved, failed, tookMs } = await over;
  const left = stage.log.sessionsOn('s1');
  await pause(scene, 1);
  return (counts, usualMs) => [
    {
      name: 'sessions moved / were there, left, failed',
      value: `${Number(moved)} / ${before}, ${left}, ${Number(failed)}`,
      goal: { text: 'all moved', isReached: moved === before && left === 0 },
    },
    { name: 'took, s', value: seconds(Number(tookMs)) },
    addedDelay(counts, usualMs),
  ];
}

async function takeBackS1(scene: Scene): Promise<Findings> {
  await pause(scene, 1);
  await scene.stage.command(`set server ${BACKEND}/s1 state ready`);
  const homecoming = await rebalance(scene, 's1');
  await pause(scene, 1);
  return (counts, usualMs) => [...homecoming, addedDelay(counts, usualMs)];
}

async function killS2(scene: Scene): Promise<Findings> {
  const { clock, fleet, stage } = scene;
  await pause(scene, 1);
  const sessions = stage.log.sessionsOn('s2');
  const startMs = clock.nowMs();
  const served = fleet.allServed(EVENT_LIMIT_MS);
  const wentDown = stage.log.next('server-down', EVENT_LIMIT_MS, ({ server }) => server === 's2');
  stage.signal('s2', 'SIGKILL');
  const servedMs = await served;
  await wentDown;
  const downMs = clock.nowMs() - startMs;
  await pause(scene, 1);
  return () => [
    { name: 'sessions that it had, left on it', value: `${sessions}, ${stage.log.sessionsOn('s2')}` },
    servedWithin(servedMs),
    { name: 'until it was DOWN, s', value: seconds(downMs) },
  ];
}

function servedWithin(servedMs: number | undefined): Figure {
  return {
    name: 'until every session had an answer of Result 0 again, s',
    value: servedMs === undefined ? 'never' : seconds(servedMs),
    goal: { text: '≤ 2', isReached: servedMs !== undefined && servedMs <= SERVED_GOAL_MS, isTime: true },
  };
}

async function returnOfS2(scene: Scene): Promise<Findings> {
  const { stage } = scene;
  const isUp = stage.log.next('server-up', EVENT_LIMIT_MS, ({ server }) => server === 's2');
  await stage.startAgain('s2');
  await isUp;
  const homecoming = await rebalance(scene, 's2');
  await pause(scene, 1);
  return (counts, usualMs) => [...homecoming, addedDelay(counts, usualMs)];
}

async function terminateS1(scene: Scene): Promise<Findings> {
  const { fleet, stage } = scene;
  await pause(scene, 1);
  const sessions = stage.log.sessionsOn('s1');
  const served = fleet.allServed(EVENT_LIMIT_MS);
  await stage.terminate('s1');
  const servedMs = await served;
  const left = stage.log.sessionsOn('s1');
  const homecoming = await rebalance(scene, 's1');
  await pause(scene, 1);
  return (counts, usualMs) => [
    { name: 'sessions that it had, left on it', value: `${sessions}, ${left}` },
    servedWithin(servedMs),
    ...homecoming,
    addedDelay(counts, usualMs),
  ];
}

async function stopS3(scene: Scene): Promise<Findings> {
  const { clock, fleet, stage } = scene;
  await pause(scene, 1);
  const sessions = stage.log.sessionsOn('s3');
  const served = fleet.allServed(EVENT_LIMIT_MS);
  const isDown = stage.log.next('server-down', EVENT_LIMIT_MS, ({ server }) => server === 's3');
  const startMs = clock.nowMs();
  stage.signal('s3', 'SIGSTOP');
  await isDown;
  const downMs = clock.nowMs() - startMs;
  const servedMs = await served;
  const isUp = stage.log.next('server-up', EVENT_LIMIT_MS, ({ server }) => server === 's3');
  stage.signal('s3', 'SIGCONT');
  await isUp;
  const homecoming = await rebalance(scene, 's3');
  return () => [
    { name: 'sessions that it had', value: String(sessions) },
    { name: 'until its checks said DOWN, s', value: seconds(downMs) },
    {
      name: 'until every session had an answer of Result 0 again, s',
      value: servedMs === undefined ? 'never' : seconds(servedMs),
    },
    ...homecoming,
  ];
}

async function reloads(scene: Scene): Promise<Findings> {
  const { stage } = scene;
  const movesBefore = stage.log.moves.length;
  for (let nth = 1; nth < 10; nth += 1) {
    await stage.reload({ s1: 1 + (nth % 3), s2: 1 + (nth % 5), s3: 1 + (nth % 2) });
    await pause(scene, 0.4);
  }
  await stage.reload(EQUAL_WEIGHTS);
  await pause(scene, 0.4);
  const moved = stage.log.moves.length - movesBefore;
  return (counts, usualMs) => [
    { name: 'sessions moved', value: String(moved), goal: { text: '0', isReached: moved === 0 } },
    addedDelay(counts, usualMs),
  ];
}

/** Everything of the above within 20 s; one gateway is always well. */
async function allAtOnce(scene: Scene): Promise<Findings> {
  const { stage, moveRate } = scene;
  const movesBefore = stage.log.moves.length;
  const acts: readonly (() => Promise<unknown>)[] = [
    () => stage.command(`drain server ${BACKEND}/s1 rate ${moveRate}`),
    async () => stage.signal('s2', 'SIGKILL'),
    () => stage.reload({ s1: 3, s2: 1, s3: 2 }),
    () => stage.startAgain('s2'),
    () => stage.command(`set server ${BACKEND}/s1 state ready`),
    () => stage.command(`rebalance backend ${BACKEND} rate ${moveRate}`),
    async () => stage.signal('s3', 'SIGSTOP'),
    () => stage.reload({ s1: 1, s2: 4, s3: 1 }),
    () => stage.command(`rebalance backend ${BACKEND} rate ${moveRate}`),
    async () => stage.signal('s3', 'SIGCONT'),
    () => stage.command(`drain server ${BACKEND}/s2 rate ${moveRate}`),
    async () => stage.signal('s1', 'SIGKILL'),
    () => stage.startAgain('s1'),
    () => stage.reload(EQUAL_WEIGHTS),
    () => stage.terminate('s3'),
    () => stage.command(`set server ${BACKEND}/s2 state ready`),
  ];
  for (const act of acts) {
    await act();
    await pause(scene, 20 / acts.length);
  }
  await allWell(scene);
  const moved = stage.log.moves.length - movesBefore;
  const homecoming = await rebalance(scene);
  return () => [{ name: 'sessions moved before the last rebalance', value: String(moved) }, ...homecoming];
}

/** Asks the balancer until all servers are up, and every session is on one: what has happened is not said again by the log. */
async function allWell(scene: Scene): Promise<void> {
  const limitMs = scene.clock.nowMs() + EVENT_LIMIT_MS;
  for (;;) {
    const [head = [], ...rows] = (await scene.stage.command('show stat')).split('\n').map((row) => row.split(','));
    const movingAt = head.indexOf('moving');
    const servers = rows.filter(([backend, name = '']) => backend === BACKEND && /^s\d$/.test(name));
    const well = servers.filter((row) => row.includes('UP') && row[movingAt] === '0');
    if (well.length === SERVERS.length) return;
    if (scene.clock.nowMs() > limitMs) throw new Error(`not all servers came up again:\n${servers.join('\n')}`);
    await pause(scene, 0.2);
  }
}
