/** Carries out a command at a running SMSC simulator, whoever sent it. Pure but for what it calls. */

import { table } from '../table.js';
import { describeFaults } from './fault.js';
import type { Gateway } from './gateway.js';
import type { Mailroom } from './mailroom.js';
import { changedFaults, HELP_TEXT } from './smsc-command.js';
import type { PortChoice, SmscCommand } from './smsc-command.js';
import type { SmscSession } from './smsc-session.js';

/** A gateway with its connections. */
export interface GatewayAtWork {
  readonly gateway: Gateway;
  sessions(): readonly SmscSession[];
  /** Makes the connections there are obey the gateway's faults. */
  faultsChanged(): void;
  /** Ends every session with TERMINATE, and every connection. */
  closeConnections(): void;
}

export interface PlatformAtWork {
  readonly gateways: readonly GatewayAtWork[];
  readonly mailroom: Mailroom;
}

/** `text` is one line or a table, without a line end. */
export interface SmscReply {
  readonly kind: 'done' | 'wrong';
  readonly text: string;
}

/** Where a message of the command `deliver` comes from. */
const PHONE_NUMBER = '13900000000';

export function executeSmscCommand(command: SmscCommand, platform: PlatformAtWork): SmscReply {
  if (command.kind === 'help') return done(HELP_TEXT);
  if (command.kind === 'status') return done(statusTable(platform));
  const chosen = chosenGateways(command.port, platform);
  if (chosen.length === 0) {
    const ports = platform.gateways.map(({ gateway }) => gateway.port).join(', ');
    return wrong(`no gateway on port ${command.port}: there are ${ports}`);
  }
  if (command.kind === 'close') {
    const count = chosen.flatMap((at) => at.sessions()).length;
    for (const at of chosen) at.closeConnections();
    return done(`closing ${count} connections`);
  }
  if (command.kind === 'deliver') return deliver(command, chosen);
  for (const at of chosen) {
    at.gateway.faults = changedFaults(at.gateway.faults, command.changes);
    at.faultsChanged();
  }
  return done(chosen.map(({ gateway }) => `${gateway.port} faults: ${describeFaults(gateway.faults)}`).join('\n'));
}

const COLUMNS = [
  ['port', (at: GatewayAtWork) => at.gateway.port],
  ['code', (at: GatewayAtWork) => at.gateway.code],
  ['sessions', (at: GatewayAtWork) => at.sessions().filter(({ open }) => open !== undefined).length],
  ['logins', (at: GatewayAtWork) => at.gateway.counts.logins],
  ['refused', (at: GatewayAtWork) => at.gateway.counts.loginsRefused],
  ['submits', (at: GatewayAtWork) => at.gateway.counts.submits],
  ['accepted', (at: GatewayAtWork) => at.gateway.counts.accepted],
  ['reports', (at: GatewayAtWork) => at.gateway.counts.reports],
  ['taken', (at: GatewayAtWork) => at.gateway.counts.reportsTaken],
  ['messages', (at: GatewayAtWork) => at.gateway.counts.messages],
  ['taken', (at: GatewayAtWork) => at.gateway.counts.messagesTaken],
  ['again', (at: GatewayAtWork) => at.gateway.counts.sentAgain],
  ['gave-up', (at: GatewayAtWork) => at.gateway.counts.gaveUp],
  ['unknown', (at: GatewayAtWork) => at.gateway.counts.unknownAnswers],
  ['bad', (at: GatewayAtWork) => at.gateway.counts.badFrames],
  ['ignored', (at: GatewayAtWork) => at.gateway.counts.ignoredFrames],
  ['faults', (at: GatewayAtWork) => describeFaults(at.gateway.faults)],
] as const;

/** A row for each gateway, and what waits for accounts that are not there. */
export function statusTable({ gateways, mailroom }: PlatformAtWork): string {
  const rows = gateways.map((at) => COLUMNS.map(([, value]) => String(value(at))));
  const waiting = `waiting to be delivered: ${mailroom.waitingNow}, thrown away: ${mailroom.lost}`;
  return `${table([COLUMNS.map(([name]) => name), ...rows])}\n${waiting}`;
}

function deliver(
  { account, text }: SmscCommand & { readonly kind: 'deliver' },
  chosen: readonly GatewayAtWork[],
): SmscReply {
  const open = chosen
    .flatMap((at) => at.sessions())
    .map((session) => session.open)
    .find((open) => open?.identity.account === account);
  if (open === undefined) return wrong(`account ${account} has no session there`);
  const refusal = open.deliverText(PHONE_NUMBER, text);
  return refusal === undefined ? done(`delivering to ${account} at ${open.identity.peer}`) : wrong(refusal);
}

function chosenGateways(port: PortChoice, { gateways }: PlatformAtWork): readonly GatewayAtWork[] {
  return port === 'all' ? gateways : gateways.filter(({ gateway }) => gateway.port === port);
}

function done(text: string): SmscReply {
  return { kind: 'done', text };
}

function wrong(text: string): SmscReply {
  return { kind: 'wrong', text };
}
