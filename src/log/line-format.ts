/** Turns an event into one line of text: JSON by pino, or HAProxy's tcplog line and plain sentences. */

import { pino } from 'pino';
import { asciiJson, asciiText } from './escape.js';
import { factsOfEvent } from './event.js';
import type { EventName } from './event.js';
import type { FieldTable, Level, ValuesOf } from './field.js';
import type { OffsetMinutesAt } from './timestamp.js';

/**
 * One event as one line, all ASCII and without its end. `values` are what `declaredValues` left; `wallMs` is the time
 * of the event, in milliseconds since 1970-01-01 UTC.
 */
export type LineFormat = (name: EventName, values: ValuesOf<FieldTable>, wallMs: number) => string;

/** JSON lines: level, time (UTC), pid, event, the event's fields, msg. */
export function jsonFormat(pid: number, level: Level): LineFormat {
  let time = '';
  let line = '';
  const logger = pino(
    {
      level,
      base: { pid },
      timestamp: () => `,"time":"${time}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    // pino writes before it returns, so that the line is there when the call is over.
    { write: (written: string) => void (line = written) },
  );
  return (name, values, wallMs) => {
    const facts = factsOfEvent(name);
    time = new Date(wallMs).toISOString();
    logger[facts.level]({ event: name, ...values }, facts.message(values));
    return asciiJson(line.trimEnd());
  };
}

/** HAProxy's line for the end of a session, the sentence for everything else. */
export function tcplogFormat(offsetMinutesAt: OffsetMinutesAt): LineFormat {
  return (name, values) => {
    const facts = factsOfEvent(name);
    return asciiText(facts.tcplog?.(values, offsetMinutesAt) ?? facts.message(values));
  };
}
