/** Source_Addr, the SP's id in a CONNECT, which is the account that logs in. Pure. */

/** Bytes of the field in a CONNECT. */
export const SOURCE_ADDR_BYTES = 6;

/** The account's name: some clients fill the field up with spaces instead of 0x00, or with both. */
export function accountOf(sourceAddr: string): string {
  let end = sourceAddr.length;
  while (end > 0 && (sourceAddr[end - 1] === ' ' || sourceAddr[end - 1] === '\0')) end -= 1;
  return sourceAddr.slice(0, end);
}
