/**
 * How an event of the log is declared: its level, its fields and its sentence. Pure.
 *
 * A field is declared with what it means and an example. The example gives the type of the values, and docs/logs.md is
 * drawn from both. Only declared fields are written, so nothing reaches a log because an object had it too.
 */

import type { OffsetMinutesAt } from './timestamp.js';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Field<Value> {
  readonly means: string;
  readonly example: Value;
}

export type FieldTable = Readonly<Record<string, Field<unknown>>>;

/** The values that an event with these fields is logged with. */
export type ValuesOf<Fields extends FieldTable> = { readonly [Key in keyof Fields]: Fields[Key]['example'] };

export interface EventFacts<Fields extends FieldTable> {
  readonly level: Level;
  /** When it is logged, as a sentence for the operator. */
  readonly means: string;
  readonly fields: Fields;
  /** The event as a plain sentence. */
  message(values: ValuesOf<Fields>): string;
  /** The event in the format tcplog, where that is not the sentence. */
  tcplog?(values: ValuesOf<Fields>, offsetMinutesAt: OffsetMinutesAt): string;
}

/** Infers the type of the fields. */
export function event<const Fields extends FieldTable>(facts: EventFacts<Fields>): EventFacts<Fields> {
  return facts;
}

export function field<Value>(means: string, example: Value): Field<Value> {
  return { means, example };
}

/** A field that is left out of the line where its value is undefined. */
export function optional<Value>(means: string, example: Value | undefined): Field<Value | undefined> {
  return { means, example };
}

/** The declared fields of `values` that have a value, and no other; numbers are rounded, because all of them are whole. */
export function declaredValues(fields: FieldTable, values: ValuesOf<FieldTable>): ValuesOf<FieldTable> {
  const declared: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = values[key];
    if (value === undefined) continue;
    declared[key] = typeof value === 'number' ? Math.round(value) : value;
  }
  return declared;
}
