/** The modes: for each, how a client is recognised, how a frame's end is found, and what a header means. Pure. */

import { CommandId } from '../cmpp/header.js';
import { frameOf, makePdu } from '../cmpp/pdu.js';
import { versionOfByte } from '../cmpp/version.js';
import type { Version } from '../cmpp/version.js';
import type { CloseReason } from './close-reason.js';
import { FirstPduReader } from './first-pdu.js';
import { ByteFlow } from './flow.js';
import type { Flow } from './flow.js';
import { FrameFlow } from './frame-flow.js';
import type { FrameFlowParts } from './frame-flow.js';
import { Ledger } from './ledger.js';
import { CONNECT_BYTES, LONGEST_CONNECT_RESP_BYTES, recogniseClient, recogniseServer } from './recognise.js';
import type { FirstPdu, Login, LoginAnswer, NotAnswered, NotRecognised } from './recognise.js';
import { KeepingFlow, SentSubmits } from './sent-submits.js';
import type { SessionPort } from './session-port.js';

/** The two directions of a session: `client` takes what the client has sent, `server` what the server has. */
export interface Relay {
  readonly client: Flow;
  readonly server: Flow;
  /** What may have to be sent to another server; undefined where nothing is sent again. */
  readonly sent: SentSubmits | undefined;
}

interface RelayRules {
  readonly maxFrameBytes: number;
  /** The server's TERMINATE is not passed on: the session moves to another one. */
  readonly keepsServerGoodbye: boolean;
  /** SUBMITs are kept until they are answered, so that they can be sent again. */
  readonly keepsSubmits: boolean;
}

/** What a session needs of a protocol in which a client says who it is before anything else. */
export interface LoginProtocol {
  createClientReader(): FirstPduReader<FirstPdu, NotRecognised>;
  createServerReader(): FirstPduReader<LoginAnswer, NotAnswered>;
  /** The answer that refuses a login, in the version that the client claims. */
  refusal(login: Login, status: number): Uint8Array;
  /** The answer to a heartbeat that came before the login. */
  heartbeatAnswer(sequenceId: number): Uint8Array;
  /** Asks a peer whether it is there. */
  heartbeat(): Uint8Array;
  /** The request that ends a session. */
  goodbye(): Uint8Array;
  /** The answer to such a request. */
  goodbyeAnswer(sequenceId: number): Uint8Array;
  /** What a client is told of a request that no server will answer: to send it again. Undefined where no answer says that. */
  apology(commandId: number, sequenceId: number, version: Version): Uint8Array | undefined;
}

export interface Mode {
  /** Undefined where nothing is known of the protocol: then every connection is given a server at once. */
  readonly protocol: LoginProtocol | undefined;
  /** What it means that the server sends FIN unasked. */
  readonly serverFinReason: CloseReason;
  /** `login` has passed already: it was shown to the server while the session was placed. */
  createRelay(port: SessionPort, rules: RelayRules, login: Login | undefined, nowMs: number): Relay;
}

/** Ours among the SP's or the server's numbers; an answer to one is told from theirs by its command. */
const GOODBYE_SEQUENCE_ID = 0xffffffff;
const HEARTBEAT_SEQUENCE_ID = 0xfffffffe;
/** SUBMIT_RESP's Result "flow control": SPs send the message again (specification 3.0, 7.4.3.2). */
const COME_AGAIN = 8;
/** CANCEL_RESP's Success_Id "failed" (specification 3.0, 7.4.6.2). */
const NOT_CANCELLED = 1;

const cmpp: Mode = {
  protocol: {
    createClientReader: () => new FirstPduReader(CONNECT_BYTES, recogniseClient),
    createServerReader: () => new FirstPduReader(LONGEST_CONNECT_RESP_BYTES, recogniseServer),
    refusal: ({ sequenceId, versionByte }, status) =>
      frameOf(makePdu('connectResp', sequenceId, { status, version: versionByte }), versionOfByte(versionByte)),
    heartbeatAnswer: (sequenceId) => frameOf(makePdu('activeTestResp', sequenceId), '2.0'),
    heartbeat: () => frameOf(makePdu('activeTest', HEARTBEAT_SEQUENCE_ID), '2.0'),
    goodbye: () => frameOf(makePdu('terminate', GOODBYE_SEQUENCE_ID), '2.0'),
    goodbyeAnswer: (sequenceId) => frameOf(makePdu('terminateResp', sequenceId), '2.0'),
    apology,
  },
  serverFinReason: 'server-lost',
  createRelay: (port, { maxFrameBytes, keepsServerGoodbye, keepsSubmits }, login, nowMs) => {
    const clientAsked = new Ledger();
    const serverAsked = new Ledger();
    const sent = keepsSubmits ? new SentSubmits() : undefined;
    const flow = (parts: FrameFlowParts): FrameFlow =>
      sent === undefined ? new FrameFlow(parts) : new KeepingFlow(parts, sent);
    const fromClient = { to: 'server', asked: clientAsked, answers: serverAsked, keepsGoodbye: false } as const;
    const fromServer = { to: 'client', asked: serverAsked, answers: clientAsked } as const;
    const client = flow({ ...fromClient, port, maxFrameBytes });
    const server = flow({ ...fromServer, port, maxFrameBytes, keepsGoodbye: keepsServerGoodbye });
    if (login !== undefined) client.passed(login.frame, nowMs);
    return { client, server, sent };
  },
};

function apology(commandId: number, sequenceId: number, version: Version): Uint8Array | undefined {
  switch (commandId) {
    case CommandId.submit:
      return frameOf(makePdu('submitResp', sequenceId, { result: COME_AGAIN }), version);
    case CommandId.fwd:
      return frameOf(makePdu('fwdResp', sequenceId, { result: COME_AGAIN }), version);
    case CommandId.cancel:
      return frameOf(makePdu('cancelResp', sequenceId, { successId: NOT_CANCELLED }), version);
    case CommandId.activeTest:
      return frameOf(makePdu('activeTestResp', sequenceId), version);
    case CommandId.terminate:
      return frameOf(makePdu('terminateResp', sequenceId), version);
    default:
      return undefined;
  }
}

const tcp: Mode = {
  protocol: undefined,
  serverFinReason: 'server-closed',
  createRelay: (port) => {
    return { client: new ByteFlow(port, 'server'), server: new ByteFlow(port, 'client'), sent: undefined };
  },
};

export const modes = { cmpp, tcp } as const satisfies Record<string, Mode>;
