/** What was measured over the last hour, at even steps: a ring of samples, of bounded size. Pure. */

/** An hour at STEP_MS. */
const CAPACITY = 720;
export const STEP_MS = 5000;

/** One moment's value of each series; a series that is left out was not there then. */
export type Values = Readonly<Record<string, number | null>>;

export interface HistoryColumns {
  /** Milliseconds since 1970-01-01 UTC, rising. */
  readonly times: readonly number[];
  /** As many values each; null where there was none. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Not a number: there was no value. */
const NONE = Number.NaN;

interface Series {
  readonly values: Float64Array;
  /** How many samples ago it was there for the last time. */
  absentFor: number;
}

export class History {
  readonly #capacity: number;
  readonly #times: Float64Array;
  readonly #series = new Map<string, Series>();
  #next = 0;
  #used = 0;

  constructor(capacity = CAPACITY) {
    this.#capacity = capacity;
    this.#times = new Float64Array(capacity);
  }

  add(wallMs: number, values: Values): void {
    for (const name of Object.keys(values)) {
      if (!this.#series.has(name)) this.#series.set(name, this.#newSeries());
    }
    for (const [name, series] of this.#series) {
      const isThere = Object.hasOwn(values, name);
      series.absentFor = isThere ? 0 : series.absentFor + 1;
      series.values[this.#next] = values[name] ?? NONE;
      // Nothing of a server that was removed an hour ago.
      if (series.absentFor >= this.#capacity) this.#series.delete(name);
    }
    this.#times[this.#next] = wallMs;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#used = Math.min(this.#used + 1, this.#capacity);
  }

  /** All that is kept, the oldest first. */
  columns(): HistoryColumns {
    const series = Array.from(this.#series, ([name, { values }]): [string, (number | null)[]] => {
      return [name, this.#inOrder(values).map((value) => (Number.isNaN(value) ? null : value))];
    });
    return { times: this.#inOrder(this.#times), series: Object.fromEntries(series) };
  }

  #newSeries(): Series {
    return { values: new Float64Array(this.#capacity).fill(NONE), absentFor: 0 };
  }

  #inOrder(ring: Float64Array): number[] {
    const first = (this.#next - this.#used + this.#capacity) % this.#capacity;
    return Array.from({ length: this.#used }, (_, nth) => ring[(first + nth) % this.#capacity] ?? NONE);
  }
}
