/** `show servers state` and `show backend`, as HAProxy prints them. Pure. */

import { checkNumber } from './check-words.js';
import type { BackendFigures, ServerFigures, Snapshot } from './snapshot.js';

/** A field's name, and how it is read. */
type Field = readonly [string, (server: ServerFigures, backend: BackendFigures) => string | number];

const NONE = '-';
const zero = (): number => 0;

const OPERATIONAL = { stopped: 0, starting: 1, running: 2 } as const;
const ADMINISTRATIVE = { forcedMaint: 1, inheritedMaint: 2, configuredMaint: 4, forcedDrain: 8 } as const;
const RESULTS = { unknown: 0, failed: 2, passed: 3 } as const;
const CHECK_FLAGS = { configured: 2, enabled: 4, paused: 8 } as const;
/** What HAProxy gives a server that it does not check. */
const UNCHECKED_HEALTH = 2;
const SECOND_MS = 1000;

const FIELDS: readonly Field[] = [
  ['be_id', (_, backend) => backend.id],
  ['be_name', (_, backend) => backend.name],
  ['srv_id', ({ id }) => id],
  ['srv_name', ({ name }) => name],
  ['srv_addr', ({ address }) => ('path' in address ? 'unix' : isName(address.host) ? NONE : address.host)],
  ['srv_op_state', operationalState],
  ['srv_admin_state', administrativeState],
  ['srv_uweight', ({ weightWanted }) => weightWanted],
  ['srv_iweight', ({ weightConfigured }) => weightConfigured],
  ['srv_time_since_last_change', ({ lastChangeMs }) => Math.floor(lastChangeMs / SECOND_MS)],
  ['srv_check_status', ({ check }) => checkNumber(check?.status ?? null)],
  ['srv_check_result', checkResult],
  ['srv_check_health', ({ check, isUp }) => check?.healthCounter ?? (isUp ? UNCHECKED_HEALTH : 0)],
  ['srv_check_state', checkState],
  ['srv_agent_state', zero],
  ['bk_f_forced_id', zero],
  ['srv_f_forced_id', zero],
  ['srv_fqdn', ({ address }) => ('host' in address && isName(address.host) ? address.host : NONE)],
  ['srv_port', ({ address }) => ('port' in address ? address.port : 0)],
  ['srvrecord', () => NONE],
  ['srv_use_ssl', zero],
  ['srv_check_port', zero],
  ['srv_check_addr', () => NONE],
  ['srv_agent_addr', () => NONE],
  ['srv_agent_port', zero],
];

/** The version of the format, the names of the fields, and a line a server; only of one backend if it is named. */
export function showServersState({ backends }: Snapshot, backendName?: string): string {
  const lines = backends
    .filter(({ name }) => backendName === undefined || name === backendName)
    .flatMap((backend) =>
      backend.servers.map((server) => `${FIELDS.map(([, read]) => read(server, backend)).join(' ')}\n`),
    );
  return `1\n# ${FIELDS.map(([name]) => name).join(' ')}\n${lines.join('')}`;
}

export function showBackend({ backends }: Snapshot): string {
  return `# name\n${backends.map(({ name }) => `${name}\n`).join('')}`;
}

function operationalState({ isUp, wish, throttlePercent }: ServerFigures): number {
  if (!isUp || wish === 'maint') return OPERATIONAL.stopped;
  return throttlePercent === null ? OPERATIONAL.running : OPERATIONAL.starting;
}

function administrativeState({ wish, isDisabled, isMaintainedByOther }: ServerFigures): number {
  const flags = [
    wish === 'maint' ? ADMINISTRATIVE.forcedMaint : 0,
    isMaintainedByOther ? ADMINISTRATIVE.inheritedMaint : 0,
    isDisabled ? ADMINISTRATIVE.configuredMaint : 0,
    wish === 'drain' ? ADMINISTRATIVE.forcedDrain : 0,
  ];
  return flags.reduce((sum, flag) => sum + flag, 0);
}

function checkResult({ check }: ServerFigures): number {
  if (check === null || check.status === null) return RESULTS.unknown;
  return check.hasPassed ? RESULTS.passed : RESULTS.failed;
}

function checkState({ check, wish }: ServerFigures): number {
  if (check === null) return 0;
  const flags = CHECK_FLAGS.configured + CHECK_FLAGS.enabled;
  return wish === 'maint' ? flags + CHECK_FLAGS.paused : flags;
}

/** A name that is resolved, and no address. */
function isName(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !host.includes(':');
}
