import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fitTable, shortNumber } from '../../../src/cli/top/columns.js';
import { drawScreen } from '../../../src/cli/top/draw.js';
import type { Size } from '../../../src/cli/top/draw.js';
import { ratedFigures, readFigures } from '../../../src/cli/top/figures.js';
import type { Figures } from '../../../src/cli/top/figures.js';
import { toneOf } from '../../../src/cli/top/rows.js';
import { initialState } from '../../../src/cli/top/state.js';
import type { TopState } from '../../../src/cli/top/state.js';
import { backend, figures, frontend, server, sessionLine } from './sample-figures.js';

const usual: Size = { columns: 80, rows: 24 };

const check = { status: 'L7OK', text: 'ACTIVE_TEST answered in 1 ms', durationMs: 1 };
const before = figures({
  takenMs: 1000,
  frontends: [frontend('sp', { sessionsNow: 400 }, { submits: 1000, delivers: 10, bytes: 5000 })],
  backends: [backend('smsc', [server('s1', { check }, { submits: 1000 }), server('s2')])],
});
const now = figures({
  takenMs: 3000,
  frontends: [
    frontend('sp', { sessionsNow: 412, rateNow: 3, unansweredNow: 34 }, { submits: 2024, delivers: 50, bytes: 9000 }),
  ],
  backends: [
    backend('smsc', [
      server('s1', { check, sessionsNow: 411, unansweredNow: 34, weight: 10 }, { submits: 2024 }),
      server('s2', { status: 'DOWN', check: { ...check, status: 'L4CON', text: 'connection refused' } }),
      server('s3', { status: 'UP 2/3', sessionsNow: 1 }),
    ]),
    backend('empty', [server('x')], { status: 'DOWN', accepts: false }),
  ],
  sessions: [
    sessionLine(1, '900002', '10.0.0.7:5001', 'smsc/s1'),
    sessionLine(2, '900001', '10.0.0.8:5001', 'smsc/s2'),
    sessionLine(3, '900001', '10.0.0.8:5002', 'smsc/s1'),
    sessionLine(4, '-', '[fd00::7]:1', '-'),
  ].join('\n'),
});

function drawn(
  state: Partial<TopState> = {},
  size = usual,
  pair: { now: Figures; before?: Figures } = { now, before },
) {
  const { lines, shown } = drawScreen({
    pair: { before: undefined, ...pair },
    state: { ...initialState, ...state },
    size,
    trouble: undefined,
  });
  return { lines, shown, texts: lines.map(({ text }) => text) };
}

function limited(rejected: number, delayed: number) {
  return { frontends: [frontend('sp', { limited: { rejected, delayed } })] };
}

/** Without what is empty at the end. */
function body(texts: readonly string[]): string {
  return texts.slice(2, -1).join('\n').trimEnd();
}

