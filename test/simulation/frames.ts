/** The frames that the simulated SPs and gateways send, written byte by byte and not with the code under test. Pure. */

export const CONNECT = 1;
export const TERMINATE = 2;
export const SUBMIT = 4;
const DELIVER = 5;
const QUERY = 6;
export const ACTIVE_TEST = 8;
export const ANSWER = 0x80000000;
/** SUBMIT_RESP's Result that says the system is busy; it ends with it. */
export const BUSY = 8;
/** Those of other peers than SP and gateway, or of none. */
const OTHERS = [0, 3, 9, 10, 0x10, 0x77] as const;

/** What each side asks, besides its login. */
export const SP_REQUESTS = [
  SUBMIT,
  SUBMIT,
  SUBMIT,
  SUBMIT,
  SUBMIT,
  SUBMIT,
  ACTIVE_TEST,
  ACTIVE_TEST,
  QUERY,
  ...OTHERS,
] as const;
export const SMSC_REQUESTS = [DELIVER, DELIVER, DELIVER, DELIVER, ACTIVE_TEST, ACTIVE_TEST, ...OTHERS] as const;

export interface Login {
  readonly sequenceId: number;
  /** At most 6 characters. */
  readonly account: string;
  readonly versionByte: number;
}

/** `salt` makes the body of one frame unlike that of every other. */
export function frame(commandId: number, sequenceId: number, bodyBytes: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(12 + bodyBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, commandId);
  view.setUint32(8, sequenceId);
  for (let at = 12; at < bytes.length; at += 1) bytes[at] = salt * 131 + at * 7 + (at >> 5);
  return bytes;
}

export function connect({ sequenceId, account, versionByte }: Login): Uint8Array {
  const bytes = frame(CONNECT, sequenceId, 27, versionByte);
  for (let at = 0; at < 6; at += 1) bytes[12 + at] = at < account.length ? account.charCodeAt(at) : 0;
  bytes[34] = versionByte;
  return bytes;
}

/** 30 bytes in 2.0, 33 in 3.0: Status is one byte or four. `proof` fills the AuthenticatorISMG. */
export function connectResp(
  version: '2.0' | '3.0',
  sequenceId: number,
  status: number,
  versionByte: number,
  proof: number,
): Uint8Array {
  const bytes = frame(ANSWER + CONNECT, sequenceId, version === '2.0' ? 18 : 21, 0);
  bytes.fill(0, 12, bytes.length - 17);
  bytes[bytes.length - 18] = status;
  bytes.fill(proof, bytes.length - 17);
  bytes[bytes.length - 1] = versionByte;
  return bytes;
}

/** Whether a CONNECT_RESP has another status than 0. */
export function isRefusal(answer: Uint8Array): boolean {
  return answer.subarray(12, answer.length - 17).some((byte) => byte !== 0);
}

/** What the balancer answers to a client that it can't serve, in the version that the client claims. */
export function ownRefusal({ sequenceId, versionByte }: Login, status = 5): Uint8Array {
  return connectResp(versionByte >= 0x30 ? '3.0' : '2.0', sequenceId, status, versionByte, 0);
}

/** The TERMINATE of the balancer's own, when it is told to stop. */
export function ownGoodbye(): Uint8Array {
  return frame(TERMINATE, 0xffffffff, 0, 0);
}

export function commandOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
}

export function sequenceOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
}

/** Cuts a stream into frames, the plain way: it keeps everything and looks again. */
export class FrameCutter {
  #left = new Uint8Array(0);
  readonly #limitBytes: number;

  constructor(limitBytes = Infinity) {
    this.#limitBytes = limitBytes;
  }

  /** What has come of a frame that is not whole. */
  get leftBytes(): number {
    return this.#left.length;
  }

  /** The frames that are whole now, copied; and whether what follows them has a length that no frame has. */
  cut(chunk: Uint8Array): { readonly frames: Uint8Array[]; readonly isFaulty: boolean } {
    const bytes = concat([this.#left, chunk]);
    const view = new DataView(bytes.buffer);
    const frames: Uint8Array[] = [];
    let start = 0;
    let isFaulty = false;
    while (bytes.length - start >= 4) {
      const lengthBytes = view.getUint32(start);
      isFaulty = lengthBytes < 12 || lengthBytes > this.#limitBytes;
      if (isFaulty || start + lengthBytes > bytes.length) break;
      frames.push(bytes.slice(start, start + lengthBytes));
      start += lengthBytes;
    }
    this.#left = bytes.slice(start);
    return { frames, isFaulty };
  }
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] !== other[at]) return false;
  }
  return true;
}
