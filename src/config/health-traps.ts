/** What `cmpp-lb check` warns about in the keys of health. Pure. */

import { ALGORITHMS, followsRamp } from '../balancer/algorithms.js';
import { longestProbeMs } from '../health/schedule.js';
import { checkSection } from './health-schema.js';
import { checksOf } from './health-rules.js';
import { checkType, hasHealth, isChecked } from './health-sections.js';
import type { Path } from './problem.js';
import { durationText } from './quantity.js';
import { backendsOf, inherited, modeOf, serversOf } from './rule.js';
import type { PartialBackend, Placed, Rule } from './rule.js';
import { SECRET_IN_FILE } from './secret.js';
import type { CheckType } from './vocabulary.js';

function isHealthKnown(backend: Placed<PartialBackend>): boolean {
  return serversOf(backend).some(({ section }) => hasHealth(backend.section, section));
}

/** What decides whether a server has a check. */
function checkKeys(backend: Placed<PartialBackend>): readonly Path[] {
  return [
    [...backend.path, 'check'],
    ...serversOf(backend).flatMap(({ path }) => [
      [...path, 'check'],
      [...path, 'track'],
    ]),
  ];
}

const seesNothing: Rule = {
  summary: 'no `check` in mode cmpp',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const mode = modeOf(file, backend);
      const { check, servers } = backend.section;
      if (mode.value !== 'cmpp' || check !== undefined || servers === undefined || isHealthKnown(backend)) return [];
      const message =
        'missing: a gateway that dies is only seen by the sessions that fail on it; write check: { type: cmpp }, or check: off if that is meant';
      return [{ at: [[...backend.path, 'check']], message, from: [...mode.from, ...checkKeys(backend)] }];
    }),
};

const onlyConnects: Rule = {
  summary: 'a check that only connects: `type: tcp`, or `tcp-script` without a step that expects something',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const mode = modeOf(file, backend);
      const { check } = backend.section;
      const isUsed = serversOf(backend).some(({ section }) => isChecked(backend.section, section));
      if (typeof check !== 'object' || !isUsed || expectsAnswer(checkType(check.type, mode.value), check.script))
        return [];
      const path = [...backend.path, 'check'];
      const advice =
        mode.value === 'cmpp'
          ? 'write type: cmpp'
          : 'write type: tcp-script, with a step that expects what a sound server answers';
      const message = `only connects, and so never sees a server that hangs, because the system still accepts for it; ${advice}`;
      return [{ at: [[...path, 'type']], message, from: [...mode.from, ...checkKeys(backend), [...path, 'script']] }];
    }),
};

/** Whether the probe waits for something that a server which hangs does not send. */
function expectsAnswer(type: CheckType, script: readonly object[] = []): boolean {
  if (type === 'tcp-script') return script.some((step) => Object.keys(step).some((key) => key.startsWith('expect')));
  return type === 'cmpp';
}

const logsInToBeRefused: Rule = {
  summary: 'a check of type cmpp without `account`, which sees only that logins are answered',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const { check } = backend.section;
      const mode = modeOf(file, backend);
      const common = typeof check === 'object' ? check : {};
      const first = serversOf(backend).find(({ section }) => isChecked(backend.section, section));
      if (checkType(common.type, mode.value) !== 'cmpp' || common.account !== undefined || first === undefined)
        return [];
      const path = typeof check === 'object' ? backend.path : first.path;
      const message =
        'missing: the check sees only that logins are answered, if with a refusal, and not that anything after them is; give it an account and shared-secret';
      return [{ at: [[...path, 'check', 'account']], message, from: [...mode.from, ...checkKeys(backend)] }];
    }),
};

const cutsProbe: Rule = {
  summary: '`timeout.check` above `inter` x (`fall` - 1) / `fall`, or half of `inter` where `fall` is 1',
  find: (file, { isWritten }) =>
    backendsOf(file).flatMap((backend) => {
      const { path, section } = backend;
      const timeout = inherited(path, ['timeout', 'check'], section.timeout?.check, file.defaults?.timeout?.check);
      const longest = Math.min(...serversOf(backend).map((server) => timeForProbe(section, server.section)));
      if (timeout.value === undefined || timeout.value <= longest || !timeout.from.some(isWritten)) return [];
      const message = `${durationText(timeout.value)} is cut to ${durationText(longest)}, because a stalled server is to be found within fall x inter; write less, or a longer inter`;
      return [{ at: timeout.from, message, from: [...timeout.from, ...checkKeys(backend)] }];
    }),
};

/** Infinity for a server that is not checked. */
function timeForProbe(backend: PartialBackend, server: NonNullable<PartialBackend['servers']>[string]): number {
  const common = typeof backend.check === 'object' ? backend.check : checkSection.parse({});
  const own = typeof server.check === 'object' ? server.check : {};
  const interMs = own.inter ?? common.inter;
  const fall = own.fall ?? common.fall;
  if (!isChecked(backend, server) || interMs === undefined || fall === undefined) return Infinity;
  return Math.floor(longestProbeMs({ interMs, fall }));
}

const rampsNothing: Rule = {
  summary: '`slowstart` with `balance: static-rr` or `first`, or with a hash that is `map-based` or `maglev`',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const { path, section } = backend;
      const balance = inherited(path, ['balance'], section.balance, file.defaults?.balance);
      const hash = inherited(path, ['hash-type'], section['hash-type'], file.defaults?.['hash-type']);
      if (balance.value === undefined || hash.value === undefined) return [];
      if (followsRamp(balance.value, hash.value)) return [];
      const isHashing = ALGORITHMS[balance.value].kind === 'hashing';
      const what = isHashing ? `hash-type ${hash.value}` : `balance ${balance.value}`;
      const advice = isHashing ? 'write hash-type: consistent' : 'write balance: roundrobin';
      const places = [{ path, section }, ...serversOf(backend)].filter(
        (place) => place.section.slowstart !== undefined,
      );
      return places.map((place) => ({
        at: [[...place.path, 'slowstart']],
        message: `has no effect with ${what}, whose weights do not grow; ${advice}, or remove it`,
        from: [...balance.from, ...(isHashing ? hash.from : [])],
      }));
    }),
};

const keepsDeadSessions: Rule = {
  summary: 'a check in mode tcp without `on-marked-down`, so that sessions stay on a server that is down',
  find: (file, { isWritten }) =>
    backendsOf(file).flatMap((backend) => {
      const path = [...backend.path, 'on-marked-down'];
      const mode = modeOf(file, backend);
      if (mode.value !== 'tcp' || isWritten(path) || !isHealthKnown(backend)) return [];
      const message =
        'missing: sessions of a server that is down stay on it until they time out; write close, or keep if that is meant';
      return [{ at: [path], message, from: [...mode.from, ...checkKeys(backend)] }];
    }),
};

const showsSecret: Rule = {
  summary: 'a `shared-secret` that stands in the file',
  find: (file) =>
    checksOf(file)
      .filter(({ section }) => section['shared-secret']?.kind === 'plain')
      .map(({ path }) => ({ at: [[...path, 'shared-secret']], message: SECRET_IN_FILE, from: [] })),
};

export const healthTraps: readonly Rule[] = [
  seesNothing,
  onlyConnects,
  logsInToBeRefused,
  cutsProbe,
  rampsNothing,
  keepsDeadSessions,
  showsSecret,
];
