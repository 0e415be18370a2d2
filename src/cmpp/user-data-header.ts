/**
 * The user data header at the start of a message's content, which says which part of a long message it is (3GPP TS
 * 23.040, 9.2.3.24). Pure. Pk_total and Pk_number would say it too, but some clients leave them 1 of 1 on every part.
 */

/** TP_udhi, or SMPP's esm_class that some gateways pass through in its place. */
const HEADER_FLAGS = 0x01 | 0x40;

const CONCATENATION_8_BIT = 0x00;
const CONCATENATION_16_BIT = 0x08;

export interface Concatenation {
  /** The same for all parts of one message from one sender to one receiver. */
  readonly reference: number;
  readonly referenceBits: 8 | 16;
  readonly total: number;
  /** From 1 to `total`. */
  readonly number: number;
}

export interface UserData {
  /** Undefined when the content is no part of a long message. */
  readonly concatenation: Concatenation | undefined;
  /** The content after the header: a view, not a copy. */
  readonly body: Uint8Array;
}

/** Takes the header off. A header that does not fit the content is taken for content. */
export function readUserData(tpUdhi: number, msgContent: Uint8Array): UserData {
  const end = 1 + (msgContent[0] ?? 0);
  const whole = { concatenation: undefined, body: msgContent };
  if ((tpUdhi & HEADER_FLAGS) === 0 || end > msgContent.length) return whole;
  let concatenation: Concatenation | undefined;
  let offset = 1;
  while (offset < end) {
    const elementEnd = offset + 2 + (msgContent[offset + 1] ?? 0);
    if (elementEnd > end) return whole;
    // When an element comes twice, the last one counts (9.2.3.24).
    const element = msgContent.subarray(offset + 2, elementEnd);
    concatenation = concatenationOf(msgContent[offset] ?? 0, element) ?? concatenation;
    offset = elementEnd;
  }
  return { concatenation, body: msgContent.subarray(end) };
}

/** The header of one part: 6 bytes with a reference of 8 bits, 7 with one of 16. Only that many bits of it are written. */
export function writeConcatenation({ reference, referenceBits, total, number }: Concatenation): Uint8Array {
  return referenceBits === 8
    ? Uint8Array.of(5, CONCATENATION_8_BIT, 3, reference, total, number)
    : Uint8Array.of(6, CONCATENATION_16_BIT, 4, reference >> 8, reference, total, number);
}

function concatenationOf(elementId: number, data: Uint8Array): Concatenation | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = data;
  if (elementId === CONCATENATION_8_BIT && data.length === 3) {
    return valid({ reference: first, referenceBits: 8, total: second, number: third });
  }
  if (elementId === CONCATENATION_16_BIT && data.length === 4) {
    return valid({ reference: first * 256 + second, referenceBits: 16, total: third, number: fourth });
  }
  return undefined;
}

/** An element that says part 0, or part 3 of 2, is to be ignored (9.2.3.24.1). */
function valid(concatenation: Concatenation): Concatenation | undefined {
  return concatenation.number >= 1 && concatenation.number <= concatenation.total ? concatenation : undefined;
}
