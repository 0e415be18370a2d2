/** A layout is a PDU's body as a list of named fields; this reads and writes the values of any layout. Pure. */

import type { Field } from './field.js';
import type { Version } from './version.js';

/** Fields by name, in the order of the wire. */
export type Layout = Readonly<Record<string, Field<unknown>>>;

/** The values of a layout's fields: what its reader gives and its writer takes. */
export type ValuesOf<L extends Layout> = { readonly [Name in keyof L]: L[Name] extends Field<infer V> ? V : never };

export type ReadValues<L extends Layout> =
  { readonly kind: 'values'; readonly values: ValuesOf<L> } | { readonly kind: 'malformed'; readonly why: string };

export type WrittenValues =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'refused'; readonly why: string };

/** The fields of each layout that was used: to list them anew for every PDU costs more than to read it. */
const fieldLists = new WeakMap<Layout, readonly (readonly [string, Field<unknown>])[]>();

function fieldsOf(layout: Layout): readonly (readonly [string, Field<unknown>])[] {
  const known = fieldLists.get(layout);
  if (known !== undefined) return known;
  const fields = Object.entries<Field<unknown>>(layout);
  fieldLists.set(layout, fields);
  return fields;
}

/** Reads `bytes` from `start` to their end, which the layout must fill exactly. Offsets in `why` count from byte 0. */
export function readValues<L extends Layout>(
  layout: L,
  bytes: Uint8Array,
  start: number,
  version: Version,
): ReadValues<L> {
  const values: Record<string, unknown> = {};
  let offset = start;
  for (const [name, field] of fieldsOf(layout)) {
    const lengthBytes = field.measure(bytes, offset, bytes.length, version);
    const leftBytes = bytes.length - offset;
    if (lengthBytes > leftBytes) {
      return { kind: 'malformed', why: `${name} at byte ${offset} takes ${lengthBytes} bytes, ${leftBytes} are left` };
    }
    values[name] = field.read(bytes, offset, lengthBytes, version);
    offset += lengthBytes;
  }
  if (offset < bytes.length) {
    return { kind: 'malformed', why: `the last field ends at byte ${offset} of ${bytes.length}` };
  }
  return { kind: 'values', values: asValuesOf<L>(values) };
}

/** Writes `values` after `start` zero bytes, which are the caller's to fill. Refuses what the wire cannot hold. */
export function writeValues<L extends Layout>(
  layout: L,
  values: ValuesOf<L>,
  start: number,
  version: Version,
): WrittenValues {
  let lengthBytes = start;
  for (const [name, field] of fieldsOf(layout)) {
    const refusal = field.refusal(values[name], version);
    if (refusal !== undefined) return { kind: 'refused', why: `${name}: ${refusal}` };
    lengthBytes += field.lengthBytes(values[name], version);
  }
  const bytes = new Uint8Array(lengthBytes);
  let offset = start;
  for (const [name, field] of fieldsOf(layout)) {
    field.write(bytes, offset, values[name], version);
    offset += field.lengthBytes(values[name], version);
  }
  return { kind: 'bytes', bytes };
}

/** A value for every field: zeros, empty strings, empty lists. */
export function emptyValues<L extends Layout>(layout: L): ValuesOf<L> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(layout)) values[name] = field.empty();
  return asValuesOf<L>(values);
}

/** Only for values of which each came from the field of its name: the compiler cannot follow a loop over a layout. */
function asValuesOf<L extends Layout>(values: Record<string, unknown>): ValuesOf<L> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the callers above keep to that
  return values as ValuesOf<L>;
}