describe('a screen', () => {
  it('shows servers with what passes in a second', () => {
    const { texts, lines } = drawn();
    assert.equal(texts.length, 24);
    assert.deepEqual(texts.slice(0, 2), [
      'cmpp-lb 0.1.0 on lb1, pid 412, up 2h1m',
      'sessions 412/8000  new 3/s  SUBMIT 512/s  DELIVER 20/s  window 34  idle 93%',
    ]);
    assert.equal(
      body(texts),
      `[servers] accounts  sessions    sort: file
SERVER     STATUS  WGT  SESS  SUBM/s  DLVR/s  WINDOW  LAST CHECK
sp         OPEN          412     512      20      34
smsc       UP        1     0       0       0       0
  smsc/s1  UP       10   411     512       0      34  L7OK ACTIVE_TEST answered~
  smsc/s2  DOWN      1     0       0       0       0  L4CON connection refused
  smsc/s3  UP 2/3    1     1       -       -       0
empty      DOWN      1     0       -       -       0
  empty/x  UP        1     0       -       -       0`,
    );
    assert.deepEqual(
      lines.slice(4, 11).map(({ tone }) => tone),
      ['plain', 'plain', 'up', 'down', 'changing', 'down', 'up'],
    );
    assert.deepEqual(
      lines.flatMap(({ isChosen }, index) => (isChosen ? [index] : [])),
      [6],
    );
  });

  it('shows all of it where there is room', () => {
    const { texts } = drawn({}, { columns: 130, rows: 24 });
    assert.match(texts[3] ?? '', /NEW\/s .*QUEUE  IN B\/s  OUT B\/s  LAST CHECK$/);
    assert.match(texts[6] ?? '', /L7OK ACTIVE_TEST answered in 1 ms$/);
    assert.match(texts[4] ?? '', / 2k +2k$/);
  });

  it('shows what moves, is held and is limited while there is some of it', () => {
    const moves = { left: 7, arrived: 0, failed: 0, inDoubt: 3 };
    const s1 = server('s1', { sessionsNow: 400, movingNow: 12, heldNow: 5, moves });
    const own = backend('smsc', [s1, server('s2')], { movingNow: 12, heldNow: 5, moves });
    const pair = {
      before: figures({ takenMs: 1000, ...limited(1, 1) }),
      now: figures({ takenMs: 3000, ...limited(7, 1), backends: [own] }),
    };
    const { texts } = drawn({}, { columns: 120, rows: 24 }, pair);
    assert.equal(
      body(texts),
      `[servers] accounts  sessions    sort: file   moving 12   held 5   limited 3/s
SERVER     STATUS  WGT  SESS  NEW/s  SUBM/s  DLVR/s  WINDOW  QUEUE  MOVING  HELD  MOVED  DOUBT  LIMITED  LAST CHECK
sp         OPEN            0      0       0       0       0                                           8
smsc       UP        1     0      0       -       -       0      0      12     5      7      3
  smsc/s1  UP        1   400      0       -       -       0      0      12     5      7      3
  smsc/s2  UP        1     0      0       -       -       0      0`,
    );
  });

  it('shows accounts, those with the most sessions first', () => {
    assert.equal(
      body(drawn({ view: 'accounts' }).texts),
      ` servers [accounts] sessions    sort: sessions
ACCOUNT  SESS  SOURCES  SERVERS
900001      2        1  smsc/s2:1 smsc/s1:1
900002      1        1  smsc/s1:1`,
    );
  });

  it('shows which accounts are beyond their limits', () => {
    const sessions = sessionLine(1, '900002', '10.0.0.7:5001', 'smsc/s1');
    const leading = [{ name: '900002', limited: { rejected: 5, delayed: 2 } }];
    assert.equal(
      body(drawn({ view: 'accounts' }, usual, { now: figures({ sessions, leading }) }).texts),
      ` servers [accounts] sessions    sort: sessions
ACCOUNT  SESS  SOURCES  LIMITED  SERVERS
900002      1        1        7  smsc/s1:1`,
    );
  });

  it('shows sessions, and sorts them', () => {
    assert.equal(
      body(drawn({ view: 'sessions', sort: { ...initialState.sort, sessions: 'server' } }).texts),
      ` servers  accounts [sessions]   sort: server
ID  ACCOUNT  SOURCE         FRONTEND  SERVER    AGE  STATE
 4  -        [fd00::7]:1    sp        -        2h3m  relaying
 1  900002   10.0.0.7:5001  sp        smsc/s1  2h3m  relaying
 3  900001   10.0.0.8:5002  sp        smsc/s1  2h3m  relaying
 2  900001   10.0.0.8:5001  sp        smsc/s2  2h3m  relaying`,
    );
  });

  it('has help that a usual terminal has room for', () => {
    const { texts } = drawn({ dialog: { kind: 'help' } });
    assert.ok(texts.some((text) => text.startsWith('LIMITED ')));
    for (const text of texts) assert.doesNotMatch(text, /~$/);
  });

  it('leaves out what is not searched for', () => {
    const keys = (state: Partial<TopState>) => drawn(state).shown.choices.map(({ key }) => key);
    assert.deepEqual(keys({ search: 's2' }), ['smsc/s2']);
    assert.deepEqual(keys({ search: 'DOWN' }), ['smsc/s2']);
    assert.deepEqual(keys({ view: 'accounts', search: '02' }), ['900002']);
    assert.deepEqual(keys({ view: 'sessions', search: 'fd00' }), ['4']);
    assert.match(drawn({ search: 's2' }).texts[2] ?? '', /search: s2$/);
  });

  it('sorts servers within their backend', () => {
    for (const [servers, keys] of [
      ['file', ['smsc/s1', 'smsc/s2', 'smsc/s3', 'empty/x']],
      ['sessions', ['smsc/s1', 'smsc/s3', 'smsc/s2', 'empty/x']],
    ] as const) {
      const { choices } = drawn({ sort: { ...initialState.sort, servers } }).shown;
      assert.deepEqual(
        choices.map(({ key }) => key),
        keys,
      );
    }
  });

  it('keeps the cursor in sight', () => {
    const many = Array.from({ length: 100 }, (_, index) => server(`s${index}`));
    const pair = { now: figures({ backends: [backend('b', many)] }) };
    for (const selected of ['b/s0', 'b/s50', 'b/s99']) {
      const { lines, texts } = drawn({ selected }, usual, pair);
      assert.equal(texts.length, 24);
      assert.ok(lines.find(({ isChosen }) => isChosen)?.text.includes(selected));
    }
    assert.equal(drawn({}, { columns: 80, rows: Infinity }, pair).texts.length, 2 + 1 + 1 + 101 + 1);
  });

  it('says that nobody answers, above what was last seen', () => {
    const scene = { state: initialState, size: usual, trouble: 'the balancer does not answer: connect ENOENT /x' };
    const { lines } = drawScreen({ ...scene, pair: { now, before } });
    assert.deepEqual(
      [lines[0]?.text, lines[0]?.tone, lines[6]?.text.includes('smsc/s1')],
      ['trying again: the balancer does not answer: connect ENOENT /x', 'alarm', true],
    );
    assert.match(drawScreen({ ...scene, pair: undefined }).lines[0]?.text ?? '', /^trying again: .*ENOENT \/x$/);
  });

  it('asks at its foot', () => {
    const foot = (state: Partial<TopState>) => drawn(state).texts.at(-1);
    assert.match(foot({}) ?? '', /^Drain .* Quit$/);
    assert.equal(foot({ message: 'done: x' }), 'done: x');
    assert.match(foot({ dialog: { kind: 'weight', server: 'a/b', text: '5' } }) ?? '', /^weight of a\/b, .*: 5_/);
    assert.match(drawn({ dialog: { kind: 'help' } }).texts.join('\n'), /drain the server: no new sessions/);
  });

  it('has no line that is too long, on any terminal', () => {
    const sizes = fc.record({ columns: fc.integer({ min: 1, max: 300 }), rows: fc.integer({ min: 6, max: 100 }) });
    const views = fc.constantFrom('servers', 'accounts', 'sessions');
    fc.assert(
      fc.property(sizes, views, (size, view) => {
        const { texts } = drawn({ view }, size);
        assert.equal(texts.length, size.rows);
        for (const text of texts) assert.ok(text.length <= size.columns, text);
      }),
    );
  });

  it('shows nothing that steers the terminal, whatever the balancer says', () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    const evil = figures({
      process: { node: bytes },
      frontends: [frontend(bytes)],
      backends: [backend(bytes, [server(bytes, { status: bytes, check: { ...check, text: bytes } })])],
      sessions: sessionLine(1, bytes.replaceAll(/[\n ]/g, ''), bytes.replaceAll(/[\n ]/g, ''), 'a/b'),
    });
    for (const view of ['servers', 'accounts', 'sessions'] as const)
      for (const text of drawn({ view }, { columns: 3000, rows: 24 }, { now: evil }).texts)
        assert.match(text, /^[ -~]*$/);
  });
});

