/** What is refused in the keys of health: checks, scripts, and what is concluded from them. Pure. */

import type { PartialConfigFile } from './file-schema.js';
import { checkType, isChecked } from './health-sections.js';
import type { Path } from './problem.js';
import { backendsOf, inherited, modeOf, serversOf } from './rule.js';
import type { Finding, PartialBackend, Placed, Rule } from './rule.js';
import { scriptFault, scriptStepOf } from './script-step.js';
import { fetchSecret } from './secret.js';
import type { CheckType } from './vocabulary.js';

type PartialCheck = Exclude<PartialBackend['check'], 'off' | undefined>;

interface PlacedCheck extends Placed<PartialCheck> {
  readonly type: CheckType;
  /** Where the type was said. */
  readonly typeFrom: readonly Path[];
}

/** The checks of backends, not what servers lay over them. */
export function checksOf(file: PartialConfigFile): PlacedCheck[] {
  return backendsOf(file).flatMap((backend) => {
    const { check } = backend.section;
    if (typeof check !== 'object') return [];
    const path = [...backend.path, 'check'];
    const mode = modeOf(file, backend);
    const written = inherited(path, ['type'], check.type, undefined);
    const typeFrom = check.type === undefined ? [...written.from, ...mode.from] : written.from;
    return [{ name: backend.name, path, section: check, type: checkType(check.type, mode.value), typeFrom }];
  });
}

const accountNeedsSecret: Rule = {
  summary: 'a check’s `account` without `shared-secret`, or the reverse',
  find: (file) =>
    checksOf(file).flatMap(({ path, section }) => {
      const { account, 'shared-secret': secret } = section;
      if ((account === undefined) === (secret === undefined)) return [];
      const [is, other, advice] =
        account === undefined
          ? ['shared-secret', 'account', 'write the account that it belongs to']
          : ['account', 'shared-secret', 'write { env: NAME } or { file: PATH }'];
      return [{ at: [[...path, is]], message: `needs ${other} beside it; ${advice}`, from: [[...path, other]] }];
    }),
};

const secretIsThere: Rule = {
  summary: 'a `shared-secret` whose environment variable or file is missing, unreadable or empty',
  find: (file, { secrets }) =>
    checksOf(file).flatMap(({ path, section }) => {
      const reference = section['shared-secret'];
      const found = reference && fetchSecret(reference, secrets);
      return found?.kind === 'missing' ? [{ at: [[...path, 'shared-secret']], message: found.message, from: [] }] : [];
    }),
};

const keysOfType: Rule = {
  summary: '`account`, `shared-secret`, `version` or `persistent` in a check of another type than cmpp',
  find: (file, { isWritten }) =>
    checksOf(file).flatMap(({ path, type, typeFrom }) => {
      if (type === 'cmpp') return [];
      return ['account', 'shared-secret', 'version', 'persistent']
        .map((key) => [...path, key])
        .filter((key) => isWritten(key))
        .map((key) => {
          const message = `has no meaning in a check of type ${type}; write type: cmpp, or remove it`;
          return { at: [key], message, from: typeFrom };
        });
    }),
};

const scriptOfType: Rule = {
  summary: 'a `script` in a check of another type than tcp-script, or such a check without one',
  find: (file) =>
    checksOf(file).flatMap(({ path, section, type, typeFrom }) => {
      const script = [...path, 'script'];
      if (section.script !== undefined && type !== 'tcp-script') {
        const message = `has no meaning in a check of type ${type}; write type: tcp-script, or remove it`;
        return [{ at: [script], message, from: typeFrom }];
      }
      if (section.script !== undefined || type !== 'tcp-script') return [];
      const message = 'tcp-script needs a script; write its steps, such as - expect-string: "+PONG"';
      return [{ at: [[...path, 'type']], message, from: [...typeFrom, script] }];
    }),
};

const soundSteps: Rule = {
  summary: 'a step of a script with no key or several, nothing to send or expect, or a bad regular expression or hex',
  find: (file) =>
    checksOf(file).flatMap(({ path, section: { script = [] } }) =>
      script.flatMap((section, index) => {
        const place = [...path, 'script', index];
        const step = scriptStepOf(section);
        if (step === undefined) {
          const message = 'expected one key, such as send or expect-string; write each step behind a - of its own';
          return [{ at: [place], message, from: [place] }];
        }
        const fault = scriptFault(step);
        const [key = ''] = Object.keys(section);
        return fault === undefined ? [] : [{ at: [[...place, key]], message: fault, from: [] }];
      }),
    ),
};

const checkedSomewhere: Rule = {
  summary: 'another port for the check of a unix socket, or another address for it without a port',
  find: (file) =>
    backendsOf(file).flatMap((backend) =>
      serversOf(backend).flatMap(({ path, section }) => {
        const { address, check } = section;
        if (address?.kind !== 'unix' || !isChecked(backend.section, section)) return [];
        const own = typeof check === 'object' ? check : {};
        if ((own.address === undefined) !== (own.port === undefined)) {
          const [is, other] = own.address === undefined ? ['port', 'address'] : ['address', 'port'];
          const place = [...path, 'check', other];
          const message = `the server is a unix socket, which has no ${other}; write ${other} too`;
          return [{ at: [[...path, 'check', is]], message, from: [place] }];
        }
        const common = backend.section.check;
        const script = typeof common === 'object' ? (common.script ?? []) : [];
        if (own.port !== undefined || script.every((step) => step.connect?.port === undefined)) return [];
        const message = 'the script connects to another port, and a unix socket has none; write check: off here';
        return [{ at: [[...path, 'address']], message, from: [[...path, 'check']] }];
      }),
    ),
};

const observedInTcp: Rule = {
  summary: '`unanswered` or `busy` of `observe` in mode tcp, where no answers are seen',
  find: (file, { isWritten }) =>
    backendsOf(file).flatMap((backend) => {
      const mode = modeOf(file, backend);
      if (mode.value !== 'tcp') return [];
      return ['unanswered', 'busy']
        .map((key) => [...backend.path, 'observe', key])
        .filter((key) => isWritten(key))
        .map((key) => ({ at: [key], message: 'in mode tcp no answers are seen; remove it', from: mode.from }));
    }),
};

const observedWithCheck: Rule = {
  summary: '`observe` where no server has a check, by which one that is down would come up again',
  find: (file) =>
    backendsOf(file).flatMap((backend) => {
      const { path, section } = backend;
      const servers = serversOf(backend);
      if (typeof section.observe !== 'object') return [];
      if (servers.some((server) => isChecked(section, server.section))) return [];
      const message = 'needs a check, by which a server that is down comes up again; write check: {} beside it';
      const from = [
        [...path, 'check'],
        [...path, 'servers'],
      ];
      return [{ at: [[...path, 'observe']], message, from }];
    }),
};

const reachableFloor: Rule = {
  summary: 'a `min-up` above the number of servers that are no backup',
  find: (file) =>
    backendsOf(file).flatMap((backend): Finding[] => {
      const least = backend.section['min-up'] ?? 0;
      const most = serversOf(backend).filter(({ section }) => section.backup !== true).length;
      if (least <= most) return [];
      const message = `${least} are never up, because ${most} ${most === 1 ? 'server is' : 'servers are'} no backup; write ${most} or less`;
      return [{ at: [[...backend.path, 'min-up']], message, from: [[...backend.path, 'servers']] }];
    }),
};

export const healthRules: readonly Rule[] = [
  accountNeedsSecret,
  secretIsThere,
  keysOfType,
  scriptOfType,
  soundSteps,
  checkedSomewhere,
  observedInTcp,
  observedWithCheck,
  reachableFloor,
];
