/** How a server is probed, made of its configuration. */

import type { ServerConfig } from '../config/config.js';
import type { Check } from '../health/checker.js';
import type { OpenProbeLink } from '../health/probe.js';
import { createProbe } from '../health/probe-table.js';
import { probeLinks } from '../proxy/probe-link.js';
import { endsOf } from '../proxy/bare-socket.js';
import type { AnySocket } from '../proxy/bare-socket.js';
import { writeOwnHeader } from '../proxy/proxy-header-writer.js';
import type { DialAddress, Transport } from '../proxy/transport.js';
import type { Clock } from '../runtime/clock.js';

export interface CheckParts {
  readonly clock: Clock;
  readonly transport: Transport;
}

/** `place` says where the server is at the moment: the operator may move it between two probes. */
export function checkOf(server: ServerConfig, place: () => DialAddress, parts: CheckParts): Check | undefined {
  const { check } = server;
  if (check === undefined) return undefined;
  const openLink = linksTo(server, place, parts.transport);
  return { rules: check, probe: createProbe(check.probe, { clock: parts.clock, openLink }) };
}

/** A server that wants a PROXY header wants it of probes as well, unless they go somewhere else. */
function linksTo(server: ServerConfig, place: () => DialAddress, transport: Transport): OpenProbeLink {
  const { check } = server;
  if (check?.isElsewhere === true) return probeLinks(transport, check.address);
  const wanted = proxyVersion(server);
  const preface = wanted === undefined ? undefined : (socket: AnySocket) => writeOwnHeader(wanted, endsOf(socket));
  return (port, events) => probeLinks(transport, place(), preface)(port, events);
}

export function proxyVersion({ sendProxy }: ServerConfig): 1 | 2 | undefined {
  if (sendProxy === undefined) return undefined;
  return sendProxy === 'v1' ? 1 : 2;
}
