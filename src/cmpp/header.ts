/** The 12-byte header that every CMPP PDU begins with (specification 3.0, 8.2). Pure. */

/** Total_Length, Command_Id and Sequence_Id: three big-endian 32-bit unsigned integers. */
export const HEADER_BYTES = 12;

/** Set in the Command_Id of every answer: answer = request | RESPONSE_BIT. */
export const RESPONSE_BIT = 0x80000000;

/** Command_Id by name (specification 3.0, 8.7.1). `nackResp` is in no edition, but older stacks send it. */
export const CommandId = {
  connect: 0x00000001,
  connectResp: 0x80000001,
  terminate: 0x00000002,
  terminateResp: 0x80000002,
  submit: 0x00000004,
  submitResp: 0x80000004,
  deliver: 0x00000005,
  deliverResp: 0x80000005,
  query: 0x00000006,
  queryResp: 0x80000006,
  cancel: 0x00000007,
  cancelResp: 0x80000007,
  activeTest: 0x00000008,
  activeTestResp: 0x80000008,
  fwd: 0x00000009,
  fwdResp: 0x80000009,
  mtRoute: 0x00000010,
  mtRouteResp: 0x80000010,
  moRoute: 0x00000011,
  moRouteResp: 0x80000011,
  getMtRoute: 0x00000012,
  getMtRouteResp: 0x80000012,
  mtRouteUpdate: 0x00000013,
  mtRouteUpdateResp: 0x80000013,
  moRouteUpdate: 0x00000014,
  moRouteUpdateResp: 0x80000014,
  pushMtRouteUpdate: 0x00000015,
  pushMtRouteUpdateResp: 0x80000015,
  pushMoRouteUpdate: 0x00000016,
  pushMoRouteUpdateResp: 0x80000016,
  getMoRoute: 0x00000017,
  getMoRouteResp: 0x80000017,
  nackResp: 0x80000000,
} as const;

export interface Header {
  /** Total_Length: the whole frame, these 12 bytes included. */
  readonly lengthBytes: number;
  readonly commandId: number;
  readonly sequenceId: number;
}

/** Reads a big-endian uint32. The caller has checked that four bytes are there: this is the hot path's inner step. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  const high = (bytes[offset] ?? 0) << 24;
  const upper = (bytes[offset + 1] ?? 0) << 16;
  const lower = (bytes[offset + 2] ?? 0) << 8;
  return (high | upper | lower | (bytes[offset + 3] ?? 0)) >>> 0;
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Reads the header at `offset`. The caller has checked that HEADER_BYTES bytes are there. */
export function readHeader(bytes: Uint8Array, offset = 0): Header {
  return {
    lengthBytes: readUint32(bytes, offset),
    commandId: readUint32(bytes, offset + 4),
    sequenceId: readUint32(bytes, offset + 8),
  };
}

/** Writes a header into the first HEADER_BYTES bytes of `frame`, with the frame's own length as Total_Length. */
export function writeHeader(frame: Uint8Array, commandId: number, sequenceId: number): void {
  writeUint32(frame, 0, frame.length);
  writeUint32(frame, 4, commandId);
  writeUint32(frame, 8, sequenceId);
}

export function isResponse(commandId: number): boolean {
  return commandId >= RESPONSE_BIT;
}

const nameById: ReadonlyMap<number, string> = new Map(
  Object.entries(CommandId).map(([name, id]) => [id, name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()]),
);

/** The specification's name of a command, such as `SUBMIT_RESP`; an unknown one as `0x000000ff`. */
export function commandName(commandId: number): string {
  return nameById.get(commandId) ?? `0x${commandId.toString(16).padStart(8, '0')}`;
}
