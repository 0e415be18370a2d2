/** Waits until somebody wants the process to end. */

import { realClock } from '../runtime/clock.js';
import { onSignals } from '../runtime/signals.js';

/** Resolves on a signal that ends processes; the next one ends this one at once. */
export async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    onSignals(realClock, { stop: () => resolve(), stopSoftly: () => resolve(), stopAtOnce: () => process.exit(1) });
  });
}
