/**
 * Msg_Id, the 64-bit id that a gateway gives a message (specification 3.0, 8.4.3.2). Pure.
 *
 * The parts are what the specification says. Gateways put other things there, and ids of differently numbered gateways
 * collide: an id is only to be compared, and only together with the server that gave it.
 */

export interface MsgIdParts {
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 22 bits. */
  readonly gatewayCode: number;
  /** 16 bits, counted up by the gateway and wrapped. */
  readonly sequence: number;
}

/** The parts from the lowest bits upwards: the bits of each, and its decimal digits in text. */
const PARTS = [
  { name: 'sequence', bits: 16n, digits: 5 },
  { name: 'gatewayCode', bits: 22n, digits: 7 },
  { name: 'second', bits: 6n, digits: 2 },
  { name: 'minute', bits: 6n, digits: 2 },
  { name: 'hour', bits: 5n, digits: 2 },
  { name: 'day', bits: 5n, digits: 2 },
  { name: 'month', bits: 4n, digits: 2 },
] as const;

const SEQUENCE_MASK = 0xffffn;

/** Each part's lowest bits as wide as it is: a sequence that is counted on wraps by itself. */
export function msgIdOf(parts: MsgIdParts): bigint {
  let id = 0n;
  for (const { name, bits } of PARTS.toReversed())
    id = (id << bits) | BigInt.asUintN(Number(bits), BigInt(parts[name]));
  return id;
}

export function msgIdParts(id: bigint): MsgIdParts {
  const parts = { month: 0, day: 0, hour: 0, minute: 0, second: 0, gatewayCode: 0, sequence: 0 };
  let left = id;
  for (const { name, bits } of PARTS) {
    parts[name] = Number(BigInt.asUintN(Number(bits), left));
    left >>= bits;
  }
  return parts;
}

/**
 * The ids of a SUBMIT to `count` destinations, of which the SUBMIT_RESP names the first (specification 3.0, appendix 1).
 * Only the sequence is counted on; it wraps to 0 without touching the rest.
 */
export function msgIdsOfGroup(first: bigint, count: number): readonly bigint[] {
  const rest = first & ~SEQUENCE_MASK;
  return Array.from({ length: count }, (_, index) => rest | ((first + BigInt(index)) & SEQUENCE_MASK));
}

/** 22 digits, as gateways log it: MMDDHHMMSS, the gateway code in 7 digits and the sequence in 5. Any id can be read back. */
export function formatMsgId(id: bigint): string {
  const parts = msgIdParts(id);
  return PARTS.toReversed()
    .map(({ name, digits }) => String(parts[name]).padStart(digits, '0'))
    .join('');
}

/** The id that `formatMsgId` wrote so; undefined for any other text. */
export function parseMsgId(text: string): bigint | undefined {
  if (!/^\d{22}$/.test(text)) return undefined;
  const parts = { month: 0, day: 0, hour: 0, minute: 0, second: 0, gatewayCode: 0, sequence: 0 };
  let at = 0;
  for (const { name, digits } of PARTS.toReversed()) {
    parts[name] = Number(text.slice(at, at + digits));
    at += digits;
  }
  const id = msgIdOf(parts);
  return formatMsgId(id) === text ? id : undefined;
}
