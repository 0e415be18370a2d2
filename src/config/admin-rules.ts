/** What is refused below `admin`. Pure. */

import { addressText, isLoopback } from './address.js';
import { keyText } from './problem.js';
import { listenersOf, frontendsOf } from './rule.js';
import type { Rule } from './rule.js';

const PATH = ['admin', 'socket'];

const somewhere: Rule = {
  summary: 'an `admin.socket` with neither `path` nor `address`',
  find: ({ admin }) => {
    const socket = admin?.socket;
    if (socket === undefined || socket.path !== undefined || socket.address !== undefined) return [];
    const message = 'expected a path, an address or both; write path: /run/cmpp-lb/cmpp-lb.sock';
    return [
      {
        at: [PATH],
        message,
        from: [
          [...PATH, 'path'],
          [...PATH, 'address'],
        ],
      },
    ];
  },
};

const loopbackOnly: Rule = {
  summary: 'an `admin.socket.address` that other machines reach, or that is a unix socket',
  find: ({ admin }) => {
    const address = admin?.socket?.address;
    if (address === undefined || (address.kind === 'tcp' && isLoopback(address))) return [];
    const message =
      address.kind === 'unix'
        ? `a unix socket belongs under path; write path: ${address.path}`
        : `the runtime API asks for no password, so other machines must not reach it; write 127.0.0.1:${address.port}`;
    return [{ at: [[...PATH, 'address']], message, from: [] }];
  },
};

const ownAddress: Rule = {
  summary: 'an `admin.socket` or `admin.http` where a frontend listens, or both at one address',
  find: (file) => {
    const taken = new Map<string, string>(
      frontendsOf(file).flatMap((frontend) =>
        listenersOf(frontend).flatMap(({ address }) =>
          address === undefined ? [] : [[addressText(address), `frontend ${frontend.name}`] as const],
        ),
      ),
    );
    const { socket, http } = file.admin ?? {};
    const places = [
      { path: [...PATH, 'path'], place: socket?.path },
      { path: [...PATH, 'address'], place: socket?.address },
      { path: ['admin', 'http', 'listen'], place: http?.listen },
    ];
    return places.flatMap(({ path, place }) => {
      if (place === undefined || (place.kind === 'tcp' && place.port === 0)) return [];
      const text = addressText(place);
      const owner = taken.get(text);
      taken.set(text, owner ?? keyText(path));
      return owner === undefined
        ? []
        : [{ at: [path], message: `${text} is taken by ${owner}; write another one`, from: [] }];
    });
  },
};

export const adminRules: readonly Rule[] = [somewhere, loopbackOnly, ownAddress];
