/** How the page writes numbers, bytes and times. Pure. */

import type { OffsetMinutesAt } from '../../log/timestamp.js';
import type { CountsByWord } from '../../stats/snapshot.js';

const NONE = '–';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const UNIT = 1000;
const MINUTE_MS = 60_000;

/** `12,345`; a limit that does not exist is a dash. */
export function numberText(value: number | null): string {
  return value === null ? NONE : String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.4`, `1`, `17`, `1,234` */
export function rateText(value: number | null): string {
  return value !== null && value < 10 ? String(Number(value.toFixed(1))) : numberText(value);
}

/** `999 B`, `1.2 kB`, `34 MB` */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= UNIT && unit < UNITS.length - 1) {
    value /= UNIT;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.floor(value)} ${UNITS[unit]}`;
}

/** `2026-11-21 19:34:26`, in local time. */
export function timeText(wallMs: number, offsetMinutesAt: OffsetMinutesAt): string {
  const local = new Date(wallMs + offsetMinutesAt(wallMs) * MINUTE_MS);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-21T11:34:26.213Z` */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** `UTC+08:00` */
export function zoneText(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  return `UTC${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** All of them together. */
export function countOf(counts: CountsByWord): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A line each. */
export function reasonsText(counts: CountsByWord): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${reason}: ${count}`)
    .join('\n');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
