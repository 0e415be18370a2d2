/** A log that keeps its events, for tests to look at and to wait for. */

import type { EventName, EventValues } from '../../src/log/event.js';
import type { Log } from '../../src/log/log.js';
import { Change } from './change.js';

export class EventLog implements Log {
  readonly lostLines = 0;
  readonly #kept = new Map<EventName, object[]>();
  readonly #change = new Change();

  event<Name extends EventName>(name: Name, values: EventValues<Name>): void {
    this.#kept.set(name, [...(this.#kept.get(name) ?? []), values]);
    this.#change.happened();
  }

  isEnabled(): boolean {
    return true;
  }

  async close(): Promise<void> {}

  /** All events of this name, in order. */
  of<Name extends EventName>(name: Name): readonly EventValues<Name>[] {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `event` keeps them under their own name
    return (this.#kept.get(name) ?? []) as readonly object[] as readonly EventValues<Name>[];
  }

  /** The first event of this name that suits, come already or to come. */
  async seen<Name extends EventName>(
    name: Name,
    suits: (values: EventValues<Name>) => boolean = () => true,
  ): Promise<EventValues<Name>> {
    for (;;) {
      const found = this.of(name).find(suits);
      if (found !== undefined) return found;
      await this.#change.next();
    }
  }
}
