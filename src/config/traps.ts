/** What `cmpp-lb check` warns about: configurations that work, but not as their writer may think. Pure. */

import { accountTraps } from './account-traps.js';
import { adminHttpTraps } from './admin-http-rules.js';
import { adminTraps } from './admin-rules.js';
import { addressText } from './address.js';
import { maxconnWithin } from './descriptors.js';
import type { PartialConfigFile } from './file-schema.js';
import { healthTraps } from './health-traps.js';
import type { Path } from './problem.js';
import { passwordTraps } from './password-traps.js';
import { durationText } from './quantity.js';
import { backendsOf, standingNeedsOf, frontendsOf, inherited, listenersOf, modeOf, serversOf } from './rule.js';
import { lowersMaxconn } from './descriptor-rules.js';
import { sessionTraps } from './session-traps.js';
import type { Finding, PartialBackend, PartialFrontend, Placed, Rule } from './rule.js';

/** A SUBMIT of version 3.0 to 99 numbers with 140 bytes of text: 12 + 151 + 32 x 99 + 140. */
const LONGEST_SUBMIT_BYTES = 3471;

/** No server across a network answers faster with certainty; `5ms` is a slip for `5s`. */
const SHORTEST_WAIT_MS = 100;

/** C, the silence after which a peer sends ACTIVE_TEST (specification 3.0, 7.1). */
const ACTIVE_TEST_INTERVAL_MS = 180_000;

function balanceOf(file: PartialConfigFile, { path, section }: Placed<PartialBackend>) {
  return inherited(path, ['balance'], section.balance, file.defaults?.balance);
}

function hashTypeOf(file: PartialConfigFile, { path, section }: Placed<PartialBackend>) {
  return inherited(path, ['hash-type'], section['hash-type'], file.defaults?.['hash-type']);
}

const cutsLongSubmits: Rule = {
  summary: `\`max-frame\` below ${LONGEST_SUBMIT_BYTES}, the length of a legal SUBMIT`,
  find: (file) =>
    frontendsOf(file).flatMap((frontend) => {
      const { path, section } = frontend;
      const mode = modeOf(file, frontend);
      const frame = inherited(path, ['max-frame'], section['max-frame'], file.defaults?.['max-frame']);
      if (mode.value !== 'cmpp' || frame.value === undefined || frame.value >= LONGEST_SUBMIT_BYTES) return [];
      const message = `a legal SUBMIT to 99 numbers has ${LONGEST_SUBMIT_BYTES} bytes, and ${frame.value} would end its session; write 8k`;
      return [{ at: frame.from, message, from: [...mode.from, ...frame.from] }];
    }),
};

const cutsSilentSessions: Rule = {
  summary:
    '`timeout.client` or `timeout.server` of 3m or less in mode cmpp, where a silent peer sends ACTIVE_TEST after 3m',
  find: (file) => {
    const finding = (
      placed: Placed<PartialFrontend | PartialBackend>,
      key: string,
      own?: number,
      fallback?: number,
    ): Finding[] => {
      const mode = modeOf(file, placed);
      const timeout = inherited(placed.path, ['timeout', key], own, fallback);
      if (mode.value !== 'cmpp' || timeout.value === undefined || timeout.value > ACTIVE_TEST_INTERVAL_MS) return [];
      const message = `${durationText(timeout.value)} ends silent sessions, because a peer sends ACTIVE_TEST only after 3m of silence; write 5m or more`;
      return [{ at: timeout.from, message, from: [...mode.from, ...timeout.from] }];
    };
    const defaults = file.defaults?.timeout;
    return [
      ...frontendsOf(file).flatMap((placed) =>
        finding(placed, 'client', placed.section.timeout?.client, defaults?.client),
      ),
      ...backendsOf(file).flatMap((placed) =>
        finding(placed, 'server', placed.section.timeout?.server, defaults?.server),
      ),
    ];
  },
};

