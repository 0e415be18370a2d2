/** The system's words for what this machine or process lacks: no peer is to blame for it. */

const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

export function isShortage(code: string): boolean {
  return SHORTAGES.has(code);
}
