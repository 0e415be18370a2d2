/** What `cmpp-lb check` warns about in how long sessions stay, and where. Pure. */

import { hasHealth } from './health-sections.js';
import { durationText } from './quantity.js';
import { backendsOf, frontendsOf, inherited, serversOf } from './rule.js';
import type { Finding, Inherited, Rule } from './rule.js';

/** A peer that is asked to close does so within seconds, or never. */
const LONGEST_FIN_MS = 5 * 60_000;

const halfClosedStay: Rule = {
  summary: `\`timeout.client-fin\` or \`server-fin\` above ${durationText(LONGEST_FIN_MS)}, so that half-closed sessions stay`,
  find: (file) => {
    const defaults = file.defaults?.timeout;
    return [
      ...frontendsOf(file).flatMap(({ path, section: { timeout } }) =>
        tooLong(
          'client-fin',
          inherited(path, ['timeout', 'client-fin'], timeout?.['client-fin'], defaults?.['client-fin']),
        ),
      ),
      ...backendsOf(file).flatMap(({ path, section: { timeout } }) =>
        tooLong(
          'server-fin',
          inherited(path, ['timeout', 'server-fin'], timeout?.['server-fin'], defaults?.['server-fin']),
        ),
      ),
    ];
  },
};

function tooLong(key: string, { value, from }: Inherited<number>): Finding[] {
  if (value === undefined || value <= LONGEST_FIN_MS) return [];
  const message = `${key} is ${durationText(value)}: sessions of which one side has closed stay so long, and count for maxconn and leastconn; write 30s for ${key}`;
  return [{ at: from, message, from }];
}

const forgetsTooSoon: Rule = {
  summary: '`stick.expire` below `timeout.server`, which a session may be silent for',
  find: (file) =>
    backendsOf(file).flatMap(({ path, section }) => {
      const { stick, timeout } = section;
      const silence = inherited(path, ['timeout', 'server'], timeout?.server, file.defaults?.timeout?.server);
      const expireMs = stick?.expire;
      if (expireMs === undefined || silence.value === undefined || expireMs >= silence.value) return [];
      const at = [...path, 'stick', 'expire'];
      const message = `a client that is away for ${durationText(expireMs)} is placed anew, though its session may be silent for ${durationText(silence.value)} (timeout.server); write ${durationText(silence.value)} or more`;
      return [{ at: [at], message, from: [at, ...silence.from] }];
    }),
};

const neverReturn: Rule = {
  summary:
    '`stick` on what `balance` hashes by `maglev` or `consistent`: after a failure the table keeps clients where they fled to',
  find: (file) =>
    backendsOf(file).flatMap(({ path, section }) => {
      const balance = inherited(path, ['balance'], section.balance, file.defaults?.balance);
      const hash = inherited(path, ['hash-type'], section['hash-type'], file.defaults?.['hash-type']);
      const on = section.stick?.on;
      // A map-based hash moves nearly all clients, and a bounded one those that are too many: there the table has a use.
      const isEnough = hash.value !== 'map-based' && (section['hash-balance-factor'] ?? 0) === 0;
      if (on === undefined || balance.value !== on || !isEnough) return [];
      const message = `balance: ${on} places each ${on} alike without a table; with it, clients of a server that was down never return there; remove stick`;
      const at = [...path, 'stick'];
      return [{ at: [at], message, from: [[...at, 'on'], ...balance.from, ...hash.from] }];
    }),
};

const marksNobodyDown: Rule = {
  summary: '`on-marked-down` where no server has a check, so that none is ever marked down',
  find: (file, { isWritten }) =>
    backendsOf(file).flatMap((backend) => {
      const { path, section } = backend;
      const at = [...path, 'on-marked-down'];
      const servers = serversOf(backend);
      const isSeen = servers.some((server) => hasHealth(section, server.section));
      if (!isWritten(at) || section['on-marked-down'] === 'keep' || isSeen || servers.length === 0) return [];
      const message = 'has no effect: no server has a check, so that none is ever marked down; write check';
      return [
        {
          at: [at],
          message,
          from: [
            [...path, 'check'],
            [...path, 'servers'],
          ],
        },
      ];
    }),
};

export const sessionTraps: readonly Rule[] = [halfClosedStay, forgetsTooSoon, neverReturn, marksNobodyDown];
