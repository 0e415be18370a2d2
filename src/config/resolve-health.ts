/** Turns what a checked file says about health into what probes, observers and the balancer go by. Pure. */

import type { ProbeAccount, ProbeSettings } from '../health/probe.js';
import type { ObserveRules } from '../health/rules.js';
import { addressText } from './address.js';
import type { CheckConfig, CheckSettings, ServerAddress, ServerReference } from './config.js';
import type { ConfigFile } from './file-schema.js';
import { checkSection, observeSection } from './health-schema.js';
import { checkType, isChecked } from './health-sections.js';
import { scriptStepOf } from './script-step.js';
import { fetchSecret } from './secret.js';
import type { Secret, SecretStore } from './secret.js';
import type { Mode } from './vocabulary.js';

type BackendSection = ConfigFile['backends'][string];
type ServerSection = BackendSection['servers'][string];
type CheckSection = Exclude<BackendSection['check'], 'off' | undefined>;

type OwnCheck = Exclude<ServerSection['check'], 'off' | undefined> | Record<string, never>;

/** What the servers of a backend have in common. */
export interface BackendCheck {
  readonly section: CheckSection;
  readonly probe: ProbeSettings;
  readonly timeoutMs: number;
}

/** Also of a backend without a check: a server may still have one of its own. */
export function backendCheck(own: BackendSection, mode: Mode, timeoutMs: number, secrets: SecretStore): BackendCheck {
  const section = typeof own.check === 'object' ? own.check : checkSection.parse({});
  return { section, probe: probeSettings(section, mode, secrets), timeoutMs };
}

function probeSettings(section: CheckSection, mode: Mode, secrets: SecretStore): ProbeSettings {
  const kind = checkType(section.type, mode);
  switch (kind) {
    case 'tcp':
      return { kind };
    case 'tcp-script':
      return { kind, script: (section.script ?? []).flatMap((step) => scriptStepOf(step) ?? []) };
    case 'cmpp':
      return {
        kind,
        account: probeAccount(section, secrets),
        version: section.version,
        persistent: section.persistent,
      };
  }
}

/** An account that shows its secret to whoever asks for it by name, and not where all of a configuration is shown. */
class HeldAccount implements ProbeAccount {
  readonly sourceAddr: string;
  readonly #secret: Secret;

  constructor(sourceAddr: string, secret: Secret) {
    this.sourceAddr = sourceAddr;
    this.#secret = secret;
  }

  get sharedSecret(): string {
    return this.#secret.reveal();
  }
}

function probeAccount({ account, 'shared-secret': reference }: CheckSection, secrets: SecretStore) {
  if (account === undefined || reference === undefined) return undefined;
  const found = fetchSecret(reference, secrets);
  // A rule has found it a moment ago. To go on without it would have every probe refused, and count that as alive.
  if (found.kind === 'missing') throw new Error(found.message);
  return new HeldAccount(account, found.secret);
}

export function checkConfigOf(
  backend: BackendSection,
  common: BackendCheck,
  server: ServerSection,
): CheckConfig | undefined {
  if (!isChecked(backend, server)) return undefined;
  const own = typeof server.check === 'object' ? server.check : {};
  const address = checkedAddress(server.address, own.address, own.port);
  return {
    ...checkSettingsOf(common, own),
    address,
    isElsewhere: addressText(address) !== addressText(server.address),
  };
}

/** `own` is what a server says in place of its backend. */
export function checkSettingsOf(common: BackendCheck, own: OwnCheck = {}): CheckSettings {
  const { section, probe, timeoutMs } = common;
  const interMs = own.inter ?? section.inter;
  return {
    probe,
    interMs,
    fastinterMs: own.fastinter ?? section.fastinter ?? interMs,
    downinterMs: own.downinter ?? section.downinter ?? interMs,
    timeoutMs,
    fall: own.fall ?? section.fall,
    rise: own.rise ?? section.rise,
    initState: own['init-state'] ?? section['init-state'],
  };
}

export function checkedAddress(
  address: ServerAddress,
  host: string | undefined,
  port: number | undefined,
): ServerAddress {
  if (address.kind === 'tcp') return { kind: 'tcp', host: host ?? address.host, port: port ?? address.port };
  return host === undefined || port === undefined ? address : { kind: 'tcp', host, port };
}

/** Where nothing is said, live traffic is watched where its answers are seen, and probes bring a server up again. */
export function observeRules(own: BackendSection, mode: Mode): ObserveRules | undefined {
  const isOn = mode === 'cmpp' && Object.values(own.servers).some((server) => isChecked(own, server));
  const section = own.observe ?? (isOn ? observeSection.parse({}) : 'off');
  if (section === 'off') return undefined;
  // In mode tcp no requests and answers are seen.
  const seen = mode === 'cmpp' ? section : { unanswered: Infinity, busy: Infinity };
  return {
    unansweredMs: seen.unanswered,
    linkLosses: section['link-losses'],
    busyPercent: seen.busy,
    withinMs: section.within,
    maxEjectedPercent: section['max-ejected'],
  };
}

export function serverReference({ track }: ServerSection, backend: string): ServerReference | undefined {
  return track && { backend: track.backend ?? backend, server: track.server };
}
