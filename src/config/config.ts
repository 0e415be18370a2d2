/**
 * The configuration as the product uses it: milliseconds, bytes and entries, every default filled in, Infinity where
 * there is no limit. Pure.
 */

import type { AccountsRules } from '../balancer/account-rules.js';
import type { AlgorithmName, HashTypeName } from '../balancer/algorithms.js';
import type { HeartbeatRules } from '../balancer/heartbeats.js';
import type { PlacingRules } from '../balancer/placing-state.js';
import type { SessionRules } from '../balancer/session-state.js';
import type { StickRules } from '../balancer/stick-table.js';
import type { ProbeSettings } from '../health/probe.js';
import type { CheckRules, ObserveRules } from '../health/rules.js';
import type { LogTarget, TcpAddress, TrustedSender, UnixAddress } from './address.js';
import type { Secret } from './secret.js';
import type {
  AdminLevel,
  Facility,
  LogFormat,
  LogLevel,
  Mode,
  OnMarkedDown,
  OnMarkedUp,
  ProxyVersion,
} from './vocabulary.js';

export interface Config {
  readonly global: GlobalConfig;
  readonly admin: AdminConfig;
  /** In the order of the file, like the backends and each backend's servers. */
  readonly frontends: readonly FrontendConfig[];
  readonly backends: readonly BackendConfig[];
  /** Of all frontends in mode cmpp. */
  readonly accounts: AccountsRules;
}

export interface GlobalConfig {
  /** Sessions at once; Infinity only where the system grants unlimited descriptors. */
  readonly maxconn: number;
  readonly log: LogConfig;
  /** Paths; undefined: neither is written. */
  readonly stateFile: string | undefined;
  readonly pidFile: string | undefined;
  readonly hardStopAfterMs: number;
}

export interface AdminConfig {
  /** Where the runtime API listens; empty: nowhere. */
  readonly sockets: readonly AdminSocketConfig[];
  /** Undefined: nothing is served by HTTP. */
  readonly http: AdminHttpConfig | undefined;
}

export interface AdminSocketConfig {
  /** TCP only on the loopback interface. */
  readonly address: ListenAddress;
  /** Of a unix socket. */
  readonly owner: SocketOwner | undefined;
  readonly level: AdminLevel;
  /** How long a caller may be silent. */
  readonly timeoutMs: number;
  /** Callers at once. */
  readonly maxconn: number;
}

/** By name or number; undefined for those of the process. */
interface SocketOwner {
  readonly user: string | undefined;
  readonly group: string | undefined;
}

export interface AdminHttpConfig {
  readonly address: TcpAddress;
  /** Undefined only on the loopback interface: whoever can connect may read. */
  readonly credentials: Credentials | undefined;
  /** `admin` only with credentials. */
  readonly level: AdminLevel;
  /** How often the page shows new figures. */
  readonly refreshMs: number;
  /** The names under which browsers may reach it, in small letters. */
  readonly hosts: readonly string[];
  /** Connections at once. */
  readonly maxconn: number;
}

export interface Credentials {
  /** Without a colon. */
  readonly user: string;
  readonly password: Secret;
}

export interface LogConfig {
  readonly level: LogLevel;
  readonly to:
    Exclude<LogTarget, { kind: 'syslog' }> | (Extract<LogTarget, { kind: 'syslog' }> & { readonly facility: Facility });
  readonly format: LogFormat;
}

export interface FrontendConfig {
  readonly name: string;
  readonly mode: Mode;
  readonly listen: readonly ListenConfig[];
  /** The name of a backend that exists and has the same mode. */
  readonly defaultBackend: string;
  readonly maxconn: number;
  readonly sourceMaxconn: number;
  readonly backlog: number;
  readonly loginTimeoutMs: number;
  readonly clientTimeoutMs: number;
  readonly clientFinTimeoutMs: number;
  /** Of either direction. */
  readonly maxFrameBytes: number;
  readonly dontlognull: boolean;
  /** How its clients are asked whether they are there; undefined: not at all, as in mode tcp. */
  readonly heartbeat: HeartbeatRules | undefined;
}

export interface ListenConfig {
  readonly address: ListenAddress;
  /** Senders that must begin with a PROXY header; empty: nobody may. */
  readonly acceptProxyFrom: readonly TrustedSender[];
}

/** Port 0 lets the system choose one. `mode` holds permission bits; undefined leaves them to the umask. */
type ListenAddress = TcpAddress | (UnixAddress & { readonly mode: number | undefined });

export interface BackendConfig {
  readonly name: string;
  readonly mode: Mode;
  readonly balance: AlgorithmName;
  readonly hashType: HashTypeName;
  /** Percent of a server's fair share, above 100; 0 for no bound. */
  readonly hashBalanceFactor: number;
  readonly stick: StickRules | undefined;
  /** At least one; none only when the operator has deleted the last one. */
  readonly servers: readonly ServerConfig[];
  /** How a server is checked that says no more than that it is. */
  readonly serverCheck: CheckSettings;
  readonly connectTimeoutMs: number;
  readonly loginTimeoutMs: number;
  readonly serverTimeoutMs: number;
  readonly serverFinTimeoutMs: number;
  readonly queueTimeoutMs: number;
  readonly retries: number;
  readonly redispatch: PlacingRules['redispatch'];
  /** Whether all usable backup servers are used when no other is, or only the first. */
  readonly allBackups: boolean;
  /** Usable servers below which logins are refused; 0 for no floor, at most the servers that are no backup. */
  readonly minUp: number;
  /** In mode tcp neither is `move`. */
  readonly onMarkedDown: OnMarkedDown;
  readonly onLinkLost: SessionRules['onLinkLost'];
  readonly inDoubt: SessionRules['inDoubt'];
  readonly moveTimeoutMs: number;
  readonly holdTimeoutMs: number;
  /** Logins to each server at once. */
  readonly loginConcurrency: number;
  /** Sessions a second. */
  readonly moveRate: number;
  readonly rebalance: 'auto' | 'off';
  /** How its servers are asked; undefined: not at all, as in mode tcp. */
  readonly heartbeat: HeartbeatRules | undefined;
  readonly onMarkedUp: OnMarkedUp;
  /** Undefined: live traffic takes no server down. In mode tcp only its `linkLosses` is finite. */
  readonly observe: ObserveRules | undefined;
}

export interface ServerConfig {
  readonly name: string;
  readonly address: ServerAddress;
  /** 0 to 256; 0 takes no new session. */
  readonly weight: number;
  readonly maxconn: number;
  readonly backup: boolean;
  readonly sendProxy: ProxyVersion | undefined;
  /** Undefined: no probe is sent. */
  readonly check: CheckConfig | undefined;
  /** Whose health it shares: another server, which exists and has a check, or tracks one that has. Only without `check`. */
  readonly track: ServerReference | undefined;
  /** How long its weight takes to grow once it has come up; 0 for its full weight at once. */
  readonly slowstartMs: number;
  /** Starts in maintenance. */
  readonly disabled: boolean;
}

export interface ServerReference {
  readonly backend: string;
  readonly server: string;
}

export interface CheckSettings extends CheckRules {
  readonly probe: ProbeSettings;
}

export interface CheckConfig extends CheckSettings {
  /** Where the server is checked: its own address, unless the check has another one or another port. */
  readonly address: ServerAddress;
  /** It is not the server's own address, so that no PROXY header is sent there. */
  readonly isElsewhere: boolean;
}

export type ServerAddress = TcpAddress | UnixAddress;

/** What the system grants to this process. */
export interface Limits {
  /** What `ulimit -n` says; Infinity for unlimited. */
  readonly descriptorLimit: number;
}
