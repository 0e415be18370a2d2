/** The whole product for a test: simulated gateways, the balancer before them, and where its SPs connect to. */

import type { TestContext } from 'node:test';
import { startSmsc } from '../../src/simulator/smsc/smsc.js';
import type { RunningSmsc } from '../../src/simulator/smsc/smsc.js';
import type { SmscSettings } from '../../src/simulator/smsc/settings.js';
import { NotedLines } from '../simulator/noted-lines.js';
import { Scene } from '../support/scene.js';

const LOOPBACK = '127.0.0.1';

export interface Platform {
  readonly scene: Scene;
  readonly smsc: RunningSmsc;
  /** What the simulated gateways say. */
  readonly lines: NotedLines;
}

export interface PlatformKeys {
  readonly gateways?: number;
  /** Reports come at once unless these say otherwise. */
  readonly settings?: Partial<SmscSettings>;
  /** Keys of YAML of the balancer's backend. */
  readonly backend?: string;
}

export async function platformOf(t: TestContext, keys: PlatformKeys = {}): Promise<Platform> {
  const { gateways = 1, settings, backend = '' } = keys;
  const scene = new Scene(t);
  const lines = new NotedLines();
  const smsc = await startSmsc({
    listen: Array.from({ length: gateways }, () => ({ host: LOOPBACK, port: 0 })),
    settings: { reports: { delayMs: 0, stat: 'DELIVRD' }, ...settings },
    say: lines.say,
  });
  await scene.start({ servers: smsc.ports.map((port) => `address: "${LOOPBACK}:${port}"`), backend });
  // Behind the balancer's end, so that no session is left that it would wait for.
  t.after(() => smsc.close());
  return { scene, smsc, lines };
}

/** The port at which SPs reach the balancer. */
export function portOf(scene: Scene): number {
  const where = scene.entrance();
  if (!('port' in where)) throw new Error('the balancer does not listen on a TCP port');
  return where.port;
}
