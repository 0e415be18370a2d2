/** What is refused, and what is warned about, below `admin.http`. Pure. */

import { isLoopback } from './address.js';
import type { Rule } from './rule.js';
import { isDefaultPassword } from './default-password.js';
import { fetchSecret, SECRET_IN_FILE } from './secret.js';

const PATH = ['admin', 'http'];
const USER = [...PATH, 'user'];
const LEVEL = [...PATH, 'level'];
const PASSWORD = [...PATH, 'password'];

const bothOrNeither: Rule = {
  summary: 'an `admin.http.user` without `password`, or the reverse',
  find: ({ admin }) => {
    const { user, password } = admin?.http ?? {};
    if ((user === undefined) === (password === undefined)) return [];
    const [written, message] =
      user === undefined
        ? [PASSWORD, 'there is no user; write user: NAME beside it']
        : [USER, 'there is no password; write password: { env: NAME } or { file: PATH } beside it'];
    return [{ at: [written], message, from: [USER, PASSWORD] }];
  },
};

const passwordIsThere: Rule = {
  summary: 'an `admin.http.password` whose environment variable or file is missing, unreadable or empty',
  find: ({ admin }, { secrets }) => {
    const reference = admin?.http?.password;
    const found = reference && fetchSecret(reference, secrets);
    return found?.kind === 'missing' ? [{ at: [PASSWORD], message: found.message, from: [] }] : [];
  },
};

const closedToStrangers: Rule = {
  summary: 'an `admin.http.listen` that other machines reach, without `user` and `password`',
  find: ({ admin }) => {
    const { listen, user, password } = admin?.http ?? {};
    if (listen === undefined || isLoopback(listen) || user !== undefined || password !== undefined) return [];
    const message = `other machines must not read it without a password; write user and password, or 127.0.0.1:${listen.port}`;
    return [{ at: [[...PATH, 'listen']], message, from: [USER, PASSWORD] }];
  },
};

const noDefaultPassword: Rule = {
  summary: 'an `admin.http.listen` that other machines reach, with a password that is the user’s name or widely known',
  find: ({ admin }, { secrets }) => {
    const { listen, user, password } = admin?.http ?? {};
    if (listen === undefined || isLoopback(listen) || user === undefined || password === undefined) return [];
    const found = fetchSecret(password, secrets);
    if (found.kind === 'missing') return [];
    if (!isDefaultPassword(user, found.secret.reveal())) return [];
    const message =
      'this password is the user’s name or widely known, and other machines could guess it; write a long one of chance';
    return [{ at: [PASSWORD], message, from: [[...PATH, 'listen'], USER] }];
  },
};

const nobodySteersUnknown: Rule = {
  summary: 'an `admin.http.level` of `admin` without `user` and `password`',
  find: ({ admin }) => {
    const { level, user, password } = admin?.http ?? {};
    if (level !== 'admin' || user !== undefined || password !== undefined) return [];
    const message =
      'every user of the machine could steer servers, under nobody’s name; write user and password, or level: operator';
    return [{ at: [LEVEL], message, from: [USER, PASSWORD] }];
  },
};

const showsPassword: Rule = {
  summary: 'an `admin.http.password` that stands in the file',
  find: ({ admin }) =>
    admin?.http?.password?.kind === 'plain' ? [{ at: [PASSWORD], message: SECRET_IN_FILE, from: [] }] : [],
};

export const adminHttpRules: readonly Rule[] = [
  bothOrNeither,
  passwordIsThere,
  closedToStrangers,
  noDefaultPassword,
  nobodySteersUnknown,
];
export const adminHttpTraps: readonly Rule[] = [showsPassword];
