/** How messages say numbers. Pure. */

/** `1 session`, `412 sessions`. */
export function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/** `1 session moves`, `412 sessions move`. */
export function sessionsDo(sessions: number, verb: string): string {
  return `${count(sessions, 'session')} ${verb}${sessions === 1 ? 's' : ''}`;
}
