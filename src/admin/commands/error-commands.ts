/** The command that shows what could not be read: of each frontend and backend the last such stream. */

import { tcplogDate } from '../../log/timestamp.js';
import type { NumberedError } from '../../stats/stream-errors.js';
import { refused, shown } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Command } from '../command.js';
import type { World } from '../world.js';
import { proxyIdsOf } from './target.js';

export const errorCommands: readonly Command<World>[] = [
  {
    words: 'show errors',
    takes: '[<px>] [request|response]',
    level: 'operator',
    help: 'report last request and/or response errors for each proxy',
    kind: 'look',
    run: showErrors,
  },
];

const ALL_PROXIES = '-1';
/** Between events: an empty line would end the answer. */
const BLANK = ' ';

function showErrors(world: World, [proxy = ALL_PROXIES, kind]: readonly string[]): Answer {
  const { balancer, clock } = world;
  const { streamErrors } = balancer.totals;
  const ids = proxyIdsOf(world);
  // As in HAProxy, a number that none has is not refused.
  if (!ids.has(proxy) && !/^-?\d+$/.test(proxy)) return refused('No such proxy.');
  const wanted = streamErrors.last.filter((error) => {
    const name = proxyOf(error);
    const isOfProxy = proxy === ALL_PROXIES || name === proxy || String(ids.get(name)) === proxy;
    // As in HAProxy, another word changes nothing.
    return isOfProxy && (kind === error.kind || (kind !== 'request' && kind !== 'response'));
  });
  return shown([
    `Total events captured on [${dateText(clock.wallMs(), world)}] : ${streamErrors.total}`,
    ...wanted.flatMap((error) => errorLines(error, ids, world)),
  ]);
}

function proxyOf({ kind, frontend, backend }: NumberedError): string {
  return kind === 'request' ? frontend : backend;
}

function errorLines(error: NumberedError, ids: ReadonlyMap<string, number>, world: World): string[] {
  const { kind, frontend, backend, server, event, source, session, reason, detail, bytes, errorAt } = error;
  const named = (name: string): string => `${name} (#${ids.get(name) ?? -1})`;
  const where = `server ${server === undefined ? '<NONE> (#-1)' : `${server.name} (#${server.id})`}`;
  const [proxy, other] =
    kind === 'request'
      ? [`frontend ${named(frontend)}`, `backend ${named(backend)}`]
      : [`backend ${named(backend)}`, `frontend ${named(frontend)}`];
  return [
    BLANK,
    `[${dateText(error.wallMs, world)}] ${proxy}: invalid ${kind}`,
    `  ${other}, ${where}, event #${event}, src ${source}`,
    `  session 0x${session.toString(16)}, ${reason}: ${detail}`,
    `  len ${bytes.length}, error at position ${errorAt}`,
    BLANK,
    ...dumpLines(bytes),
  ];
}

function dateText(wallMs: number, { offsetMinutesAt }: World): string {
  return tcplogDate(wallMs, offsetMinutesAt(wallMs));
}

const LINE_BYTES = 16;
/** Two digits and a blank each, and a blank in the middle. */
const LINE_WIDTH = LINE_BYTES * 3;

/** `  00016  00 27 00 00 00 01 00 00  00 01 39 30 30 30 30 31  .'........900001` */
function dumpLines(bytes: Uint8Array): string[] {
  return Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, nth) => {
    const line = Array.from(bytes.subarray(nth * LINE_BYTES, (nth + 1) * LINE_BYTES));
    const digits = line.map((byte) => byte.toString(16).padStart(2, '0'));
    const half = LINE_BYTES / 2;
    const halves = [digits.slice(0, half).join(' '), digits.slice(half).join(' ')].join('  ');
    const characters = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    const offset = String(nth * LINE_BYTES).padStart(5, '0');
    return `  ${offset}  ${halves.padEnd(LINE_WIDTH)}  ${characters.join('')}`;
  });
}
