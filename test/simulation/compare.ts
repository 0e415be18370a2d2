/** Compares a session with what its witness says of it. Pure. */

import type { Relay } from '../../src/balancer/mode.js';
import type { CloseReason } from '../../src/balancer/close-reason.js';
import type { FailedTry } from '../../src/balancer/placing-state.js';
import type { Side } from '../../src/balancer/session-port.js';
import type { SimDriver } from './sim-driver.js';
import type { Traffic } from './traffic.js';

const SIDES = ['client', 'server'] as const;
/** Besides what was read and the rest of a frame: a refusal or a TERMINATE of our own, and the answers of heartbeats. */
const OWN_BYTES = 64;

/** The first thing that is not as it should be when an event is over; undefined if all is. */
export function difference(driver: SimDriver): string | undefined {
  const { session, witness } = driver;
  const { life } = witness;
  const { state } = session;
  const reason = state.kind === 'ending' || state.kind === 'closed' ? state.reason : undefined;
  if (state.kind !== life.kind)
    return `is ${stateOf(state.kind, reason)} and should be ${stateOf(life.kind, life.reason)}`;
  if (reason !== life.reason) return `ends as ${reason} and should as ${life.reason}`;
  const { failedTries } = witness.search;
  if (failedTries.length !== driver.failedTries.length)
    return `${driver.failedTries.length} tries failed, should be ${failedTries.length}`;
  if (!failedTries.every((failed, nth) => isSameTry(failed, driver.failedTries[nth])))
    return 'tells otherwise of a failed try';
  const wrong = state.kind === 'closed' ? afterTheEnd(driver) : alive(driver);
  // Where the program failed in the midst of something, nobody can say what was counted.
  return wrong ?? (witness.isBroken ? undefined : countersOf(driver));
}

function isSameTry(one: FailedTry, other: FailedTry | undefined): boolean {
  return (
    one.server === other?.server &&
    one.reason === other.reason &&
    one.attempt === other.attempt &&
    one.next === other.next
  );
}

function stateOf(kind: string, reason: CloseReason | undefined): string {
  return reason === undefined ? kind : `${kind} (${reason})`;
}

function alive(driver: SimDriver): string | undefined {
  if (driver.ends.length > 0) return 'has said that it ended, and has not';
  if (!driver.hasTimer && driver.witness.deadlineMs < Infinity) return 'would wait for ever';
  for (const side of SIDES) {
    const wrong = legOf(driver, side) ?? memoryOf(driver, side);
    if (wrong !== undefined) return `${side}: ${wrong}`;
  }
  return undefined;
}

function legOf(driver: SimDriver, side: Side): string | undefined {
  const { witness, legs, paused } = driver;
  const output = witness.output[side];
  if (!output.isMet) return `not all was passed on: ${output.describe()}`;
  const leg = witness.legs[side];
  const other = witness.legs[side === 'client' ? 'server' : 'client'];
  const isThere = leg.reads !== 'none' || leg.writes !== 'none';
  if (isThere !== (legs[side]?.isOpen ?? false)) return isThere ? 'the leg is gone' : 'the leg is still there';
  if (side === 'server' && !isThere && driver.isDialling !== isDialling(driver)) return 'a dial too many, or none';
  if (isThere && driver.finished[side] !== (leg.writes === 'finished'))
    return `FIN ${driver.finished[side] ? '' : 'not '}sent`;
  const { kind } = witness.life;
  if ((kind === 'relaying' || kind === 'ending') && leg.reads === 'open') {
    const mustWait = other.writes === 'open' && other.isBlocked;
    if (mustWait !== paused[side])
      return mustWait ? 'is read though nobody takes it' : 'is not read though it could be';
  }
  const isFull = kind === 'placing' && side === 'client' && witness.heldBytes.client >= driver.maxFrameBytes;
  if (isFull && !paused.client) return 'is read though enough of it is kept';
  return undefined;
}

function isDialling({ witness }: SimDriver): boolean {
  return witness.life.kind === 'placing' && witness.search.kind === 'dialling';
}

/** For a peer that does not read, as much waits as is read at once, and a frame. */
function memoryOf(driver: SimDriver, side: Side): string | undefined {
  const { witness, legs, readBytes, maxFrameBytes } = driver;
  const limitBytes = readBytes + maxFrameBytes + OWN_BYTES;
  const heldBytes = witness.heldBytes[side === 'client' ? 'server' : 'client'];
  const waitingBytes = (legs[side]?.unsentBytes ?? 0) + heldBytes;
  return waitingBytes > limitBytes ? `${waitingBytes} bytes wait for it, more than ${limitBytes}` : undefined;
}

function afterTheEnd(driver: SimDriver): string | undefined {
  const { witness, legs, session } = driver;
  if (driver.ends.length !== 1) return `has told ${driver.ends.length} times that it ended`;
  if (driver.ends[0] !== (session.state.kind === 'closed' ? session.state.reason : undefined))
    return 'tells another reason';
  if (driver.hasTimer) return 'has left a timer';
  if (driver.isDialling) return 'has left a dial';
  for (const side of SIDES) {
    if (legs[side]?.isOpen === true) return `has left the ${side} leg open`;
    if (!witness.output[side].isMet) return `not all was passed on to ${side}: ${witness.output[side].describe()}`;
  }
  return undefined;
}

function countersOf({ session, witness, starts }: SimDriver): string | undefined {
  const { conversation } = session;
  const relay = conversation?.relay;
  const { client, server } = witness.traffic;
  const pairs: [string, unknown, unknown][] = [
    ['bytes received', session.receivedBytes, witness.clientBytes],
    ['bytes dropped', conversation?.droppedBytes ?? 0, witness.relay.droppedBytes],
    ['bytes to the server', relay?.client.bytes ?? 0, client.bytes],
    ['bytes to the client', relay?.server.bytes ?? 0, server.bytes],
    ['unanswered by the server', relay?.client.unanswered ?? 0, client.unanswered],
    ['unanswered by the client', relay?.server.unanswered ?? 0, server.unanswered],
    ['SUBMIT_RESPs of the server', relay?.server.submitAnswers ?? 0, server.submitAnswers],
    ['SUBMIT_RESPs of a busy server', relay?.server.busyAnswers ?? 0, server.busyAnswers],
    ['unasked from the client', relay?.client.unasked ?? 0, client.unasked],
    ['unasked from the server', relay?.server.unasked ?? 0, server.unasked],
  ];
  for (const [name, actual, expected] of pairs) {
    if (actual !== expected) return `${name}: ${String(actual)}, should be ${String(expected)}`;
  }
  const wrong = session.state.kind === 'closed' && relay !== undefined ? pdusOf(relay, witness.traffic) : undefined;
  if (wrong !== undefined) return wrong;
  return starts === (witness.relay.hasStarted ? 1 : 0) ? undefined : `has told ${starts} times that it started`;
}

function pdusOf(relay: Relay, traffic: Traffic): string | undefined {
  for (const side of SIDES) {
    const counts = relay[side].counts();
    const expected = traffic[side].pdus;
    const commands = new Set([...Object.keys(counts), ...Object.keys(expected)]);
    for (const command of commands) {
      if (counts[command] === expected[command]) continue;
      return `${command} from the ${side}: ${counts[command] ?? 0}, should be ${expected[command] ?? 0}`;
    }
  }
  return undefined;
}
