/** Reads `log` lines of haproxy.cfg. Pure. */

import { facilityNames } from '../vocabulary.js';
import type { Facility, LogLevel } from '../vocabulary.js';
import type { Use } from './keyword.js';
import type { Place } from './place.js';
import { addressOf, endpointText } from './values.js';

export interface LogLine {
  readonly place: Place;
  readonly to: string;
  readonly facility: Facility;
  readonly level: LogLevel;
}

const SYSLOG_PORT = '514';

/** Sessions are logged at `info`, so that who asks for notices gets what is above. */
const levels: Readonly<Record<string, LogLevel>> = {
  emerg: 'error',
  alert: 'error',
  crit: 'error',
  err: 'error',
  warning: 'warn',
  notice: 'warn',
  info: 'info',
  debug: 'info',
};

/** Words of an address, and how many words follow each of them. */
const OPTIONS: Readonly<Record<string, 'note' | 'refused'>> = { len: 'note', format: 'note', sample: 'refused' };

/** Undefined with a remark for a line that is none, or whose target cannot be written to. */
export function readLogLine({ place, words, remarks }: Use): LogLine | undefined {
  const [address, ...rest] = words;
  while (rest[0] !== undefined && Object.hasOwn(OPTIONS, rest[0].text)) {
    const [option, value] = rest.splice(0, 2);
    const at = { ...place, column: option?.column ?? place.column };
    if (value === undefined) remarks.problem(at, 'expected a value behind it');
    else if (option?.text === 'sample') remarks.problem(at, 'cmpp-lb writes all lines to one place; remove it');
    else remarks.note(at, 'lines are as long as they need, and global.log.format of cmpp-lb.yaml says their form');
  }
  const [facility, level, leastLevel, surplus] = rest;
  if (address === undefined || facility === undefined) {
    remarks.problem(place, 'expected an address and a facility, such as log 127.0.0.1 local2');
    return undefined;
  }
  if (!isFacility(facility.text)) {
    remarks.problem({ ...place, column: facility.column }, `expected a facility: ${facilityNames.join(', ')}`);
    return undefined;
  }
  for (const word of [level, leastLevel]) {
    if (word === undefined || Object.hasOwn(levels, word.text)) continue;
    remarks.problem({ ...place, column: word.column }, `expected a level: ${Object.keys(levels).join(', ')}`);
  }
  if (surplus !== undefined) remarks.problem({ ...place, column: surplus.column }, 'unexpected; remove it');
  const to = logTarget({ ...place, column: address.column }, address.text, remarks);
  return to === undefined
    ? undefined
    : { place, to, facility: facility.text, level: levels[level?.text ?? 'info'] ?? 'info' };
}

function logTarget(place: Place, text: string, remarks: Use['remarks']): string | undefined {
  if (text === 'stdout' || text === 'stderr') return text;
  const address = addressOf(text.replace(/^udp[46]?@/, ''));
  if (address?.kind === 'unix') {
    const message = `cmpp-lb cannot write to the socket ${address.path}; its lines go to stdout, which systemd’s journal reads; for syslog write log 127.0.0.1:514 with a syslog server that listens there`;
    remarks.note(place, message);
    return 'stdout';
  }
  if (address === undefined) {
    remarks.problem(place, 'cmpp-lb does not write there; write HOST:PORT of a syslog server, stdout or stderr');
    return undefined;
  }
  return `syslog:${endpointText({ ...address, port: address.port === '' ? SYSLOG_PORT : address.port })}`;
}

function isFacility(name: string): name is Facility {
  return (facilityNames as readonly string[]).includes(name);
}
