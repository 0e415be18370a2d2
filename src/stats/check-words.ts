/** HAProxy's words and numbers for what a check found. Pure. */

interface CheckWord {
  readonly description: string;
  /** In `show servers state`. */
  readonly number: number;
}

const NOT_CHECKED_YET: CheckWord = { description: 'Initializing', number: 1 };

const CHECK_WORDS: Readonly<Record<string, CheckWord>> = {
  SOCKERR: { description: 'Socket error', number: 5 },
  L4OK: { description: 'Layer4 check passed', number: 6 },
  L4TOUT: { description: 'Layer4 timeout', number: 7 },
  L4CON: { description: 'Layer4 connection problem', number: 8 },
  L7TOUT: { description: 'Layer7 timeout', number: 12 },
  L7RSP: { description: 'Layer7 invalid response', number: 13 },
  L7OK: { description: 'Layer7 check passed', number: 15 },
  L7STS: { description: 'Layer7 wrong status', number: 17 },
};

/** All that a check may find. */
export const CHECK_STATUSES: readonly string[] = Object.keys(CHECK_WORDS);

/** `status` is null before the first check. */
export function checkDescription(status: string | null): string {
  return wordOf(status).description;
}

export function checkNumber(status: string | null): number {
  return wordOf(status).number;
}

function wordOf(status: string | null): CheckWord {
  return (status === null ? undefined : CHECK_WORDS[status]) ?? NOT_CHECKED_YET;
}
