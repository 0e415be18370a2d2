/** Texts of messages as a simulator's user writes and reads them. Pure. */

import { alphabetOf, MsgFmt } from '../cmpp/message-format.js';

/** ASCII when every character of `text` is in it, else UCS2. */
export function msgFmtFor(text: string): number {
  return Array.from(text).every((character) => character < '\u0080') ? MsgFmt.ascii : MsgFmt.ucs2;
}

const ALPHABET_NAMES = { ascii: 'ASCII', binary: 'binary', ucs2: 'UCS2', gb18030: 'GB18030' } as const;

/** Such as `UCS2`, or `UCS2, Msg_Fmt 24` when the number is not the one that the specification gives the alphabet. */
export function msgFmtName(msgFmt: number): string {
  const alphabet = alphabetOf(msgFmt);
  const name = ALPHABET_NAMES[alphabet];
  return msgFmt === MsgFmt[alphabet] ? name : `${name}, Msg_Fmt ${msgFmt}`;
}