it('what is no snapshot is not understood', () => {
  for (const text of ['', 'Permission denied', '{}', '[]', '{"process":{}}'])
    assert.equal(readFigures(0, text, undefined), undefined);
});

it('JSON has the rates, and null where there is nothing to compare with', () => {
  const json = JSON.stringify(ratedFigures(now, before));
  assert.match(json, /"name":"s1".*"perSecond":\{"submits":512,"delivers":0,"bytesIn":0,"bytesOut":0\}\}/);
  assert.match(json, /"name":"s3"((?!"name").)*"perSecond":null/);
  assert.doesNotMatch(JSON.stringify(ratedFigures(now, undefined)), /"submits"/);
});

it('counters that were cleared give no negative rate', () => {
  const json = JSON.stringify(ratedFigures({ ...before, takenMs: 5000 }, now));
  assert.doesNotMatch(json, /:-/);
});

describe('a colour', () => {
  for (const [status, tone] of [
    ['UP', 'up'],
    ['UP 1/3', 'changing'],
    ['DOWN', 'down'],
    ['DOWN 1/2', 'changing'],
    ['DRAIN', 'drain'],
    ['MAINT (via x)', 'maint'],
    ['no check', 'plain'],
  ] as const) {
    it(`${tone} is for ${status}`, () => assert.equal(toneOf(status), tone));
  }
});

it('numbers are short', () => {
  const table: [number, string][] = [
    [0, '0'],
    [0.25, '0.3'],
    [9.96, '10'],
    [999.4, '999'],
    [999.6, '1.0k'],
    [1234, '1.2k'],
    [69_400, '69k'],
    [34_000_000, '34M'],
    [1e15, '1000T'],
  ];
  for (const [value, text] of table) assert.equal(shortNumber(value), text);
});

it('a table gives up what matters least, and then cuts', () => {
  const columns = [
    { title: 'NAME', align: 'left', leastWidth: 5 },
    { title: 'N', align: 'right', leftOutAs: 1 },
    { title: 'M', align: 'right', leftOutAs: 2 },
  ] as const;
  const rows = [['abcdefgh', '1', '22']];
  assert.deepEqual(fitTable(columns, rows, 80), ['NAME      N   M', 'abcdefgh  1  22']);
  assert.deepEqual(fitTable(columns, rows, 13), ['NAME    N   M', 'abcde~  1  22']);
  assert.deepEqual(fitTable(columns, rows, 11), ['NAME      N', 'abcdefgh  1']);
  assert.deepEqual(fitTable(columns, rows, 7), ['NAME', 'abcdef~']);
  assert.deepEqual(fitTable(columns, rows, 3), ['NA~', 'ab~']);
});
