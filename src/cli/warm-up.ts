/**
 * Lets V8 compile the way of a message before the first client comes, by sending some through a balancer of our own.
 *
 * V8 compiles what has run often. Without this, the first seconds after a start, in which all SPs come back at once, are
 * the slowest of a process's life. Everything happens on the loopback interface, and is gone when it is over.
 */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { startBalancer } from '../app.js';
import type { AppParts } from '../app.js';
import { frameOf, makePdu } from '../cmpp/pdu.js';
import { checkConfig } from '../config/check-config.js';

const SESSIONS = 24;
/** Each session sends so many messages one after the other. */
const MESSAGES = 250;
/** However slow the machine is, the start waits no longer. */
const LONGEST_MS = 1000;

const CONNECT = frameOf(makePdu('connect', 1, { sourceAddr: 'warmup', version: 0x20 }), '2.0');
const CONNECT_RESP = frameOf(makePdu('connectResp', 1, { version: 0x20 }), '2.0');
const SUBMIT = frameOf(makePdu('submit', 2, { destTerminalIds: ['13800138000'] }), '2.0');
const SUBMIT_RESP = frameOf(makePdu('submitResp', 2), '2.0');

/** Resolves within about LONGEST_MS. Says nothing, and leaves what it can't do. */
export async function warmUp(parts: Omit<AppParts, 'log'>): Promise<void> {
  const gateway = createServer({ noDelay: true }, answer);
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const port = portOf(gateway.address());
  const text = `
frontends: { sp: { listen: "127.0.0.1:0", default-backend: smsc } }
backends: { smsc: { servers: { one: { address: "127.0.0.1:${port}" } } } }`;
  const checked = checkConfig('warm-up', text, { descriptorLimit: Infinity });
  if (checked.kind === 'valid') {
    const log = { event: () => {}, isEnabled: () => true, lostLines: 0, close: () => Promise.resolve() };
    const started = await startBalancer(checked.config, { ...parts, log });
    if (started.kind === 'started') {
      const [address = ''] = started.balancer.addressesOf('sp');
      const sessions = Array.from({ length: SESSIONS }, () => converse(portOf(address)));
      const tooLong = parts.clock.after(LONGEST_MS, () => started.balancer.kill());
      await Promise.allSettled(sessions);
      tooLong();
      started.balancer.kill();
    }
  }
  gateway.close();
}

/** A gateway that answers each read: the first with a login, the others with one message. */
function answer(socket: Socket): void {
  let hasLoggedIn = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', () => {
    socket.write(hasLoggedIn ? SUBMIT_RESP : CONNECT_RESP);
    hasLoggedIn = true;
  });
}

/** An SP that logs in and sends its messages, each when the last one is answered. Resolves when its connection is over. */
async function converse(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let left = MESSAGES;
  socket.on('data', () => {
    left -= 1;
    if (left > 0) socket.write(SUBMIT);
    else socket.end();
  });
  socket.on('connect', () => socket.write(CONNECT));
  await once(socket, 'close');
}

function portOf(address: unknown): number {
  if (typeof address === 'string') return Number(address.split(':').at(-1));
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
}
