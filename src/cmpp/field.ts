/**
 * The kinds of field that PDUs are made of (specification 3.0, 8.1): how many bytes each takes, how it is read, and how
 * it is written. A PDU is a list of these, from which both its reader and its writer come. Pure.
 */

import type { Version } from './version.js';

/** Bytes on the wire, where the editions differ one number for each; 0 is a field that the edition does not have. */
export type Width = number | Readonly<Record<Version, number>>;

/** One kind of field. The caller sees to it that `offset` and the bytes asked for lie within the frame. */
export interface Field<Value> {
  /** What stands in a PDU of which nothing else was said. */
  empty(): Value;
  /** How many bytes the field takes at `offset`, which may be more than there are up to `end`. */
  measure(bytes: Uint8Array, offset: number, end: number, version: Version): number;
  read(bytes: Uint8Array, offset: number, lengthBytes: number, version: Version): Value;
  /** Why `value` cannot be written, such as `256 is not 0 to 255`; undefined when it can. */
  refusal(value: Value, version: Version): string | undefined;
  lengthBytes(value: Value, version: Version): number;
  write(bytes: Uint8Array, offset: number, value: Value, version: Version): void;
}

function widthIn(width: Width, version: Version): number {
  return typeof width === 'number' ? width : width[version];
}

/** A big-endian unsigned integer of at most 6 bytes, as a number. In an edition without the field it can only be 0. */
export function uint(width: Width): Field<number> {
  return {
    empty: () => 0,
    measure: (_bytes, _offset, _end, version) => widthIn(width, version),
    read: (bytes, offset, lengthBytes) => readUint(bytes, offset, lengthBytes),
    refusal: (value, version) => refuseUint(value, widthIn(width, version)),
    lengthBytes: (_value, version) => widthIn(width, version),
    write: (bytes, offset, value, version) => writeUint(bytes, offset, widthIn(width, version), value),
  };
}

/** One byte that some peers leave out at the end of a frame: read as 0 when it is missing, always written. */
export function uint8OrEnd(): Field<number> {
  return { ...uint(1), measure: (_bytes, offset, end) => Math.min(1, end - offset) };
}

/** A big-endian unsigned integer of 8 bytes, as a bigint. */
export function uint64(): Field<bigint> {
  return {
    empty: () => 0n,
    measure: () => 8,
    read: (bytes, offset) => readUint64(bytes, offset),
    refusal: (value) => (value === BigInt.asUintN(64, value) ? undefined : `${value} is not 0 to 2^64-1`),
    lengthBytes: () => 8,
    write: writeUint64,
  };
}

/**
 * An Octet String that holds an identifier: one character a byte (Latin-1), padded on the right with 0x00. Only that
 * padding is taken off, so that whatever a peer put there reads and writes as the same bytes.
 */
export function text(width: Width): Field<string> {
  return {
    empty: () => '',
    measure: (_bytes, _offset, _end, version) => widthIn(width, version),
    read: readText,
    refusal: (value, version) => refuseText(value, widthIn(width, version)),
    lengthBytes: (_value, version) => widthIn(width, version),
    write: writeText,
  };
}

/** A count byte and then that many identifiers of one width each. */
export function countedTexts(
  width: Width,
  limits: { readonly least: number; readonly most: number },
): Field<readonly string[]> {
  const item = text(width);
  return {
    empty: () => [],
    measure: (bytes, offset, end, version) => 1 + (offset < end ? (bytes[offset] ?? 0) * widthIn(width, version) : 0),
    read: (bytes, offset, _lengthBytes, version) => {
      const itemBytes = widthIn(width, version);
      return Array.from({ length: bytes[offset] ?? 0 }, (_, index) =>
        readText(bytes, offset + 1 + index * itemBytes, itemBytes),
      );
    },
    refusal: (values, version) => {
      if (values.length < limits.least || values.length > limits.most) {
        return `${values.length} entries are not ${limits.least} to ${limits.most}`;
      }
      return values.map((value) => item.refusal(value, version)).find((refusal) => refusal !== undefined);
    },
    lengthBytes: (values, version) => 1 + values.length * widthIn(width, version),
    write: (bytes, offset, values, version) => {
      bytes[offset] = values.length;
      const itemBytes = widthIn(width, version);
      for (const [index, value] of values.entries()) writeText(bytes, offset + 1 + index * itemBytes, value);
    },
  };
}

