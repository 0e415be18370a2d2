/**
 * The times that CMPP writes as decimal digits. Pure: the time comes as an argument, in milliseconds since 1970 UTC.
 * All of them are China Standard Time (UTC+8, no summer time), whatever the machine's own zone is.
 */

const CHINA_OFFSET_MS = 8 * 60 * 60 * 1000;

/** CONNECT's Timestamp, MMDDHHMMSS as one number: 10 February, 13:30:00 is 210133000. */
export function connectTimestamp(wallMs: number): number {
  const { month, day, hour, minute, second } = chinaTime(wallMs);
  return (((month * 100 + day) * 100 + hour) * 100 + minute) * 100 + second;
}

/**
 * How far a CONNECT's Timestamp is from `wallMs`, in milliseconds, either way; Infinity if it is no time at all. It has
 * no year: the nearest one counts, so that the turn of the year is no leap.
 */
export function timestampSkewMs(timestamp: number, wallMs: number): number {
  const { year } = chinaTime(wallMs);
  const skews = [year - 1, year, year + 1].flatMap((candidate) => {
    const atMs = wallMsOf(candidate, timestamp);
    // A date that there is not, such as the 31st of February, is another one by then.
    return connectTimestamp(atMs) === timestamp ? [Math.abs(atMs - wallMs)] : [];
  });
  return Math.min(Infinity, ...skews);
}

function wallMsOf(year: number, timestamp: number): number {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0] = [0, 2, 4, 6, 8].map((place) => {
    return Math.floor(timestamp / 10 ** place) % 100;
  });
  return Date.UTC(year, month - 1, day, hour, minute, second) - CHINA_OFFSET_MS;
}

/** A Timestamp as the ten digits that the authenticators hash: 210133000 is `0210133000`. */
export function timestampDigits(timestamp: number): string {
  return String(timestamp).padStart(10, '0');
}

/** YYMMDDHHMM: Submit_time and Done_time of a status report. */
export function reportTime(wallMs: number): string {
  const { year, month, day, hour, minute } = chinaTime(wallMs);
  return [year % 100, month, day, hour, minute].map(twoDigits).join('');
}

/** YYYYMMDD: the day of a QUERY. */
export function queryDay(wallMs: number): string {
  const { year, month, day } = chinaTime(wallMs);
  return `${year}${twoDigits(month)}${twoDigits(day)}`;
}

/** The calendar in China; the month counts from 1. */
export function chinaTime(wallMs: number) {
  const shifted = new Date(wallMs + CHINA_OFFSET_MS);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
