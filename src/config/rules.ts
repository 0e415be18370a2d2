/** What is refused although every value is sound by itself: keys that contradict one another or the system. Pure. */

import { accountRules } from './account-rules.js';
import { adminHttpRules } from './admin-http-rules.js';
import { adminRules } from './admin-rules.js';
import { addressText } from './address.js';
import { enoughDescriptors } from './descriptor-rules.js';
import { globalRules } from './global-rules.js';
import { healthRules } from './health-rules.js';
import { nearest } from './nearest.js';
import type { Path } from './problem.js';
import { backendsOf, frontendsOf, inherited, listenersOf, modeOf, serversOf } from './rule.js';
import type { Finding, Rule } from './rule.js';
import { namePattern } from './scalars.js';
import { trackRules } from './track-rules.js';

const names: Rule = {
  summary: 'a name with other characters than letters, digits and `. _ - :`',
  find: (file) =>
    [...frontendsOf(file), ...backendsOf(file), ...backendsOf(file).flatMap(serversOf)]
      .filter(({ name }) => !namePattern.test(name))
      .map(({ name, path }) => {
        const message = `expected a name of letters, digits and . _ - : only, got ${JSON.stringify(name)}`;
        return { at: [path], message, from: [] };
      }),
};

const atLeastOne: Rule = {
  summary: 'no frontend, no backend, or a backend without servers',
  find: (file) => {
    const records = [
      { path: ['frontends'], what: 'frontend', entries: file.frontends },
      { path: ['backends'], what: 'backend', entries: file.backends },
      ...backendsOf(file).map(({ path, section }) => {
        return { path: [...path, 'servers'], what: 'server', entries: section.servers };
      }),
    ];
    return records
      .filter(({ entries }) => entries !== undefined && Object.keys(entries).length === 0)
      .map(({ path, what }) => ({ at: [path], message: `expected at least one ${what}`, from: [path] }));
  },
};

const knownBackend: Rule = {
  summary: 'a `default-backend` that no backend is called',
  find: (file) => {
    const known = backendsOf(file).map(({ name }) => name);
    return frontendsOf(file).flatMap(({ path, section }) => {
      const wanted = section['default-backend'];
      if (wanted === undefined || known.includes(wanted)) return [];
      const suggestion = nearest(wanted, known) ?? known.join(', ');
      const message = `no backend is called ${JSON.stringify(wanted)}; write ${suggestion}`;
      return [{ at: [[...path, 'default-backend']], message, from: [['backends', wanted]] }];
    });
  },
};

const movesInCmpp: Rule = {
  summary: '`move` in mode tcp, where nobody logs in, so that no session can go on with another server',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const mode = modeOf(file, backend);
      if (mode.value !== 'tcp') return [];
      const keys = (['on-marked-down', 'on-link-lost'] as const).filter((key) => backend.section[key] === 'move');
      return keys.map((key) => {
        const message = `move needs mode cmpp, because nobody logs in in mode tcp; write close, or remove it`;
        return { at: [[...backend.path, key]], message, from: mode.from };
      });
    }),
};

const sameMode: Rule = {
  summary: 'a frontend and its backend with different modes',
  find: (file) =>
    frontendsOf(file).flatMap((frontend) => {
      const backend = backendsOf(file).find(({ name }) => name === frontend.section['default-backend']);
      if (backend === undefined) return [];
      const client = modeOf(file, frontend);
      const server = modeOf(file, backend);
      if (client.value === undefined || client.value === server.value) return [];
      const message = `mode ${client.value} cannot use backend ${backend.name}, whose mode is ${server.value}; give both the same`;
      return [{ at: client.from, message, from: [...client.from, ...server.from] }];
    }),
};

const needsLogin: Rule = {
  summary: '`account` in `balance` or `stick` in mode tcp, where nobody logs in',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const { section, path } = backend;
      const mode = modeOf(file, backend);
      if (mode.value !== 'tcp') return [];
      const findings: Finding[] = [];
      const balance = inherited(path, ['balance'], section.balance, file.defaults?.balance);
      if (balance.value === 'account') {
        const message = 'balance account needs mode cmpp, because nobody logs in in mode tcp; write source';
        findings.push({ at: balance.from, message, from: [...mode.from, ...balance.from] });
      }
      if (section.stick?.on === 'account') {
        const message = 'stick on account needs mode cmpp, because nobody logs in in mode tcp; write source';
        findings.push({ at: [[...path, 'stick', 'on']], message, from: mode.from });
      }
      return findings;
    }),
};

const ownAddress: Rule = {
  summary: 'an address that is listened on twice',
  find: (file) => {
    const first = new Map<string, Path>();
    return frontendsOf(file)
      .flatMap(listenersOf)
      .flatMap(({ path, address }) => {
        if (address === undefined || (address.kind === 'tcp' && address.port === 0)) return [];
        const text = addressText(address);
        const earlier = first.get(text);
        if (earlier === undefined) {
          first.set(text, path);
          return [];
        }
        const message = `${text} is taken by frontend ${earlier[1]}; write another address or port`;
        return [{ at: [path], message, from: [] }];
      });
  },
};

const fittingListener: Rule = {
  summary: 'networks in `accept-proxy` of a unix socket, `unix` in that of a port, or a `mode` for a port',
  find: (file) =>
    frontendsOf(file)
      .flatMap(listenersOf)
      .flatMap(({ path, address, mode, 'accept-proxy': senders = [] }) => {
        if (address === undefined) return [];
        const findings: Finding[] = [];
        const isUnix = address.kind === 'unix';
        if (senders.some((sender) => (sender.kind === 'unix') !== isUnix)) {
          const message = isUnix
            ? 'a unix socket has no sender addresses; write [unix]'
            : 'unix is for unix sockets; write the networks of the senders, such as [10.0.0.0/8]';
          findings.push({ at: [[...path, 'accept-proxy']], message, from: [] });
        }
        if (mode !== undefined && !isUnix) {
          const message = 'only a unix socket has a permission; remove the key';
          findings.push({ at: [[...path, 'mode']], message, from: [] });
        }
        return findings;
      }),
};

export const rules: readonly Rule[] = [
  names,
  atLeastOne,
  knownBackend,
  sameMode,
  movesInCmpp,
  needsLogin,
  ownAddress,
  fittingListener,
  enoughDescriptors,
  ...adminRules,
  ...adminHttpRules,
  ...globalRules,
  ...healthRules,
  ...trackRules,
  ...accountRules,
];
