/** A connection to a gateway as a `cmpp` probe uses it: asks, finds the answers, and gives the gateway what it is owed. Pure. */

import { Framer } from '../cmpp/framer.js';
import type { FrameSink } from '../cmpp/framer.js';
import { CommandId, commandName, readHeader, RESPONSE_BIT } from '../cmpp/header.js';
import { decode, frameOf, makePdu } from '../cmpp/pdu.js';
import type { PduOf } from '../cmpp/pdu.js';
import type { Version } from '../cmpp/version.js';
import type { ProbeTalk, TalkPort } from './probe-plan.js';

/** DELIVER_RESP's Result that asks to send again later. */
const FLOW_CONTROL = 8;

/** What a probe asks. */
type Request = PduOf<'connect'> | PduOf<'activeTest'> | PduOf<'terminate'>;

type Login =
  | { readonly kind: 'none' }
  /** The version is what the CONNECT_RESP's length says. */
  | { readonly kind: 'accepted'; readonly version: Version }
  | { readonly kind: 'over' };

export class CmppTalk implements ProbeTalk {
  readonly #port: TalkPort;
  readonly #framer = new Framer();
  readonly #sink: FrameSink = { frame: (bytes, start, end) => this.#take(bytes.subarray(start, end)) };
  #login: Login = { kind: 'none' };
  /** The last request's; its answer has the same Sequence_Id. */
  #sequenceId = 0;
  #awaitedId = 0;
  #answer: Uint8Array | undefined;
  #trouble: string | undefined;

  constructor(port: TalkPort) {
    this.#port = port;
  }

  /** The frame that answers what was asked last. */
  get answer(): Uint8Array | undefined {
    return this.#answer;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  get remainder(): string {
    const { heldBytes } = this.#framer;
    return heldBytes === 0 ? '' : `; ${heldBytes} bytes of a PDU came`;
  }

  /** Asks what `requestOf` makes with the next Sequence_Id. */
  ask(requestOf: (sequenceId: number) => Request): void {
    this.#sequenceId = (this.#sequenceId + 1) >>> 0;
    const request = requestOf(this.#sequenceId);
    this.#awaitedId = CommandId[request.command] + RESPONSE_BIT;
    this.#answer = undefined;
    if (request.command === 'terminate') this.#login = { kind: 'over' };
    // The three are the same in both versions.
    this.#port.write(frameOf(request, '3.0'));
  }

  /** The gateway has let the probe in. */
  accepted(version: Version): void {
    this.#login = { kind: 'accepted', version };
  }

  hear(bytes: Uint8Array): void {
    const fault = this.#framer.push(bytes, this.#sink);
    if (fault === undefined) return;
    this.#trouble ??= `Total_Length ${fault.lengthBytes} where ${commandName(this.#awaitedId)} was awaited`;
  }

  takeLeave(): void {
    if (this.#login.kind === 'accepted') this.ask((sequenceId) => makePdu('terminate', sequenceId));
  }

  #take(frame: Uint8Array): void {
    const { commandId, sequenceId } = readHeader(frame);
    switch (commandId) {
      case CommandId.activeTest:
        this.#port.write(frameOf(makePdu('activeTestResp', sequenceId), '3.0'));
        return;
      case CommandId.deliver:
        this.#putOff(frame);
        return;
      case CommandId.terminate:
        this.#port.write(frameOf(makePdu('terminateResp', sequenceId), '3.0'));
        this.#login = { kind: 'over' };
        this.#trouble ??= `terminated by the server before ${commandName(this.#awaitedId)}`;
        return;
      default:
        if (commandId !== this.#awaitedId || sequenceId !== this.#sequenceId) return;
        this.#answer = new Uint8Array(frame);
        this.#port.heard();
    }
  }

  /** A message that came to a probe is meant for an SP: told that this one is busy, the gateway keeps it for another. */
  #putOff(frame: Uint8Array): void {
    if (this.#login.kind !== 'accepted') return;
    const { version } = this.#login;
    const decoded = decode(frame, version);
    if (decoded.kind !== 'pdu' || decoded.pdu.command !== 'deliver') return;
    const { sequenceId, msgId } = decoded.pdu;
    this.#port.write(frameOf(makePdu('deliverResp', sequenceId, { msgId, result: FLOW_CONTROL }), version));
  }
}
