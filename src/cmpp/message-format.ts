/** Msg_Fmt: in which alphabet a message's content is written. Pure. */

/** The values that the specification names. */
export const MsgFmt = { ascii: 0, writeCard: 3, binary: 4, ucs2: 8, gb18030: 15 } as const;

export type Alphabet = 'ascii' | 'binary' | 'ucs2' | 'gb18030';

/** The two bits of GSM 03.38 that choose the alphabet. The fourth value is reserved there; CMPP's 15 makes it Chinese. */
const ALPHABETS: readonly Alphabet[] = ['ascii', 'binary', 'ucs2', 'gb18030'];

/**
 * The alphabet of a Msg_Fmt. CMPP's own values (but for 3) are those of TP-DCS in GSM 03.38, and peers use others of it,
 * such as 0x18 for a UCS2 message that shows at once. What has no alphabet there is binary.
 */
export function alphabetOf(msgFmt: number): Alphabet {
  if (msgFmt === MsgFmt.writeCard) return 'binary';
  const group = msgFmt >> 4;
  if (group < 0x8) {
    const isCompressed = (msgFmt & 0x20) !== 0;
    return isCompressed ? 'binary' : (ALPHABETS[(msgFmt >> 2) & 0b11] ?? 'binary');
  }
  if (group === 0xc || group === 0xd) return 'ascii';
  if (group === 0xe) return 'ucs2';
  if (group === 0xf) return (msgFmt & 0b100) === 0 ? 'ascii' : 'binary';
  return 'binary';
}

/** The class of GSM 03.38 (0 shows at once, 1 the phone, 2 the SIM card, 3 another device); undefined when none is said. */
export function messageClassOf(msgFmt: number): number | undefined {
  const group = msgFmt >> 4;
  const hasClass = group === 0xf || (group < 0x8 && (msgFmt & 0x10) !== 0);
  return hasClass ? msgFmt & 0b11 : undefined;
}

/** The most bytes of Msg_Content, a user data header included (specification 3.0, 8.4.3: below 160, or up to 140). */
export function contentLimitBytes(msgFmt: number): number {
  return msgFmt === MsgFmt.ascii ? 159 : 140;
}
