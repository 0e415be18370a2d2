/** The steps of a `tcp-script` probe: HAProxy's `tcp-check` rules. Pure. */

export const EXPECT_NAMES = ['string', 'rstring', 'binary', 'rbinary'] as const;
export type ExpectName = (typeof EXPECT_NAMES)[number];

export type ScriptStep =
  /** A new connection; without one as the first step, the script begins with one. */
  | { readonly kind: 'connect'; readonly port: number | undefined }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Waits until what has come since the last expect holds the pattern: text, a regular expression, hex, or such of hex. */
  | { readonly kind: 'expect'; readonly match: ExpectName; readonly pattern: string };
