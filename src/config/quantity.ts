/** Durations and sizes: their spelling, their value, and what somebody meant who spelt one differently. Pure. */

const durationUnitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type DurationUnit = keyof typeof durationUnitsMs;

/** A timer holds at most 2^31 - 1 ms, which is 24.8 days. */
export const LONGEST_DURATION_MS = 24 * durationUnitsMs.d;

export const durationPattern = /^[0-9]+(ms|s|m|h|d)$/;

/** Milliseconds of a text that matches `durationPattern`. */
export function durationMs(text: string): number {
  const unit = text.replace(/^[0-9]+/, '');
  return isDurationUnit(unit) ? Number.parseInt(text, 10) * durationUnitsMs[unit] : Number.NaN;
}

/** In the largest unit that leaves a whole number: 5400000 is `90m`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(durationUnitsMs).findLast(([, unitMs]) => ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}

/** What the writer of `input`, which is no duration, may have meant. */
export function durationAdvice(input: string | number | boolean): string | undefined {
  const text = String(input).trim();
  if (/^0+[a-z]*$/i.test(text))
    return `how long at most, up to ${durationText(LONGEST_DURATION_MS)}: nothing waits for ever`;
  if (/^[0-9]+$/.test(text))
    return `${durationText(Number(text))} if milliseconds are meant, as in haproxy.cfg, or ${text}s`;
  const [, amount = '', word = ''] = /^([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\.?$/i.exec(text) ?? [];
  const unit = durationUnitOf(word.toLowerCase());
  if (unit === undefined) return undefined;
  const ms = Math.round(Number(amount) * durationUnitsMs[unit]);
  return ms > 0 && ms <= LONGEST_DURATION_MS ? durationText(ms) : undefined;
}

function durationUnitOf(word: string): DurationUnit | undefined {
  if (isDurationUnit(word)) return word;
  if (/^(msecs?|millis|milliseconds?)$/.test(word)) return 'ms';
  const spellings = { s: /^(secs?|seconds?)$/, m: /^(mins?|minutes?)$/, h: /^(hrs?|hours?)$/, d: /^days?$/ } as const;
  return (['s', 'm', 'h', 'd'] as const).find((unit) => spellings[unit].test(word));
}

function isDurationUnit(word: string): word is DurationUnit {
  return Object.hasOwn(durationUnitsMs, word);
}

const sizeUnits = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

export const sizePattern = /^[0-9]+[kmg]?$/;

/** The value of a text that matches `sizePattern`; k, m and g are powers of 1024, as in HAProxy: 200k is 204,800. */
export function sizeOf(text: string): number {
  const unit = text.replace(/^[0-9]+/, '');
  return unit === '' || unit === 'k' || unit === 'm' || unit === 'g'
    ? Number.parseInt(text, 10) * sizeUnits[unit]
    : Number.NaN;
}

/** In the largest unit that leaves a whole number: 65536 is `64k`. */
export function sizeText(size: number): string {
  const [unit, value] = Object.entries(sizeUnits).findLast(([, value]) => size % value === 0) ?? ['', 1];
  return `${size / value}${unit}`;
}

/** What the writer of `input`, which is no size, may have meant. */
export function sizeAdvice(input: string | number | boolean): string | undefined {
  const [, amount, unit] = /^([0-9]+)\s*([kmg]?)(i?b|bytes?)?$/i.exec(String(input).trim()) ?? [];
  const meant = amount === undefined || unit === undefined ? undefined : `${amount}${unit.toLowerCase()}`;
  return meant === input ? undefined : meant;
}
