/** The balancers that are compared, with equal configurations: ours (or a candidate in its place) and HAProxy. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { frameOf, makePdu } from '../src/cmpp/pdu.js';
import type { Pdu } from '../src/cmpp/pdu.js';
import { versionByte } from '../src/cmpp/version.js';

interface Topology {
  /** How many sessions it must take at once. */
  readonly sessions: number;
  /** So many servers, on the ports in turn, each checked once a second; 0: a server on each port, and no checks. */
  readonly checkedServers: number;
  /** Where it listens, and where its servers do: ports of 127.0.0.1. */
  readonly listenPort: number;
  readonly serverPorts: readonly number[];
}

export type Side = 'ours' | 'haproxy';

export interface Balancer {
  readonly side: Side;
  readonly name: string;
  /** Writes its configuration into `folder` and returns the command that starts it in the foreground. */
  command(topology: Topology, folder: string): readonly string[];
}

/** Beyond the sessions there are connections that only look whether it listens. */
const SPARE_CONNECTIONS = 20;

/**
 * What is measured as ours. In `command`, which is split at spaces, {config} stands for the path of cmpp-lb's
 * configuration and {haproxy-config} for HAProxy's.
 */
export function ourBalancer(name: string, command: string): Balancer {
  return {
    side: 'ours',
    name,
    command: (topology, folder) => {
      const configPath = path.join(folder, 'cmpp-lb.yaml');
      const haproxyConfigPath = path.join(folder, 'candidate-haproxy.cfg');
      writeFileSync(configPath, ourConfig(topology));
      writeFileSync(haproxyConfigPath, haproxyConfig(topology));
      const paths: Record<string, string> = { '{config}': configPath, '{haproxy-config}': haproxyConfigPath };
      return command
        .trim()
        .split(/\s+/)
        .map((word) => paths[word] ?? word);
    },
  };
}

export function haproxyBalancer(program: string): Balancer {
  return {
    side: 'haproxy',
    name: 'HAProxy',
    command: (topology, folder) => {
      const configPath = path.join(folder, 'haproxy.cfg');
      writeFileSync(configPath, haproxyConfig(topology));
      return [program, '-db', '-f', configPath];
    },
  };
}

/** The installed haproxy and its version, such as `2.6.12-1+deb12u4`; undefined when there is none. */
export function findHaproxy(): { readonly program: string; readonly version: string } | undefined {
  // Debian puts it where only root's PATH looks.
  for (const program of ['haproxy', '/usr/sbin/haproxy']) {
    const version = /version (\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[1];
    if (version !== undefined) return { program, version };
  }
  return undefined;
}

/** Both log a line a session to standard output and place by source: what differs is the relaying, or the checks. */
function ourConfig(topology: Topology): string {
  const { sessions, checkedServers, listenPort } = topology;
  const servers = portsOf(topology).map((port, index) => [`server${index + 1}`, { address: `127.0.0.1:${port}` }]);
  const check =
    checkedServers === 0 ? 'off' : { type: 'cmpp', inter: '1s', account: '900001', 'shared-secret': 'bench' };
  const config = {
    global: { maxconn: sessions + SPARE_CONNECTIONS },
    defaults: { mode: 'cmpp', timeout: { connect: '5s', client: '1h', server: '1h' } },
    frontends: { sp: { listen: `127.0.0.1:${listenPort}`, 'default-backend': 'smsc' } },
    backends: { smsc: { balance: 'source', check, servers: Object.fromEntries(servers) } },
  };
  // JSON is YAML.
  return `${JSON.stringify(config, null, 2)}\n`;
}

function portsOf({ checkedServers, serverPorts }: Topology): readonly number[] {
  if (checkedServers === 0) return serverPorts;
  return Array.from({ length: checkedServers }, (_, index) => serverPorts[index % serverPorts.length] ?? 0);
}

/** What a check of ours says and awaits, in HAProxy's words. */
function haproxyCheck(): string {
  const claim = { sourceAddr: '900001', version: versionByte('3.0') };
  return `    option tcp-check
    tcp-check connect
${haproxyExchange(makePdu('connect', 1, claim), '800000010000000100000000')}
${haproxyExchange(makePdu('activeTest', 2), '8000000800000002')}
${haproxyExchange(makePdu('terminate', 3), '8000000200000003')}
`;
}

function haproxyExchange(request: Pdu, answer: string): string {
  const bytes = Buffer.from(frameOf(request, '3.0')).toString('hex');
  return `    tcp-check send-binary ${bytes}\n    tcp-check expect binary ${answer}`;
}

function haproxyConfig(topology: Topology): string {
  const { sessions, checkedServers, listenPort } = topology;
  const check = checkedServers === 0 ? '' : ' check inter 1s';
  const servers = portsOf(topology).map((port, index) => `    server server${index + 1} 127.0.0.1:${port}${check}`);
  return `global
    maxconn ${sessions + SPARE_CONNECTIONS}
    log stdout format raw local2
defaults
    mode tcp
    log global
    option dontlognull
    timeout connect 5s
    timeout client 1h
    timeout server 1h
frontend sp
    bind 127.0.0.1:${listenPort}
    default_backend smsc
backend smsc
    balance source
${checkedServers === 0 ? '' : haproxyCheck()}${servers.join('\n')}
`;
}