const waitsTooShort: Rule = {
  summary: `\`timeout.connect\` or \`timeout.login\` below ${durationText(SHORTEST_WAIT_MS)}`,
  find: (file) => {
    const defaults = file.defaults?.timeout;
    const timeouts = [
      ...frontendsOf(file).map(({ path, section }) =>
        inherited(path, ['timeout', 'login'], section.timeout?.login, defaults?.login),
      ),
      ...backendsOf(file).flatMap(({ path, section }) => [
        inherited(path, ['timeout', 'login'], section.timeout?.login, defaults?.login),
        inherited(path, ['timeout', 'connect'], section.timeout?.connect, defaults?.connect),
      ]),
    ];
    return timeouts.flatMap(({ value, from }) => {
      if (value === undefined || value >= SHORTEST_WAIT_MS) return [];
      return [{ at: from, message: `${durationText(value)} is too short for a network; write 1s or more`, from }];
    });
  },
};

const unevenHash: Rule = {
  summary: '`balance: source` with `map-based` or `consistent`, which spread as unevenly as HAProxy’s',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const balance = balanceOf(file, backend);
      const hash = hashTypeOf(file, backend);
      if (balance.value !== 'source' || hash.value === undefined || hash.value === 'maglev') return [];
      const reason =
        hash.value === 'map-based'
          ? 'map-based is the address modulo the weights, so that clients such as 10.0.1.10, 10.0.2.10 and 10.0.3.10 can all land on one server, and a server that is lost moves nearly all clients'
          : 'consistent spreads unevenly, such as 19 to 39 sessions where 30 would be fair';
      return [{ at: hash.from, message: `${reason}; write maglev`, from: [...balance.from, ...hash.from] }];
    }),
};

const noEffectOnBalance: Rule = {
  summary: '`hash-type` or `hash-balance-factor` where `balance` does not hash, or the latter with `map-based`',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const { path, section } = backend;
      const balance = balanceOf(file, backend);
      const hash = hashTypeOf(file, backend);
      const isHashing = balance.value === undefined || balance.value === 'source' || balance.value === 'account';
      const findings: Finding[] = [];
      if (!isHashing && section['hash-type'] !== undefined) {
        const message = `has no effect with balance ${balance.value}; remove it, or write balance: source or account`;
        findings.push({ at: [[...path, 'hash-type']], message, from: balance.from });
      }
      if ((section['hash-balance-factor'] ?? 0) > 0 && (!isHashing || hash.value === 'map-based')) {
        const message = 'has no effect; it needs balance source or account, and hash-type maglev or consistent';
        findings.push({ at: [[...path, 'hash-balance-factor']], message, from: [...balance.from, ...hash.from] });
      }
      return findings;
    }),
};

const noEffectInTcp: Rule = {
  summary:
    '`max-frame` or `heartbeat` in mode tcp, which has no frames, or `timeout.login` there without `accept-proxy`, as nobody logs in',
  find: (file) => {
    const finding = (placed: Placed<PartialFrontend | PartialBackend>, key: Path, own?: unknown): Finding[] => {
      const mode = modeOf(file, placed);
      if (mode.value !== 'tcp' || own === undefined) return [];
      const from = [...mode.from, [...placed.path, 'listen']];
      return [{ at: [[...placed.path, ...key]], message: 'has no effect in mode tcp; remove it', from }];
    };
    return [
      ...frontendsOf(file).flatMap((frontend) => {
        const { timeout, 'max-frame': maxFrame } = frontend.section;
        // A PROXY header has the time of a login, in any mode.
        const awaitsHeader = listenersOf(frontend).some((listener) => listener['accept-proxy'] !== undefined);
        return [
          ...finding(frontend, ['timeout', 'login'], awaitsHeader ? undefined : timeout?.login),
          ...finding(frontend, ['max-frame'], maxFrame),
          ...finding(frontend, ['heartbeat'], frontend.section.heartbeat),
        ];
      }),
      ...backendsOf(file).flatMap((backend) => [
        ...finding(backend, ['timeout', 'login'], backend.section.timeout?.login),
        ...finding(backend, ['heartbeat'], backend.section.heartbeat),
      ]),
    ];
  },
};

const countsNothing: Rule = {
  summary: '`balance: leastload` in mode tcp, where no answers are seen',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const mode = modeOf(file, backend);
      const balance = balanceOf(file, backend);
      if (mode.value !== 'tcp' || balance.value !== 'leastload') return [];
      const message = 'in mode tcp no unanswered SUBMITs are seen, so that leastload counts sessions; write leastconn';
      return [{ at: balance.from, message, from: [...mode.from, ...balance.from] }];
    }),
};

