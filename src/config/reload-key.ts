/** How it is said what a reload does with a key of the configuration. Pure. */

import type { HeartbeatRules } from '../balancer/heartbeats.js';
import { durationText, sizeText } from './quantity.js';

/** `new-sessions`: sessions that live keep what they began with. `restart`: what runs goes on as it was. */
export type Effect = 'at-once' | 'new-sessions' | 'restart';

export interface KeyRule<Section> {
  /** As in the file, below its section: `timeout.client`. */
  readonly key: string;
  readonly effect: Effect;
  /** What is compared: if it is the same before and after, nothing has changed. */
  read(section: Section): unknown;
  /** The value as the file spells it; never a secret. */
  text(section: Section): string;
  /** The part of the section that it belongs to and that may not be there at all, such as `check`; or empty. */
  readonly part: string;
  /** For the documentation, where the effect alone does not say it. */
  readonly note: string;
}

/** For each field of a section the keys that it comes from; none for names, and for what is a section of its own. */
export type KeyRules<Section> = { readonly [Field in keyof Section]-?: readonly KeyRule<Section>[] };

function plainText(value: unknown): string {
  if (value === undefined) return 'off';
  if (value === Infinity) return 'no limit';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function timeText(value: unknown): string {
  if (value === 0 || value === undefined) return 'off';
  return typeof value === 'number' && value !== Infinity ? durationText(value) : plainText(value);
}

/** As the section has it, unless it is not there. */
export function sizeTextOf(size: number | undefined): string {
  return size === undefined ? 'off' : sizeText(size);
}

type Read<Section> = (section: Section) => unknown;

/** `at once` unless said otherwise. */
export function key<Section>(
  name: string,
  read: Read<Section>,
  more: { effect?: Effect; text?: (section: Section) => string; note?: string } = {},
): KeyRule<Section> {
  const { effect = 'at-once', text = (section) => plainText(read(section)), note = '' } = more;
  return { key: name, effect, read, text, note, part: '' };
}

export function time<Section>(name: string, read: Read<Section>, effect?: Effect, note?: string): KeyRule<Section> {
  const text = (section: Section): string => timeText(read(section));
  return key(name, read, { text, ...(effect && { effect }), ...(note !== undefined && { note }) });
}

/** The keys of a part that may not be there at all: then all of them are read as undefined. */
export function partOf<Section>(part: string, rules: readonly KeyRule<Section>[]): readonly KeyRule<Section>[] {
  return rules.map((rule) => ({ ...rule, part }));
}

/** Of frontends and of backends. */
export function heartbeatKeys<
  Section extends { readonly heartbeat: HeartbeatRules | undefined },
>(): readonly KeyRule<Section>[] {
  return partOf('heartbeat', [
    time('heartbeat.interval', ({ heartbeat }: Section) => heartbeat?.intervalMs, 'new-sessions'),
    time('heartbeat.timeout', ({ heartbeat }: Section) => heartbeat?.timeoutMs, 'new-sessions'),
    key('heartbeat.tries', ({ heartbeat }: Section) => heartbeat?.tries, { effect: 'new-sessions' }),
  ]);
}
