/** Addresses of servers that nobody can reach: one that refuses every connection, and one that answers none. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { portOf } from './haproxy.js';

/** Where nobody listens, and nobody can begin to: the near end of a connection. As a server’s keys. */
export async function refusingAddress(context: TestContext): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1');
  const socket = connect(await portOf(listener), '127.0.0.1');
  await once(socket, 'connect');
  context.after(() => {
    socket.destroy();
    listener.close();
  });
  return `address: "127.0.0.1:${socket.localPort}"`;
}

/** A process that listens and does nothing ever after. */
const DEAF = `
  const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Where a process listens that accepts nothing, and behind whose full backlog the system answers nobody any more. */
export async function deafAddress(context: TestContext): Promise<string> {
  const child = spawn(process.execPath, ['--eval', DEAF], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  const [text]: unknown[] = await once(child.stdout, 'data');
  const port = Number(String(text));
  // Linux holds one connection more than the backlog says.
  const held: Socket[] = [];
  context.after(() => held.forEach((socket) => socket.destroy()));
  for (let count = 0; count < 2; count += 1) {
    const socket = connect(port, '127.0.0.1');
    held.push(socket);
    await once(socket, 'connect');
  }
  return `address: "127.0.0.1:${port}"`;
}