/** Exactly `width` bytes as they are. What is read is a copy, so that it outlives the buffer that the frame was in. */
export function octets(width: number): Field<Uint8Array> {
  return {
    empty: () => new Uint8Array(width),
    measure: () => width,
    read: (bytes, offset, lengthBytes) => copy(bytes, offset, lengthBytes),
    refusal: (value) => (value.length === width ? undefined : `${value.length} bytes are not ${width}`),
    lengthBytes: () => width,
    write: (bytes, offset, value) => bytes.set(value, offset),
  };
}

/** A length byte and then that many bytes; the value is a copy and does not hold the length byte. */
export function countedOctets(): Field<Uint8Array> {
  return {
    empty: () => new Uint8Array(0),
    measure: (bytes, offset, end) => 1 + (offset < end ? (bytes[offset] ?? 0) : 0),
    read: (bytes, offset, lengthBytes) => copy(bytes, offset + 1, lengthBytes - 1),
    refusal: (value) => (value.length <= 255 ? undefined : `${value.length} bytes are more than 255`),
    lengthBytes: (value) => 1 + value.length,
    write: (bytes, offset, value) => {
      bytes[offset] = value.length;
      bytes.set(value, offset + 1);
    },
  };
}

/** Whatever is left of the frame, for a body that no specification describes. */
export function rest(): Field<Uint8Array> {
  return {
    empty: () => new Uint8Array(0),
    measure: (_bytes, offset, end) => end - offset,
    read: copy,
    refusal: () => undefined,
    lengthBytes: (value) => value.length,
    write: (bytes, offset, value) => bytes.set(value, offset),
  };
}

/** The bytes as a value of its own: `slice` would not do, since a Buffer's slice shares its memory. */
function copy(bytes: Uint8Array, offset: number, lengthBytes: number): Uint8Array {
  return new Uint8Array(bytes.subarray(offset, offset + lengthBytes));
}

function readUint(bytes: Uint8Array, offset: number, lengthBytes: number): number {
  let value = 0;
  for (let at = offset; at < offset + lengthBytes; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

function writeUint(bytes: Uint8Array, offset: number, lengthBytes: number, value: number): void {
  let left = value;
  for (let at = offset + lengthBytes - 1; at >= offset; at -= 1) {
    bytes[at] = left % 256;
    left = Math.floor(left / 256);
  }
}

function refuseUint(value: number, lengthBytes: number): string | undefined {
  const most = 256 ** lengthBytes - 1;
  return Number.isInteger(value) && value >= 0 && value <= most ? undefined : `${value} is not 0 to ${most}`;
}

function readUint64(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(readUint(bytes, offset, 4)) << 32n) | BigInt(readUint(bytes, offset + 4, 4));
}

function writeUint64(bytes: Uint8Array, offset: number, value: bigint): void {
  writeUint(bytes, offset, 4, Number(value >> 32n));
  writeUint(bytes, offset + 4, 4, Number(value & 0xffffffffn));
}

function readText(bytes: Uint8Array, offset: number, lengthBytes: number): string {
  let end = offset + lengthBytes;
  while (end > offset && bytes[end - 1] === 0) end -= 1;
  return String.fromCharCode(...bytes.subarray(offset, end));
}

/** Writes into bytes that are still 0x00, which is the padding. */
function writeText(bytes: Uint8Array, offset: number, value: string): void {
  for (let index = 0; index < value.length; index += 1) bytes[offset + index] = value.charCodeAt(index);
}

function refuseText(value: string, widthBytes: number): string | undefined {
  if (value.length > widthBytes) return `${JSON.stringify(value)} is longer than ${widthBytes} bytes`;
  for (const character of value) {
    if (character.charCodeAt(0) > 0xff) return `${JSON.stringify(character)} is not a Latin-1 character`;
  }
  return undefined;
}
