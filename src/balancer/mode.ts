/** The modes: for each, how a client is recognised, how a frame's end is found, and what a header means. Pure. */

import { frameOf, makePdu } from '../cmpp/pdu.js';
import { versionOfByte } from '../cmpp/version.js';
import type { CloseReason } from './close-reason.js';
import { FirstPduReader } from './first-pdu.js';
import { ByteFlow, FrameFlow } from './flow.js';
import type { Flow } from './flow.js';
import { Ledger } from './ledger.js';
import { CONNECT_BYTES, LONGEST_CONNECT_RESP_BYTES, recogniseClient, recogniseServer } from './recognise.js';
import type { FirstPdu, Login, LoginAnswer, NotAnswered, NotRecognised } from './recognise.js';
import type { SessionPort } from './session-port.js';

/** The two directions of a session: `client` takes what the client has sent, `server` what the server has. */
export interface Relay {
  readonly client: Flow;
  readonly server: Flow;
}

/** What a session needs of a protocol in which a client says who it is before anything else. */
export interface LoginProtocol {
  createClientReader(): FirstPduReader<FirstPdu, NotRecognised>;
  createServerReader(): FirstPduReader<LoginAnswer, NotAnswered>;
  /** The answer that refuses a login, in the version that the client claims. */
  refusal(login: Login, status: number): Uint8Array;
  /** The answer to a heartbeat that came before the login. */
  heartbeatAnswer(sequenceId: number): Uint8Array;
  /** The request that ends a session. */
  goodbye(): Uint8Array;
}

export interface Mode {
  /** Undefined where nothing is known of the protocol: then every connection is given a server at once. */
  readonly protocol: LoginProtocol | undefined;
  /** What it means that the server sends FIN unasked. */
  readonly serverFinReason: CloseReason;
  /** `login` has passed already: it was shown to the server while the session was placed. */
  createRelay(port: SessionPort, maxFrameBytes: number, login: Login | undefined, nowMs: number): Relay;
}

/** Ours among the SP's or the server's numbers; an answer to it is told from theirs by its command. */
const GOODBYE_SEQUENCE_ID = 0xffffffff;

const cmpp: Mode = {
  protocol: {
    createClientReader: () => new FirstPduReader(CONNECT_BYTES, recogniseClient),
    createServerReader: () => new FirstPduReader(LONGEST_CONNECT_RESP_BYTES, recogniseServer),
    refusal: ({ sequenceId, versionByte }, status) =>
      frameOf(makePdu('connectResp', sequenceId, { status, version: versionByte }), versionOfByte(versionByte)),
    heartbeatAnswer: (sequenceId) => frameOf(makePdu('activeTestResp', sequenceId), '2.0'),
    goodbye: () => frameOf(makePdu('terminate', GOODBYE_SEQUENCE_ID), '2.0'),
  },
  serverFinReason: 'server-lost',
  createRelay: (port, maxFrameBytes, login, nowMs) => {
    const clientAsked = new Ledger();
    const serverAsked = new Ledger();
    const client = new FrameFlow({ port, to: 'server', maxFrameBytes, asked: clientAsked, answers: serverAsked });
    const server = new FrameFlow({ port, to: 'client', maxFrameBytes, asked: serverAsked, answers: clientAsked });
    if (login !== undefined) client.passed(login.frame, nowMs);
    return { client, server };
  },
};

const tcp: Mode = {
  protocol: undefined,
  serverFinReason: 'server-closed',
  createRelay: (port) => ({ client: new ByteFlow(port, 'server'), server: new ByteFlow(port, 'client') }),
};

export const modes = { cmpp, tcp } as const satisfies Record<string, Mode>;
