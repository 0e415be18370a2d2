/** How sessions are shown: HAProxy's line and block, and what only a balancer that knows CMPP can say. Pure. */

import type { Flow } from '../../balancer/flow.js';
import type { Journey } from '../../balancer/journey.js';
import type { Login } from '../../balancer/recognise.js';
import { commandName, readUint32 } from '../../cmpp/header.js';
import { addressText } from '../../config/address.js';
import { printableBytes } from '../../log/escape.js';
import { tcplogDate } from '../../log/timestamp.js';
import type { Guest } from '../../proxy/guest.js';
import type { World } from '../world.js';
import { ageText } from './age.js';
import { wordOf } from '../session-word.js';

/** Where CONNECT has its Timestamp, month to second as one number; and how long AuthenticatorSource is. */
const TIMESTAMP_AT = 35;
const TIMESTAMP_DIGITS = 10;
const DIGEST_BYTES = 16;

/** HAProxy's words where nothing is there (yet). */
const NO_SERVER = '<none>';
const NO_NAME = '-';

/** `0x412`: HAProxy's form, with the number of the session's log lines in it. */
function sessionPointer({ id }: Guest): string {
  return `0x${id.toString(16)}`;
}

/** The session's number, as `0x412` or, as the log writes it, `1042`. */
export function sessionNumber(text: string): number | undefined {
  return /^(0x[0-9a-f]{1,12}|\d{1,15})$/i.test(text) ? Number(text) : undefined;
}

function accountOf({ driver }: Guest): string {
  const { login } = driver.session;
  return login === undefined ? NO_NAME : printableBytes(login.account);
}

function serverNameOf({ driver }: Guest): string | undefined {
  return driver.session.server?.name;
}

function protocolOf({ source }: Guest): string {
  if (!/:\d+$/.test(source)) return 'unix_stream';
  return source.startsWith('[') ? 'tcpv6' : 'tcpv4';
}

/** The keys of HAProxy's line that mean something here, and three of our own. */
export function sessionLine(guest: Guest, nowMs: number): string {
  const { session } = guest.driver;
  const pairs = {
    proto: protocolOf(guest),
    src: guest.source,
    fe: guest.frontend,
    be: guest.service.name,
    srv: serverNameOf(guest) ?? NO_SERVER,
    age: ageText(nowMs - session.acceptedAtMs),
    rc: session.placing?.failedTries ?? 0,
    id: guest.id,
    state: wordOf(session),
    account: accountOf(guest),
  };
  const text = Object.entries(pairs).map(([key, value]) => `${key}=${value}`);
  return `${sessionPointer(guest)}: ${text.join(' ')}`;
}

/** HAProxy's block for one session, as far as it means something here. */
export function sessionBlock(guest: Guest, world: World): string[] {
  const { session } = guest.driver;
  const { server } = session;
  const accepted = tcplogDate(guest.acceptedWallMs, world.offsetMinutesAt(guest.acceptedWallMs));
  const at = server === undefined ? '' : ` addr=${addressText(guest.service.addressOf(server))}`;
  const { relay } = session.conversation ?? {};
  return [
    `${sessionPointer(guest)}: [${accepted}] id=${guest.id} proto=${protocolOf(guest)} source=${guest.source}`,
    `  flags=${wordOf(session)}, conn_retries=${session.placing?.failedTries ?? 0}`,
    `  frontend=${guest.frontend}, listener=? addr=${guest.listener}`,
    `  backend=${guest.service.name}`,
    `  server=${server?.name ?? '<NONE>'} (id=${server?.id ?? -1})${at}`,
    `  req=(total=${relay?.client.bytes ?? 0})`,
    `  res=(total=${relay?.server.bytes ?? 0})`,
  ];
}

