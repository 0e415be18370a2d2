/** Points in time as HAProxy's logs write them: in local time, whose offset from UTC the caller gives. Pure. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Minutes by which local time is ahead of UTC at `epochMs`: 480 in Beijing. */
export type OffsetMinutesAt = (epochMs: number) => number;

/** The offset of the process's own time zone. */
export const localOffsetMinutes: OffsetMinutesAt = (epochMs) => -new Date(epochMs).getTimezoneOffset();

function zeroPadded(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

function localParts(epochMs: number, offsetMinutes: number) {
  // The UTC fields of a shifted date are the local fields, whatever the time zone of the process.
  const date = new Date(epochMs + offsetMinutes * 60_000);
  return {
    year: date.getUTCFullYear(),
    month: MONTHS[date.getUTCMonth()],
    day: date.getUTCDate(),
    time: `${zeroPadded(date.getUTCHours())}:${zeroPadded(date.getUTCMinutes())}:${zeroPadded(date.getUTCSeconds())}`,
    milliseconds: zeroPadded(date.getUTCMilliseconds(), 3),
  };
}

/** The accept date of a tcplog line: `21/Nov/2026:19:34:26.213`. */
export function tcplogDate(epochMs: number, offsetMinutes: number): string {
  const { year, month, day, time, milliseconds } = localParts(epochMs, offsetMinutes);
  return `${zeroPadded(day)}/${month}/${year}:${time}.${milliseconds}`;
}

/** The timestamp of RFC 3164, 4.1.2: `Nov 21 19:34:26`, a day below 10 with a space before it. */
export function syslogDate(epochMs: number, offsetMinutes: number): string {
  const { month, day, time } = localParts(epochMs, offsetMinutes);
  return `${month} ${String(day).padStart(2, ' ')} ${time}`;
}
