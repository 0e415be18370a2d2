/** Tells everybody who follows the same events (Server-Sent Events), each text written once for all of them. */

import type { ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/clock.js';
import type { Refusals } from './refusal.js';

export interface FeedLimits {
  /** Who follows at once. */
  readonly readers: number;
  /** What a reader may leave unread of what it was told; beyond, it is cut off. */
  readonly unreadBytes: number;
  /** So often a reader hears something, so that it, and a proxy between, know that the connection lives. */
  readonly heartbeatMs: number;
}

const HEARTBEAT = ': \n\n';

export class EventFeed {
  readonly #limits: FeedLimits;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #refusals: Pick<Refusals, 'note'>;
  readonly #readers = new Map<ServerResponse, string>();
  #cancelHeartbeat: (() => void) | undefined;

  constructor(limits: FeedLimits, clock: Pick<Clock, 'after'>, refusals: Pick<Refusals, 'note'>) {
    this.#limits = limits;
    this.#clock = clock;
    this.#refusals = refusals;
  }

  get readersNow(): number {
    return this.#readers.size;
  }

  get isFull(): boolean {
    return this.#readers.size >= this.#limits.readers;
  }

  /** `reader` has its head; it hears everything from now on. `from` is its address. */
  join(reader: ServerResponse, from: string): void {
    this.#readers.set(reader, from);
    reader.on('close', () => void this.#readers.delete(reader));
    this.#write(reader, from, HEARTBEAT);
    this.#cancelHeartbeat ??= this.#clock.after(this.#limits.heartbeatMs, () => this.#beat());
  }

  /** `data` as JSON. */
  tell(event: 'sample' | 'server' | 'migration', data: object): void {
    if (this.#readers.size > 0) this.#tellAll(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = undefined;
    for (const reader of this.#readers.keys()) reader.destroy();
    this.#readers.clear();
  }

  #beat(): void {
    this.#tellAll(HEARTBEAT);
    this.#cancelHeartbeat =
      this.#readers.size === 0
        ? undefined
        : this.#clock.after(this.#limits.heartbeatMs, () => {
            this.#beat();
          });
  }

  #tellAll(text: string): void {
    for (const [reader, from] of this.#readers) this.#write(reader, from, text);
  }

  #write(reader: ServerResponse, from: string, text: string): void {
    if (reader.writableLength + text.length > this.#limits.unreadBytes) {
      this.#readers.delete(reader);
      reader.destroy();
      this.#refusals.note('slow-reader', from, 'GET /events');
      return;
    }
    reader.write(text);
  }
}
