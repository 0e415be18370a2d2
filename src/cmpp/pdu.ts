/** The PDUs that an SP and a gateway exchange, as values: read from a frame, written to one, in either edition. Pure. */

import { activeTest, activeTestResp, connect, connectResp, nackResp, terminate, terminateResp } from './connect.js';
import { deliver, deliverResp } from './deliver.js';
import { fwd, fwdResp } from './fwd.js';
import { CommandId, HEADER_BYTES, isResponse, readHeader, writeHeader } from './header.js';
import { emptyValues, readValues, writeValues } from './layout.js';
import type { Layout, ValuesOf } from './layout.js';
import { cancel, cancelResp, query, queryResp } from './query.js';
import { submit, submitResp } from './submit.js';
import { VERSIONS } from './version.js';
import type { Version } from './version.js';

const layouts = {
  connect,
  connectResp,
  terminate,
  terminateResp,
  submit,
  submitResp,
  deliver,
  deliverResp,
  query,
  queryResp,
  cancel,
  cancelResp,
  activeTest,
  activeTestResp,
  fwd,
  fwdResp,
  nackResp,
};

export type Command = keyof typeof layouts;

/** The fields of a PDU besides its header, by the specification's names. */
export type BodyOf<C extends Command> = ValuesOf<(typeof layouts)[C]>;

export type PduOf<C extends Command> = { readonly command: C; readonly sequenceId: number } & BodyOf<C>;

/** Any PDU, told apart by `command`. */
export type Pdu = { [C in Command]: PduOf<C> }[Command];

export type Decoded =
  /** `version` is the edition whose layout the frame had, which for an answer may be the other one. */
  | { readonly kind: 'pdu'; readonly version: Version; readonly pdu: Pdu }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'unknown-command'; readonly commandId: number };

export type Encoded =
  { readonly kind: 'frame'; readonly frame: Uint8Array } | { readonly kind: 'refused'; readonly why: string };

const isCommand = (name: string): name is Command => Object.hasOwn(layouts, name);
const commandById: ReadonlyMap<number, Command> = new Map(
  Object.keys(layouts)
    .filter(isCommand)
    .map((command) => [CommandId[command], command]),
);

/** A PDU with the given values; the other fields are 0 or empty. */
export function makePdu<C extends Command>(command: C, sequenceId: number, values: Partial<BodyOf<C>> = {}): PduOf<C> {
  return { ...emptyValues(layouts[command]), ...values, command, sequenceId };
}

/**
 * Reads one whole frame, header included, of a session in `version`. Never throws.
 *
 * An answer's fields tell its edition by the frame's length alone, and gateways answer in the wrong one (a CONNECT_RESP
 * of 33 bytes, a CANCEL_RESP of 16 in 2.0), so an answer may have either. A request must have the session's.
 */
export function decode(frame: Uint8Array, version: Version): Decoded {
  if (frame.length < HEADER_BYTES) return malformed(`${frame.length} bytes are less than a header`);
  const { lengthBytes, commandId, sequenceId } = readHeader(frame);
  if (lengthBytes !== frame.length) return malformed(`Total_Length ${lengthBytes} of a frame of ${frame.length} bytes`);
  const command = commandById.get(commandId);
  if (command === undefined) return { kind: 'unknown-command', commandId };
  const layout: Layout = layouts[command];
  const read = readValues(layout, frame, HEADER_BYTES, version);
  if (read.kind === 'values') return decoded(command, sequenceId, version, read.values);
  if (!isResponse(commandId)) return read;
  const other = version === '2.0' ? '3.0' : '2.0';
  const readAsOther = readValues(layout, frame, HEADER_BYTES, other);
  return readAsOther.kind === 'values' ? decoded(command, sequenceId, other, readAsOther.values) : read;
}

/**
 * Writes a PDU as a whole frame of a session in `version`. Refuses, with the field and the reason, what the wire cannot
 * hold: a number or text too large for its field, a count of destinations outside 1 to 99, a field that 2.0 lacks.
 */
export function encode(pdu: Pdu, version: Version): Encoded {
  const { command, sequenceId } = pdu;
  if (sequenceId !== sequenceId >>> 0) return { kind: 'refused', why: `sequenceId: ${sequenceId} is not a uint32` };
  const layout: Layout = layouts[command];
  const written = writeValues(layout, pdu, HEADER_BYTES, version);
  if (written.kind === 'refused') return written;
  writeHeader(written.bytes, CommandId[command], sequenceId);
  return { kind: 'frame', frame: written.bytes };
}

/** As `encode`, for values that the program itself chose. Throws a RangeError when the wire cannot hold them. */
export function frameOf(pdu: Pdu, version: Version): Uint8Array {
  const encoded = encode(pdu, version);
  if (encoded.kind === 'refused') throw new RangeError(`${pdu.command}: ${encoded.why}`);
  return encoded.frame;
}

/**
 * The edition that a SUBMIT was really written in, whatever its session's: the one in which its counts of destinations
 * and of content bytes add up to its length. Undefined when that is true of none, or by chance of both.
 */
export function submitVersion(frame: Uint8Array): Version | undefined {
  const fitting = VERSIONS.filter((version) => readValues(submit, frame, HEADER_BYTES, version).kind === 'values');
  return fitting.length === 1 ? fitting[0] : undefined;
}

function decoded(command: Command, sequenceId: number, version: Version, values: ValuesOf<Layout>): Decoded {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the values were read by this command's own layout
  return { kind: 'pdu', version, pdu: { ...values, command, sequenceId } as Pdu };
}

function malformed(why: string): Decoded {
  return { kind: 'malformed', why };
}
