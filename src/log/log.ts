/** The log: takes events of the catalogue, and writes each that its level admits as one line where the operator wants it. */

import type { Clock } from '../runtime/clock.js';
import { factsOfEvent } from './event.js';
import type { EventName, EventValues } from './event.js';
import { declaredValues } from './field.js';
import type { Level } from './field.js';
import { jsonFormat, tcplogFormat } from './line-format.js';
import type { LineFormat } from './line-format.js';
import { openFile, standardOutput } from './line-output.js';
import { LineQueue } from './line-queue.js';
import type { LineSink, ReportLoss } from './line-sink.js';
import { stamp } from './syslog-frame.js';
import { SyslogSink } from './syslog-sink.js';
import type { SyslogTarget } from './syslog-sink.js';
import type { OffsetMinutesAt } from './timestamp.js';

export interface LogConfig {
  /** Events of a lower level are not written. */
  readonly level: Level;
  readonly format: 'json' | 'tcplog';
  readonly to:
    | { readonly kind: 'stdout' }
    | { readonly kind: 'stderr' }
    | { readonly kind: 'file'; readonly path: string }
    | ({ readonly kind: 'syslog' } & SyslogTarget);
}

export interface LogDeps {
  readonly clock: Clock;
  readonly pid: number;
  /** The local time's offset; `localOffsetMinutes` outside of tests. */
  readonly offsetMinutesAt: OffsetMinutesAt;
}

export interface Log {
  /** Never blocks and never throws. */
  event<Name extends EventName>(name: Name, values: EventValues<Name>): void;
  isEnabled(level: Level): boolean;
  /** Lines that could not be written since the start. */
  readonly lostLines: number;
  /** Resolves within two seconds, when all lines are written or given up; without it, a process that exits loses its last ones. */
  close(): Promise<void>;
}

/** A log, and how to have its file reopened once that was moved away; or why its file cannot be opened. */
export type CreatedLog =
  | {
      readonly kind: 'log';
      readonly log: Log;
      readonly reopen: () => void;
      /** Has this level and format from now on; where the lines go stays as it was. */
      readonly use: (config: Pick<LogConfig, 'level' | 'format'>) => void;
    }
  | { readonly kind: 'fault'; readonly message: string };

const levelRanks: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function createLog(config: LogConfig, deps: LogDeps): CreatedLog {
  const opened = openSink(config.to, deps.clock, (loss) => log.event('lines-lost', loss));
  if (opened.kind === 'fault') return opened;
  const { sink } = opened;
  let style = styleOf(config, config.to, deps);
  const log: Log = {
    event: (name, values) => {
      const { level, fields } = factsOfEvent(name);
      if (!log.isEnabled(level)) return;
      const wallMs = deps.clock.wallMs();
      const line = style.format(name, declaredValues(fields, values), wallMs);
      const head = style.isStamped ? stamp(wallMs, deps.offsetMinutesAt(wallMs), deps.pid) : '';
      sink.write(head + line, level);
    },
    isEnabled: (level) => levelRanks[level] >= levelRanks[style.level],
    get lostLines() {
      return sink.lostLines;
    },
    close: () => sink.close(),
  };
  const to = config.to.kind === 'file' ? config.to.path : config.to.kind;
  const reopen = (): void => {
    const reopened = sink.reopen();
    if (reopened.kind === 'fault') log.event('log-not-reopened', { to, error: reopened.message });
    else log.event('log-reopened', { to, file: reopened.kind === 'reopened' ? 'new' : 'none' });
  };
  return { kind: 'log', log, reopen, use: (next) => void (style = styleOf(next, config.to, deps)) };
}

/** How lines are written: what a reload may change. */
interface Style {
  readonly level: Level;
  readonly format: LineFormat;
  readonly isStamped: boolean;
}

function styleOf({ level, format }: Pick<LogConfig, 'level' | 'format'>, to: LogConfig['to'], deps: LogDeps): Style {
  return {
    level,
    format: format === 'json' ? jsonFormat(deps.pid, level) : tcplogFormat(deps.offsetMinutesAt),
    // A line of JSON has its own time, and is stamped only where the protocol wants it.
    isStamped: format === 'tcplog' || to.kind === 'syslog',
  };
}

type OpenedSink =
  { readonly kind: 'sink'; readonly sink: LineSink } | { readonly kind: 'fault'; readonly message: string };

function openSink(to: LogConfig['to'], clock: Clock, report: ReportLoss): OpenedSink {
  if (to.kind === 'syslog') return { kind: 'sink', sink: new SyslogSink(to, clock, report) };
  const opened = to.kind === 'file' ? openFile(to.path) : standardOutput(process[to.kind]);
  if (opened.kind === 'fault') return opened;
  return { kind: 'sink', sink: new LineQueue(opened.output, clock, report) };
}