/** Everything that is known of a session, a line each. */
export function sessionFacts(guest: Guest, world: World): string[] {
  const { session } = guest.driver;
  const { conversation, placing } = session;
  const nowMs = world.clock.nowMs();
  const wallMs = guest.acceptedWallMs;
  const server = serverNameOf(guest);
  const facts: Readonly<Record<string, string>> = {
    Session: `${guest.id} (${sessionPointer(guest)})`,
    State: wordOf(session),
    Source: guest.source,
    Frontend: `${guest.frontend} at ${guest.listener}`,
    Accepted: `${tcplogDate(wallMs, world.offsetMinutesAt(wallMs))}, ${ageText(nowMs - session.acceptedAtMs)} ago`,
    Account: accountOf(guest),
    Connect: session.login === undefined ? NO_NAME : connectText(session.login),
    Version: session.answer?.version ?? NO_NAME,
    Backend: guest.service.name,
    Server: server === undefined ? NO_NAME : `${server}, by ${placing?.why ?? NO_NAME}`,
    Retries: String(placing?.failedTries ?? 0),
    Idle: ['client', 'server']
      .map((side) => (side === 'client' ? 'client' : 'server'))
      .map((side) => `${side} ${ageText(nowMs - session.legs.lastActivityMs(side))}`)
      .join(', '),
  };
  const lines = Object.entries({ ...facts, ...moveFacts(session.journey, nowMs) }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  if (conversation === undefined) return lines;
  const { client, server: answers } = conversation.relay;
  return [...lines, ...flowLines('Client', client, nowMs), ...flowLines('Server', answers, nowMs)];
}

/** Only while it moves. */
function moveFacts(journey: Journey | undefined, nowMs: number): Readonly<Record<string, string>> {
  const { move } = journey ?? {};
  if (journey === undefined || move === undefined) return {};
  const { cause, placing, startedAtMs, state } = move;
  const to = state.kind === 'settling' ? state.server : placing?.lastServer;
  const since = `${Math.round(nowMs - startedAtMs)} ms`;
  return {
    Moves: `to ${to?.name ?? NO_NAME}, ${state.kind} for ${since}, ${cause}`,
    Held: String(journey.handover.heldRequests),
  };
}

/** Of the digest, with which anybody could log in, only its length. */
function connectText({ frame, sequenceId, versionByte }: Login): string {
  const timestamp = readUint32(frame, TIMESTAMP_AT).toString().padStart(TIMESTAMP_DIGITS, '0');
  const version = `0x${versionByte.toString(16).padStart(2, '0')}`;
  return `version ${version}, timestamp ${timestamp}, digest of ${DIGEST_BYTES} bytes, Sequence_Id ${sequenceId}`;
}

/** What one side has sent, and which of its requests wait for an answer. */
function flowLines(side: string, flow: Flow, nowMs: number): string[] {
  const pdus = pairsText(flow.counts());
  const waiting: Record<string, number> = {};
  let oldestMs: number | undefined;
  flow.eachUnanswered((commandId, askedAtMs) => {
    const name = commandName(commandId);
    waiting[name] = (waiting[name] ?? 0) + 1;
    oldestMs ??= askedAtMs;
  });
  const oldest = oldestMs === undefined ? '' : `, the oldest for ${Math.round(nowMs - oldestMs)} ms`;
  return [
    `${side} sent: ${flow.bytes} bytes, ${pdus}`,
    `${side} sent last: ${recentText(flow, nowMs)}`,
    `${side} waits for answers: ${pairsText(waiting)}${oldest}`,
  ];
}

/** `SUBMIT 17 (2 ms), SUBMIT 18 (0 ms)`: the last PDU of each of the last reads, and how long ago that was. */
function recentText(flow: Flow, nowMs: number): string {
  const texts: string[] = [];
  flow.eachRecent((commandId, sequenceId, atMs) => {
    texts.push(`${commandName(commandId)} ${sequenceId} (${Math.round(nowMs - atMs)} ms)`);
  });
  return texts.length === 0 ? 'none' : texts.join(', ');
}

function pairsText(counts: Readonly<Record<string, number>>): string {
  const pairs = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return pairs.length === 0 ? 'none' : pairs.join(' ');
}
