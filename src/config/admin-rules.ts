/** What is refused below `admin`, and what is warned about in its sockets. Pure. */

import { addressText, isLoopback } from './address.js';
import { keyText } from './problem.js';
import { frontendsOf, listenersOf, socketsOf } from './rule.js';
import type { Rule } from './rule.js';

/** The permission bit that lets every user of the machine write to a socket, which is to connect to it. */
const OTHERS_MAY_WRITE = 0o002;

const somewhere: Rule = {
  summary: 'an `admin.socket` with neither `path` nor `address`',
  find: (file) =>
    socketsOf(file).flatMap(({ path, section }) => {
      if (section.path !== undefined || section.address !== undefined) return [];
      const message = 'expected a path, an address or both; write path: /run/cmpp-lb/cmpp-lb.sock';
      const from = [
        [...path, 'path'],
        [...path, 'address'],
      ];
      return [{ at: [path], message, from }];
    }),
};

const loopbackOnly: Rule = {
  summary: 'an `admin.socket.address` that other machines reach, or that is a unix socket',
  find: (file) =>
    socketsOf(file).flatMap(({ path, section: { address } }) => {
      if (address === undefined || (address.kind === 'tcp' && isLoopback(address))) return [];
      const message =
        address.kind === 'unix'
          ? `a unix socket belongs under path; write path: ${address.path}`
          : `the runtime API asks for no password, so other machines must not reach it; write 127.0.0.1:${address.port}`;
      return [{ at: [[...path, 'address']], message, from: [] }];
    }),
};

const ownAddress: Rule = {
  summary: 'an `admin.socket` or `admin.http` where a frontend listens, or two of them at one address',
  find: (file) => {
    const taken = new Map<string, string>(
      frontendsOf(file).flatMap((frontend) =>
        listenersOf(frontend).flatMap(({ address }) =>
          address === undefined ? [] : [[addressText(address), `frontend ${frontend.name}`] as const],
        ),
      ),
    );
    const places = [
      ...socketsOf(file).flatMap(({ path, section }) => [
        { path: [...path, 'path'], place: section.path },
        { path: [...path, 'address'], place: section.address },
      ]),
      { path: ['admin', 'http', 'listen'], place: file.admin?.http?.listen },
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

const openToUsers: Rule = {
  summary: 'an `admin.socket` of level admin that every user of the machine reaches: a port, or `mode: "0666"`',
  find: (file) =>
    socketsOf(file).flatMap(({ path, section: { path: unixPath, address, mode, level } }) => {
      if (level !== 'admin') return [];
      const findings = [];
      if (address !== undefined) {
        const message = `every user of the machine can connect to ${addressText(address)} and end sessions, because a port has no owner; write a path, or level: user in an entry of its own`;
        findings.push({ at: [[...path, 'address']], message, from: [[...path, 'level']] });
      }
      if (unixPath !== undefined && mode !== undefined && (mode & OTHERS_MAY_WRITE) !== 0) {
        const message =
          'every user of the machine can open it and end sessions; write "0660" and a group, or level: user';
        findings.push({ at: [[...path, 'mode']], message, from: [[...path, 'level']] });
      }
      return findings;
    }),
};

export const adminRules: readonly Rule[] = [somewhere, loopbackOnly, ownAddress];
export const adminTraps: readonly Rule[] = [openToUsers];
