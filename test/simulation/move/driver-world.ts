/** What the world is to the driver of a session that may move. */

import type { Backend } from '../../../src/balancer/backend.js';
import type { Waiter } from '../../../src/balancer/placing-state.js';
import type { Server } from '../../../src/balancer/server.js';
import type { SessionParts } from '../../../src/balancer/session-state.js';
import type { Scheduler } from '../scheduler.js';
import type { DialEvents } from '../sim-driver.js';
import type { MoveDriver } from './driver.js';
import type { Limits } from './scrutiny.js';

export interface DriverWorld extends Limits {
  readonly scheduler: Scheduler;
  readonly backend: Backend<Waiter>;
  /** What has happened to any session. */
  readonly seen: Set<string>;
  readonly signLogin: SessionParts['signLogin'];
  dial(server: Server, events: DialEvents): () => void;
  /** The SP was not served though it could have been: see Farm. */
  held(driver: MoveDriver, sinceMs: number): void;
  /** Whether another server takes sessions, and has room. */
  hasOther(server: Server): boolean;
  ended(driver: MoveDriver): void;
  trace(driver: MoveDriver, what: string): void;
  fail(driver: MoveDriver, why: string): never;
  /** Between two events: whether all that is counted agrees. */
  audit(): void;
}
