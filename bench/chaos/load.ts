/** One load of the chaos run: everything is started, goes through all steps, and is ended. */

import type { StepResult } from './figures.js';
import { Fleet } from './fleet.js';
import type { Load } from './report.js';
import type { Scene } from './scene.js';
import { Stage } from './stage.js';
import type { StageOptions } from './stage.js';
import { runSteps } from './steps.js';

const EVENT_LIMIT_MS = 20_000;

/** Rejects when something can't be measured; a missed goal is a figure. */
export async function runLoad(
  around: Omit<StageOptions, 'sessions'>,
  load: Pick<Scene, 'sessions' | 'submitsPerSecond' | 'moveRate' | 'pace'>,
  tell: (result: StepResult) => void,
): Promise<Load> {
  const { clock } = around;
  const { sessions, submitsPerSecond } = load;
  const stage = await Stage.started({ ...around, sessions });
  let fleet: Fleet | undefined;
  try {
    const startMs = clock.nowMs();
    fleet = await Fleet.loggedIn({ clock, port: stage.port, sessions });
    const loginMs = clock.nowMs() - startMs;
    await stage.log.came(sessions, EVENT_LIMIT_MS);
    const steps = await runSteps({ ...load, clock, stage, fleet }, tell);
    return { sessions, submitsPerSecond, loginMs, steps };
  } finally {
    fleet?.close();
    await stage.end();
  }
}