const fillsOneServer: Rule = {
  summary: '`balance: first` with a server that has no `maxconn`, behind which no other is ever used',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const balance = balanceOf(file, backend);
      const servers = serversOf(backend).filter(({ section }) => section.backup !== true);
      const endless = servers.slice(0, -1).find(({ section }) => section.maxconn === undefined);
      if (balance.value !== 'first' || endless === undefined) return [];
      const path = [...endless.path, 'maxconn'];
      const message =
        'missing: balance first fills this server without end and uses none after it; write how many sessions it may hold';
      return [{ at: [path], message, from: [path, ...balance.from] }];
    }),
};

const takesNoSession: Rule = {
  summary: 'a backend all of whose servers have weight 0',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const servers = serversOf(backend);
      if (servers.length === 0 || servers.some(({ section }) => section.weight !== 0)) return [];
      const path = [...backend.path, 'servers'];
      return [
        {
          at: [path],
          message: 'every server has weight 0, so that no session is placed; give one a weight',
          from: [path],
        },
      ];
    }),
};

const sameServerTwice: Rule = {
  summary: 'one address under two servers of a backend',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const first = new Map<string, string>();
      return serversOf(backend).flatMap(({ name, path, section: { address } }) => {
        if (address === undefined) return [];
        const text = addressText(address);
        const earlier = first.get(text);
        if (earlier === undefined) {
          first.set(text, name);
          return [];
        }
        const message = `${text} is the address of server ${earlier} too, which therefore gets a double share; give one server more weight instead`;
        return [{ at: [[...path, 'address']], message, from: [] }];
      });
    }),
};

const unused: Rule = {
  summary: 'a backend that no frontend uses',
  find: (file) => {
    const used = new Set(frontendsOf(file).map(({ section }) => section['default-backend']));
    return backendsOf(file)
      .filter(({ name }) => !used.has(name))
      .map(({ name, path }) => {
        const message = `no frontend uses it; write default-backend: ${name} in one, or remove it`;
        return { at: [path], message, from: [['frontends']] };
      });
  },
};

const unreachable: Rule = {
  summary: 'a frontend’s `maxconn` above the process’s',
  find: (file, { descriptorLimit }) => {
    const most = file.global?.maxconn ?? maxconnWithin(descriptorLimit, standingNeedsOf(file));
    return frontendsOf(file).flatMap(({ path, section }) => {
      const maxconn = inherited(path, ['maxconn'], section.maxconn, file.defaults?.maxconn);
      if (maxconn.value === undefined || maxconn.value <= most) return [];
      const message = `${maxconn.value} is never reached, because the whole process takes ${most} sessions (global.maxconn)`;
      return [{ at: maxconn.from, message, from: [['global', 'maxconn'], ...maxconn.from] }];
    });
  },
};

const believesEverybody: Rule = {
  summary: '`accept-proxy` from every address, so that anybody can forge his own',
  find: (file) =>
    frontendsOf(file)
      .flatMap(listenersOf)
      .filter(({ 'accept-proxy': senders = [] }) =>
        senders.some((sender) => sender.kind === 'network' && sender.network.prefixBits === 0),
      )
      .map(({ path }) => ({
        at: [[...path, 'accept-proxy']],
        message: 'anybody can forge the address he comes from; write the addresses of your own proxies',
        from: [],
      })),
};

const facilityUnused: Rule = {
  summary: '`log.facility` without syslog',
  find: (file) => {
    const { facility, to } = file.global?.log ?? {};
    if (facility === undefined || facility === 'local2' || to === undefined || to.kind === 'syslog') return [];
    const message = 'has no effect without syslog; write to: syslog:HOST:PORT, or remove it';
    return [{ at: [['global', 'log', 'facility']], message, from: [['global', 'log', 'to']] }];
  },
};

export const traps: readonly Rule[] = [
  unevenHash,
  cutsSilentSessions,
  waitsTooShort,
  cutsLongSubmits,
  countsNothing,
  fillsOneServer,
  takesNoSession,
  sameServerTwice,
  unused,
  unreachable,
  believesEverybody,
  noEffectOnBalance,
  noEffectInTcp,
  facilityUnused,
  ...sessionTraps,
  lowersMaxconn,
  ...healthTraps,
  ...adminTraps,
  ...adminHttpTraps,
  ...passwordTraps,
  ...accountTraps,
];
