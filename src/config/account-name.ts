/** How an account is called in a file: as the log writes it. Pure. */

/** What Source_Addr holds (specification 3.0, 7.4.1.1). */
const MOST_BYTES = 6;

export type AccountName =
  { readonly kind: 'name'; readonly account: string } | { readonly kind: 'fault'; readonly message: string };

/**
 * The Source_Addr that a key means, one character per byte (Latin-1): visible ASCII stands for itself, every byte may be
 * written as `\xNN`.
 */
export function accountOfKey(key: string): AccountName {
  const account = key.replace(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const expected = 'expected an account of 1 to 6 bytes, which is what Source_Addr holds';
  if (/\\(?!x[0-9a-fA-F]{2})/.test(key)) return fault(`${expected}; write a backslash as \\x5c`);
  if (/[^\0-\xff]/.test(key)) return fault(`${expected}; write bytes outside ASCII as \\xNN, as the log does`);
  if (account.length < 1 || account.length > MOST_BYTES) return fault(`${expected}, got ${account.length}`);
  if (/[ \0]$/.test(account))
    return fault(`${expected}; spaces and 0x00 at its end are left out, because they only fill it up`);
  return { kind: 'name', account };
}

/** The other way round: the key that means this account. */
export function keyOfAccount(account: string): string {
  return account.replace(/[^!-[\]-~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function fault(message: string): AccountName {
  return { kind: 'fault', message };
}
