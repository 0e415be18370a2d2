/** Secrets: where a file says one is kept, and a holder that shows it only to whoever asks for it by name. Pure. */

import * as z from 'zod';

/** A text that logs, errors and JSON show as `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return this.toString();
  }
}

export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'plain'; readonly secret: Secret };

/** The warning for a secret that is written where everybody can read it. */
export const SECRET_IN_FILE = 'a secret stands in the file; write { env: NAME } or { file: PATH }';

/** Where secrets are kept; undefined for what is not there or cannot be read. */
export interface SecretStore {
  variable(name: string): string | undefined;
  /** The file's text; the newline that ends it is no part of the secret. */
  fileText(path: string): string | undefined;
}

const expected = '{ env: NAME }, the name of an environment variable, or { file: PATH }';

/** The message never quotes the value, whatever stands there: it may be the secret in a wrong form. */
export function secret() {
  return z
    .unknown()
    .transform((input, context): SecretReference => {
      const reference = referenceOf(input);
      if (reference !== undefined) return reference;
      const message =
        input === undefined ? `missing; write ${expected}` : `expected ${expected}; digits alone need quotes`;
      context.issues.push({ code: 'custom', message, input: undefined });
      return z.NEVER;
    })
    .meta({ title: 'secret' });
}

function referenceOf(input: unknown): SecretReference | undefined {
  if (typeof input === 'string') return input === '' ? undefined : { kind: 'plain', secret: new Secret(input) };
  if (typeof input !== 'object' || input === null) return undefined;
  const [entry, ...others] = Object.entries(input);
  if (entry === undefined || others.length > 0 || typeof entry[1] !== 'string') return undefined;
  const [key, text] = entry;
  if (key === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return { kind: 'env', name: text };
  return key === 'file' && text !== '' ? { kind: 'file', path: text } : undefined;
}

type Fetched =
  { readonly kind: 'secret'; readonly secret: Secret } | { readonly kind: 'missing'; readonly message: string };

export function fetchSecret(reference: SecretReference, store: SecretStore): Fetched {
  if (reference.kind === 'plain') return { kind: 'secret', secret: reference.secret };
  const [text, place] =
    reference.kind === 'env'
      ? [store.variable(reference.name), `the environment variable ${reference.name}`]
      : [store.fileText(reference.path)?.replace(/\r?\n$/, ''), `the file ${reference.path}`];
  return text === undefined || text === ''
    ? { kind: 'missing', message: `${place} holds no secret: it is missing, unreadable or empty` }
    : { kind: 'secret', secret: new Secret(text) };
}
