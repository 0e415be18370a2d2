/**
 * Lets V8 compile the way of a message before the first client comes, by sending some through a balancer of our own.
 *
 * V8 compiles what has run often. Without this, the first seconds after a start, in which all SPs come back at once, are
 * the slowest of a process's life. Everything happens on the loopback interface, and is gone when it is over.
 */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { devNull } from 'node:os';
import { startBalancer } from '../app.js';
import type { AppParts } from '../app.js';
import { Framer } from '../cmpp/framer.js';
import { readUint32 } from '../cmpp/header.js';
import { frameOf, makePdu } from '../cmpp/pdu.js';
import { checkConfig } from '../config/check-config.js';
import type { Config } from '../config/config.js';
import { createLog } from '../log/log.js';
import type { Log, LogConfig } from '../log/log.js';
import { localOffsetMinutes } from '../log/timestamp.js';
import type { Clock } from '../runtime/clock.js';

/** So many SPs log in at once and leave after a message; then so many stay for so many messages each. */
const VISITORS = 200;
const RESIDENTS = 24;
const MESSAGES = 500;
/** However slow the machine is, the start waits no longer. */
const LONGEST_MS = 1000;

const CONNECT = frameOf(makePdu('connect', 1, { sourceAddr: 'warmup', version: 0x20 }), '2.0');
const CONNECT_RESP = frameOf(makePdu('connectResp', 1, { version: 0x20 }), '2.0');
/** SUBMITs of many lengths, and their answers: a Sequence_Id is an index of both. */
const SUBMITS = Array.from({ length: 140 }, (_, sequenceId) => {
  const values = { destTerminalIds: ['13800138000'], msgContent: Buffer.alloc(sequenceId) };
  return frameOf(makePdu('submit', sequenceId, values), '2.0');
});
const SUBMIT_RESPS = SUBMITS.map((_, sequenceId) => frameOf(makePdu('submitResp', sequenceId), '2.0'));

/** Resolves within about LONGEST_MS. Says nothing, and leaves what it can't do. */
export async function warmUp(parts: Omit<AppParts, 'log'>, log: LogConfig): Promise<void> {
  const gateway = createServer({ noDelay: true }, answer);
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const port = portOf(gateway.address());
  const text = `
frontends: { sp: { listen: "127.0.0.1:0", default-backend: smsc } }
backends: { smsc: { servers: { one: { address: "127.0.0.1:${port}" } } } }`;
  const checked = checkConfig('warm-up', text, { descriptorLimit: Infinity });
  if (checked.kind === 'valid') await send(checked.config, { ...parts, log: quietLog(log, parts.clock) });
  gateway.close();
}

/** A log that does all the work, for nobody. */
function quietLog({ format, level }: LogConfig, clock: Clock): Log {
  const deps = { clock, pid: process.pid, offsetMinutesAt: localOffsetMinutes };
  const created = createLog({ format, level, to: { kind: 'file', path: devNull } }, deps);
  if (created.kind === 'fault') throw new Error(created.message);
  return created.log;
}

async function send(config: Config, parts: AppParts): Promise<void> {
  const started = await startBalancer(config, parts);
  if (started.kind === 'started') {
    const { balancer } = started;
    const [address = ''] = balancer.addressesOf('sp');
    const cancel = parts.clock.after(LONGEST_MS, () => balancer.kill());
    for (const [sessions, messages] of [
      [VISITORS, 1],
      [RESIDENTS, MESSAGES],
    ] as const) {
      await Promise.allSettled(Array.from({ length: sessions }, () => converse(portOf(address), messages)));
    }
    cancel();
    balancer.kill();
  }
  await parts.log.close();
}

/** A gateway that answers the first frame with a login, and each other as a SUBMIT. */
function answer(socket: Socket): void {
  const framer = new Framer();
  let hasLoggedIn = false;
  const sink = {
    frame: (bytes: Uint8Array, start: number) => {
      const response = hasLoggedIn ? SUBMIT_RESPS[readUint32(bytes, start + 8)] : CONNECT_RESP;
      if (response !== undefined) socket.write(response);
      hasLoggedIn = true;
    },
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => framer.push(chunk, sink));
}

/** An SP that logs in and sends its messages, the next ones when the last are answered. Resolves when it has gone. */
async function converse(port: number, messages: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const framer = new Framer();
  let sent = 0;
  let unanswered = 1;
  const sink = {
    frame: () => {
      unanswered -= 1;
      if (unanswered > 0) return;
      if (sent >= messages) {
        socket.end();
        return;
      }
      // One by one, in bursts, and with a frame cut in two: real SPs do all of this.
      const count = 1 + (sent % 4);
      const first = sent % (SUBMITS.length - count);
      const burst = Buffer.concat(SUBMITS.slice(first, first + count));
      sent += count;
      unanswered += count;
      const cutAt = sent % 5 === 0 ? burst.length - 20 : burst.length;
      socket.write(burst.subarray(0, cutAt));
      if (cutAt < burst.length) socket.write(burst.subarray(cutAt));
    },
  };
  socket.on('data', (chunk) => framer.push(chunk, sink));
  socket.on('connect', () => socket.write(CONNECT));
  await once(socket, 'close');
}

function portOf(address: unknown): number {
  if (typeof address === 'string') return Number(address.split(':').at(-1));
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
}
