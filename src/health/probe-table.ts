/** The kinds of probes, one entry each. */

import { cmppPlan } from './probe-cmpp.js';
import type { Probe, ProbeParts, ProbeSettings } from './probe.js';
import { ProbeRunner } from './probe-runner.js';
import { tcpPlan } from './probe-tcp.js';
import { scriptPlan } from './probe-tcp-script.js';

type Kind = ProbeSettings['kind'];
type SettingsOf<K extends Kind> = Extract<ProbeSettings, { readonly kind: K }>;

const kinds: { readonly [K in Kind]: (settings: SettingsOf<K>, parts: ProbeParts) => Probe } = {
  tcp: (_, parts) => new ProbeRunner(tcpPlan, parts),
  'tcp-script': (settings, parts) => new ProbeRunner(scriptPlan(settings), parts),
  cmpp: (settings, parts) => new ProbeRunner(cmppPlan(settings, parts.clock), parts),
};

/** A probe of one server. Throws on a script in which `scriptFault` finds a fault. */
export function createProbe<K extends Kind>(settings: SettingsOf<K> & { readonly kind: K }, parts: ProbeParts): Probe {
  const create = kinds[settings.kind];
  return create(settings, parts);
}
