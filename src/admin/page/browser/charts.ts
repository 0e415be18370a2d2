/** Draws the last hour, and each sample as it comes. */

import type { default as UPlot, AlignedData, Options } from 'uplot';

/** From uPlot's own file, which comes before this one. */
declare const uPlot: typeof UPlot;

const HOUR_SAMPLES = 720;
const HEIGHT_PX = 190;
/** What is drawn at least, so that the first samples do not look like an hour. */
const LEAST_SPAN_S = 300;
/** More lines than these nobody can tell apart. */
const MOST_LINES = 12;
/** Told apart also by those who see no red or green (Okabe and Ito), in light and in dark. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a7a00', '#7f7f7f'];

type Value = number | null;

/** As /api/history gives it. */
interface History {
  times: number[];
  series: Record<string, Value[]>;
}

/** As /events gives it. */
interface Sample {
  time: number;
  values: Record<string, Value>;
}

interface Drawn {
  readonly plot: UPlot;
  /** The series that it shows. */
  readonly names: readonly string[];
}

export class Charts {
  readonly #section: HTMLElement;
  #history: History = { times: [], series: {} };
  #drawn: Drawn[] = [];

  constructor(section: HTMLElement) {
    this.#section = section;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    addEventListener('resize', () => this.#fit());
  }

  async load(): Promise<void> {
    try {
      const response = await fetch('/api/history');
      if (!response.ok) return;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is from the same version of the same program.
      this.#history = (await response.json()) as History;
    } catch {
      // The balancer is away; the next connection loads it.
      return;
    }
    this.#draw();
  }

  /** `text` is a sample in JSON. */
  add(text: string): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above.
    const { time, values } = JSON.parse(text) as Sample;
    const { times, series } = this.#history;
    if (times.length > 0 && time <= (times.at(-1) ?? 0)) return;
    const isNew = Object.keys(values).some((name) => !Object.hasOwn(series, name));
    for (const name of Object.keys(values)) series[name] ??= times.map(() => null);
    times.push(time);
    for (const [name, all] of Object.entries(series)) all.push(values[name] ?? null);
    if (times.length > HOUR_SAMPLES) for (const all of [times, ...Object.values(series)]) all.shift();
    if (isNew || this.#drawn.length === 0) this.#draw();
    else for (const { plot, names } of this.#drawn) plot.setData(this.#dataOf(names));
  }

  #draw(): void {
    for (const { plot } of this.#drawn) plot.destroy();
    this.#drawn = [];
    const { time: word = '', offsetMinutes } = this.#section.dataset;
    const time = { word, offsetMinutes: Number(offsetMinutes) };
    for (const figure of this.#section.querySelectorAll<HTMLElement>('[data-chart]')) {
      const names = this.#namesFor((figure.dataset['chart'] ?? '').split(' '));
      figure.hidden = names.length === 0;
      if (names.length === 0) continue;
      const shown = names.slice(0, MOST_LINES);
      const plot = new uPlot(
        optionsFor(shown, widthWithin(figure), time, () => this.#span()),
        this.#dataOf(shown),
        figure,
      );
      this.#drawn.push({ plot, names: shown });
      this.#tellMore(figure, names.length - shown.length);
    }
  }

  /** `submit`, or all of `sessions:…`. */
  #namesFor(wanted: readonly string[]): string[] {
    return Object.keys(this.#history.series).filter((name) => wanted.includes(name.split(':', 1)[0] ?? ''));
  }

  #dataOf(names: readonly string[]): AlignedData {
    const { times, series } = this.#history;
    return [times.map((time) => time / 1000), ...names.map((name) => series[name] ?? [])];
  }

  /** From when to when, in seconds. */
  #span(): [number, number] {
    const { times } = this.#history;
    const last = (times.at(-1) ?? 0) / 1000;
    return [Math.min((times[0] ?? 0) / 1000, last - LEAST_SPAN_S), last];
  }

  #tellMore(figure: HTMLElement, more: number): void {
    figure.querySelector('.more')?.remove();
    if (more === 0) return;
    const note = document.createElement('p');
    note.className = 'more';
    note.textContent = (this.#section.dataset['more'] ?? '').replace('{n}', String(more));
    figure.append(note);
  }

  #fit(): void {
    for (const { plot } of this.#drawn) {
      const figure = plot.root.parentElement;
      if (figure !== null) plot.setSize({ width: widthWithin(figure), height: HEIGHT_PX });
    }
  }
}

/** Without the padding. */
function widthWithin(figure: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(figure);
  return figure.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
}

/** What the page says of time: the word, and how far local time of the balancer is ahead of UTC. */
interface TimeWords {
  readonly word: string;
  readonly offsetMinutes: number;
}

function optionsFor(names: readonly string[], width: number, time: TimeWords, span: () => [number, number]): Options {
  const style = getComputedStyle(document.body);
  const ink = style.getPropertyValue('--quiet');
  const grid = { stroke: style.getPropertyValue('--line'), width: 1 };
  const axis = { stroke: ink, grid, ticks: grid, font: '11px sans-serif' };
  const clock = (seconds: number, withSeconds: boolean): string =>
    new Date((seconds + time.offsetMinutes * 60) * 1000).toISOString().slice(11, withSeconds ? 19 : 16);
  return {
    width,
    height: HEIGHT_PX,
    cursor: { y: false },
    scales: {
      // uPlot would give a single sample a whole day.
      x: { range: span },
      y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, values: (_plot, splits, _axis, _space, step) => splits.map((at) => clock(at, step < 60)), space: 64 },
      { ...axis, size: 48 },
    ],
    series: [
      { label: time.word, value: (_plot, at) => (at === null ? '' : clock(at, true)) },
      ...names.map((name, nth) => ({
        label: labelOf(name, names),
        stroke: COLOURS[nth % COLOURS.length] ?? ink,
        width: 1.5,
        ...(nth < COLOURS.length ? {} : { dash: [6, 4] }),
        points: { show: false },
        value: (_plot: UPlot, value: Value) => (value === null ? '' : String(Math.round(value * 10) / 10)),
      })),
    ],
  };
}

/** `server1` of `sessions:smsc/server1` where no other backend has one of that name. */
function labelOf(name: string, names: readonly string[]): string {
  if (!name.includes(':')) return name.toUpperCase();
  const short = lastPart(name);
  return names.filter((other) => lastPart(other) === short).length === 1 ? short : name.slice(name.indexOf(':') + 1);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
