/** Walks the schema and lists its keys, for all that is drawn from it. Pure. */

import * as z from 'zod';

export interface SchemaKey {
  /** From the top; `NAME` where the operator chooses the name. */
  readonly path: readonly string[];
  /** `duration`, or the words to choose from; undefined for a section, which holds further keys only. */
  readonly value: string | undefined;
  readonly description: string;
  /** As one would write it. */
  readonly defaultText: string | undefined;
  /** What holds where there is no default. */
  readonly whenAbsent: string | undefined;
  readonly isRequired: boolean;
}

/** Every key below `schema`, each before those below it, in the order of the schema. */
export function keysOf(schema: z.core.$ZodType, above: readonly string[] = []): SchemaKey[] {
  const { type } = bare(schema);
  if (type instanceof z.ZodRecord) return keysOf(type.valueType, [...above, 'NAME']);
  if (type instanceof z.ZodArray) return keysOf(type.element, above);
  if (type instanceof z.ZodUnion) return withoutRepeats(type.options.flatMap((option) => keysOf(option, above)));
  if (!(type instanceof z.ZodObject)) return [];
  return Object.entries(type.shape).flatMap(([key, inner]) => {
    const path = [...above, key];
    return [keyOf(inner, path), ...keysOf(inner, path)];
  });
}

/** One form of a value may be a list of another one, with the same keys. */
function withoutRepeats(keys: readonly SchemaKey[]): SchemaKey[] {
  return [...new Map(keys.map((key) => [key.path.join('.'), key])).values()];
}

function keyOf(schema: z.core.$ZodType, path: readonly string[]): SchemaKey {
  const { type, meta, defaultValue, isOptional } = bare(schema);
  const isSection = type instanceof z.ZodObject || type instanceof z.ZodRecord;
  const title = typeof meta['title'] === 'string' ? meta['title'] : undefined;
  const choices = type instanceof z.ZodEnum ? type.options.map((option) => `\`${option}\``).join(', ') : undefined;
  return {
    path,
    value: title ?? choices,
    description: typeof meta['description'] === 'string' ? meta['description'] : '',
    defaultText: isSection ? undefined : defaultText(defaultValue),
    whenAbsent: typeof meta['whenAbsent'] === 'string' ? meta['whenAbsent'] : undefined,
    isRequired: !isOptional,
  };
}

function defaultText(value: unknown): string | undefined {
  // YAML takes digits without quotes for a number.
  const isPlain = typeof value === 'string' && !/^[0-9.]+$/.test(value);
  return isPlain || value === undefined ? value : JSON.stringify(value);
}

interface Bare {
  readonly type: z.core.$ZodType;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly defaultValue: unknown;
  readonly isOptional: boolean;
}

/** A schema without the wrappers that make it optional, give it a default or turn its value into another. */
function bare(schema: z.core.$ZodType): Bare {
  const meta = z.globalRegistry.get(schema) ?? {};
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault
      ? schema.unwrap()
      : schema instanceof z.ZodPipe
        ? schema.in
        : undefined;
  if (inner === undefined) return { type: schema, meta, defaultValue: undefined, isOptional: false };
  const below = bare(inner);
  const defaultValue = schema instanceof z.ZodPrefault ? schema.def.defaultValue : below.defaultValue;
  return {
    ...below,
    meta: { ...below.meta, ...meta },
    defaultValue,
    isOptional: below.isOptional || !(schema instanceof z.ZodPipe),
  };
}
