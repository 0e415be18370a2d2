/** Draws docs/logs.md from the catalogue of events: each of them with its fields and an example. Pure. */

import { catalogue, factsOfEvent } from '../src/log/event.js';
import type { EventName } from '../src/log/event.js';
import { declaredValues } from '../src/log/field.js';
import type { FieldTable, ValuesOf } from '../src/log/field.js';
import { jsonFormat, tcplogFormat } from '../src/log/line-format.js';
import { stamp } from '../src/log/syslog-frame.js';
import { markdownTable } from './markdown-table.js';
import { LOGS_HEAD, TCPLOG_HEAD, tcplogFields } from './logs-page-text.js';

/** The time of all examples, in UTC: 15.838 s after the one of `acceptedMs`. */
const EXAMPLE_MS = 1_795_289_692_074;
const EXAMPLE_PID = 17872;
const inUtc = () => 0;

export function logsPage(): string {
  const names = Object.keys(catalogue).filter(isEventName);
  return [
    LOGS_HEAD,
    ...names.map(section),
    TCPLOG_HEAD,
    fence(
      `${stamp(EXAMPLE_MS, 0, EXAMPLE_PID)}${tcplogFormat(inUtc)('session-end', exampleOf('session-end'), EXAMPLE_MS)}`,
    ),
    markdownTable(['here', 'HAProxy', 'JSON', 'what it is'], tcplogFields),
    `\nAll other events are sentences:\n`,
    fence(
      names
        .filter((name) => name !== 'session-end')
        .map(sentence)
        .join('\n'),
    ),
  ].join('\n');
}

function isEventName(name: string): name is EventName {
  return name in catalogue;
}

function exampleOf(name: EventName): ValuesOf<FieldTable> {
  const { fields } = factsOfEvent(name);
  return declaredValues(fields, Object.fromEntries(Object.entries(fields).map(([key, { example }]) => [key, example])));
}

function section(name: EventName): string {
  const { level, means, fields } = factsOfEvent(name);
  const rows = Object.entries(fields).map(([key, field]) => [`\`${key}\``, field.means]);
  const json = jsonFormat(EXAMPLE_PID, 'debug')(name, exampleOf(name), EXAMPLE_MS);
  const spread = JSON.stringify(JSON.parse(json), undefined, 2);
  return `### ${name}\n\n${means} Level \`${level}\`.\n\n${markdownTable(['field', 'what it is'], rows)}\n\n${fence(spread, 'json')}`;
}

function sentence(name: EventName): string {
  return stamp(EXAMPLE_MS, 0, EXAMPLE_PID) + tcplogFormat(inUtc)(name, exampleOf(name), EXAMPLE_MS);
}

function fence(text: string, language: 'text' | 'json' = 'text'): string {
  return `\`\`\`${language}\n${text}\n\`\`\`\n`;
}
