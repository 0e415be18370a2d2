/** What is refused below `admin`. Pure. */

import { addressText, isLoopback } from './address.js';
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
  summary: 'an `admin.socket` where a frontend listens',
  find: (file) => {
    const taken = new Map(
      frontendsOf(file).flatMap((frontend) =>
        listenersOf(frontend).flatMap(({ address }) =>
          address === undefined ? [] : [[addressText(address), frontend.name] as const],
        ),
      ),
    );
    const places = (['path', 'address'] as const).map((key) => ({ key, place: file.admin?.socket?.[key] }));
    return places.flatMap(({ key, place }) => {
      if (place === undefined || (place.kind === 'tcp' && place.port === 0)) return [];
      const frontend = taken.get(addressText(place));
      if (frontend === undefined) return [];
      const message = `${addressText(place)} is taken by frontend ${frontend}; write another one`;
      return [{ at: [[...PATH, key]], message, from: [] }];
    });
  },
};

export const adminRules: readonly Rule[] = [somewhere, loopbackOnly, ownAddress];
