/** The steps of a `tcp-script` probe: HAProxy's `tcp-check` rules. Pure. */

export const EXPECT_NAMES = ['string', 'rstring', 'binary', 'rbinary'] as const;
export type ExpectName = (typeof EXPECT_NAMES)[number];

export type ScriptStep =
  /** A new connection; without one as the first step, the script begins with one. */
  | { readonly kind: 'connect'; readonly port: number | undefined }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Waits until what has come since the last `send` or `connect` holds the pattern: text, a regular expression, hex, or such of hex. */
  | { readonly kind: 'expect'; readonly match: ExpectName; readonly pattern: string };

type ExpectStep = Extract<ScriptStep, { kind: 'expect' }>;

/** What is wrong with a step, and what to write; undefined if it is sound. */
export function scriptFault(step: ScriptStep): string | undefined {
  if (step.kind === 'connect') return undefined;
  if (step.kind === 'send') return step.bytes.length === 0 ? 'nothing to send; write a text' : undefined;
  const { match, pattern } = step;
  if (pattern === '') return 'any answer has nothing in it; write what to expect';
  if (match === 'binary') return hexFault(pattern);
  return match === 'string' ? undefined : expressionFault(pattern);
}

/**
 * Makes the question whether bytes, as Latin-1 text, hold the step's pattern. Throws what `scriptFault` reports.
 *
 * HAProxy compares the pattern's own bytes, so a character beyond ASCII stands for its bytes in UTF-8. Its regular
 * expressions of hex see upper case digits, and match at any of them, in the middle of a byte too.
 */
export function matcherOf({ match, pattern }: ExpectStep): (received: string) => boolean {
  switch (match) {
    case 'string': {
      const wanted = byteText(pattern);
      return (received) => received.includes(wanted);
    }
    case 'binary': {
      const wanted = Buffer.from(pattern, 'hex').toString('latin1');
      return (received) => received.includes(wanted);
    }
    case 'rstring': {
      const expression = new RegExp(byteText(pattern));
      return (received) => expression.test(received);
    }
    case 'rbinary': {
      const expression = new RegExp(pattern);
      return (received) => expression.test(Buffer.from(received, 'latin1').toString('hex').toUpperCase());
    }
  }
}

function hexFault(pattern: string): string | undefined {
  return /^([0-9a-f]{2})+$/i.test(pattern) ? undefined : 'expected bytes in hex such as "2b504f4e47", two digits each';
}

function expressionFault(pattern: string): string | undefined {
  try {
    void new RegExp(byteText(pattern));
    return undefined;
  } catch {
    return 'not a regular expression; write \\ before a bracket or a sign that stands for itself';
  }
}

/** Its bytes in UTF-8, as Latin-1 text. */
function byteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
