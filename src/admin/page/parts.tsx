/** Small parts that several pages show. Pure. */

import type { Child, PropsWithChildren } from 'hono/jsx';
import { isoTime, numberText, timeText } from './format.js';
import type { ShownProblem } from './problems.js';
import type { View } from './view.js';

interface TableProps {
  readonly head: readonly Child[];
  /** Columns from here on are numbers, counted from 0. */
  readonly numbersFrom: number;
  readonly label: string;
}

/** A table that scrolls within itself where the screen is narrow. */
export function Table({ head, numbersFrom, label, children }: PropsWithChildren<TableProps>) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((word, at) => (
              <th scope="col" class={at < numbersFrom ? undefined : 'number'}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Cells({ values }: { readonly values: readonly string[] }) {
  return (
    <>
      {values.map((value) => (
        <td class="number">{value}</td>
      ))}
    </>
  );
}

/** Two values that belong together, the second one smaller below the first. */
export function Pair({ values: [first, second] }: { readonly values: readonly [string, string] }) {
  return (
    <td class="number">
      {first}
      <small class="meaning">{second}</small>
    </td>
  );
}

export function ProblemList({
  view: { say },
  problems,
}: {
  readonly view: View;
  readonly problems: readonly ShownProblem[];
}) {
  return (
    <ul class="problems">
      {problems.map(({ severity, word, values }) => (
        <li class={severity}>{say(word, values)}</li>
      ))}
    </ul>
  );
}

interface Population {
  readonly sessionsNow: number;
  readonly sessionsMost: number;
  readonly sessionsLimit: number | null;
}

/** Sessions now, at most so far, and the limit, with a bar where there is one. */
export function Sessions({ view: { say }, of }: { readonly view: View; readonly of: Population }) {
  const { sessionsNow, sessionsMost, sessionsLimit } = of;
  const title = `${say('now')} / ${say('most')} / ${say('limit')}`;
  return (
    <td class="number" title={title}>
      <b>{numberText(sessionsNow)}</b> / {numberText(sessionsMost)} / {numberText(sessionsLimit)}
      {sessionsLimit !== null && sessionsLimit > 0 && (
        <meter
          value={Math.min(sessionsNow, sessionsLimit)}
          max={sessionsLimit}
          high={sessionsLimit * 0.9}
          optimum={0}
        ></meter>
      )}
    </td>
  );
}

export function SessionsHead({ view: { say } }: { readonly view: View }) {
  return (
    <>
      {say('sessionsNow')}
      <small class="meaning">
        {say('now')} / {say('most')} / {say('limit')}
      </small>
    </>
  );
}

export function Time({ view, wallMs }: { readonly view: View; readonly wallMs: number }) {
  return (
    <time datetime={isoTime(wallMs)} title={isoTime(wallMs)}>
      {timeText(wallMs, view.offsetMinutesAt)}
    </time>
  );
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** As cards where the values are short, else as lines. */
export function Facts({ facts, as = 'cards' }: { readonly facts: readonly Fact[]; readonly as?: 'cards' | 'lines' }) {
  return (
    <dl class={`facts ${as}`}>
      {facts.map(({ name, value }) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A field to search in, that works without scripts, and what was found. */
export function SearchForm({ view: { say }, search, label, order }: SearchFormProps) {
  return (
    <form class="search" role="search" method="get" data-search>
      <label>
        {label} <input type="search" name="search" value={search} maxlength={100} autocomplete="off" />
      </label>
      {order !== undefined && <input type="hidden" name="order" value={order} />}
      <button>{say('search')}</button>
    </form>
  );
}

interface SearchFormProps {
  readonly view: View;
  readonly search: string;
  readonly label: string;
  readonly order?: string;
}

/** How many there are beyond those that are shown. */
export function Found({
  view: { say },
  total,
  found,
  shown,
}: {
  readonly view: View;
  readonly total: number;
  readonly found: number;
  readonly shown: number;
}) {
  return (
    <p>
      {say(found === total ? 'all' : 'found', { found: numberText(found), total: numberText(total) })}
      {found > shown && <> · {say('more', { n: numberText(found - shown) })}</>}
      {found === 0 && <> · {say('nobody')}</>}
    </p>
  );
}
