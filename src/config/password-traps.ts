/** What `cmpp-lb check` warns about in passwords. Pure. */

import { isLoopback } from './address.js';
import { isDefaultPassword } from './default-password.js';
import type { Rule } from './rule.js';
import { fetchSecret } from './secret.js';

const PASSWORD = ['admin', 'http', 'password'];

const guessable: Rule = {
  summary: 'an `admin.http.password` that is the user’s name or widely known, where only this machine reaches it',
  find: ({ admin }, { secrets }) => {
    const { listen, user, password } = admin?.http ?? {};
    if (listen === undefined || !isLoopback(listen) || user === undefined || password === undefined) return [];
    const found = fetchSecret(password, secrets);
    if (found.kind === 'missing' || !isDefaultPassword(user, found.secret.reveal())) return [];
    const message = 'this password is the user’s name or widely known; write a long one of chance';
    return [{ at: [PASSWORD], message, from: [['admin', 'http', 'user']] }];
  },
};

export const passwordTraps: readonly Rule[] = [guessable];
