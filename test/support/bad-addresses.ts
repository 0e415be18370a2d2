/** Addresses of servers that nobody can reach: one that refuses every connection, and one that answers none. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { ListenOptions, NetConnectOpts } from 'node:net';
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
  const server = require('node:net').createServer().listen({ ...JSON.parse(process.argv[1]), backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
/** Linux holds one connection more than the backlog says. */
const DEAF_HOLDS = 2;

/** Where a process listens that accepts nothing, and behind whose full backlog the system answers nobody any more. */
export async function deafAddress(context: TestContext): Promise<string> {
  const port = Number(await listenDeaf(context, { host: '127.0.0.1', port: 0 }));
  await fillBacklog(context, { host: '127.0.0.1', port });
  return `address: "127.0.0.1:${port}"`;
}

/** Has such a process listen at this path. */
export async function listenDeafAt(path: string, context: TestContext): Promise<void> {
  await listenDeaf(context, { path });
  await fillBacklog(context, { path });
}

/** Returns the port, if it is one. */
async function listenDeaf(context: TestContext, where: ListenOptions): Promise<string> {
  const program = ['--eval', DEAF, JSON.stringify(where)];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  const [port]: unknown[] = await once(child.stdout, 'data');
  return String(port);
}

async function fillBacklog(context: TestContext, where: NetConnectOpts): Promise<void> {
  for (let count = 0; count < DEAF_HOLDS; count += 1) {
    const socket = connect(where);
    context.after(() => socket.destroy());
    await once(socket, 'connect');
  }
}
