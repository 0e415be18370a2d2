/** Whether two values of a configuration are the same, the secrets in them included. Pure. */

import { Secret } from './secret.js';

export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Secret && other instanceof Secret) return one.reveal() === other.reveal();
  if (sharedSecretOf(one) !== sharedSecretOf(other)) return false;
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

/** An account shows its secret only to whoever asks for it by name. */
function sharedSecretOf(value: object): unknown {
  return 'sharedSecret' in value ? value.sharedSecret : undefined;
}
