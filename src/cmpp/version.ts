/** The two editions of the protocol whose PDUs differ, and how a peer's edition is told. Pure. */

/** 2.0 stands for all of 1.x and 2.x: the PDUs known of them are the same. */
export type Version = '2.0' | '3.0';

export const VERSIONS: readonly Version[] = ['2.0', '3.0'];

const VERSION_BYTE: Readonly<Record<Version, number>> = { '2.0': 0x20, '3.0': 0x30 };

/** The Version field's value: major number in the high four bits, minor in the low four. */
export function versionByte(version: Version): number {
  return VERSION_BYTE[version];
}

/**
 * The edition that a CONNECT's Version field claims. Clients send 0x30, 0x20, 0x21, 0x12, and also 0x00, 0x01 and 0x03,
 * which mean 2.0, and 0x7f, which is one vendor's extension of 3.0. It is a claim only: gateways answer in the edition
 * that they are set to, so a session's edition is what `versionOfConnectResp` says.
 */
export function versionOfByte(byte: number): Version {
  return byte >= VERSION_BYTE['3.0'] ? '3.0' : '2.0';
}

/** The edition of a CONNECT_RESP by its frame length in bytes, header included; undefined when it is neither's. */
export function versionOfConnectResp(lengthBytes: number): Version | undefined {
  if (lengthBytes === 30) return '2.0';
  if (lengthBytes === 33) return '3.0';
  return undefined;
}
