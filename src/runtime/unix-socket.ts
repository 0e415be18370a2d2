/** Unix sockets that outlive their process: as files, at which nobody answers. */

import { connect } from 'node:net';

/** The system's word for why nobody answers at this unix socket, such as ECONNREFUSED; empty if somebody does. */
export function connectTrouble(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}
