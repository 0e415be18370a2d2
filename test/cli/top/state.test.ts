import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeKeys } from '../../../src/cli/top/keys.js';
import { initialState, press } from '../../../src/cli/top/state.js';
import type { Pressed, Shown, TopState } from '../../../src/cli/top/state.js';

const ESC = '\u001B';
const DOWN = `${ESC}[B`;

const shown: Shown = {
  choices: [
    { key: 'smsc/s1', server: { sessions: 412, canMove: true } },
    { key: 'smsc/s2', server: { sessions: 1, canMove: true } },
    { key: 'tcp/s3', server: { sessions: 7, canMove: false } },
  ],
  pageRows: 2,
};

/** What these keys come to, one after the other; the last one may be ESC. */
function typed(text: string, from: Partial<TopState> = {}): Pressed {
  const { keys, rest } = decodeKeys(text);
  let pressed: Pressed = { state: { ...initialState, ...from } };
  for (const key of rest === '' ? keys : [...keys, { kind: 'escape' } as const])
    pressed = press(pressed.state, key, shown);
  return pressed;
}

describe('a command is asked about first', () => {
  for (const [keys, question, command] of [
    ['d', 'drain smsc/s1: no new sessions, 412 sessions move. y/n', 'drain server smsc/s1'],
    ['k', 'drain smsc/s1: no new sessions, 412 sessions stay. y/n', 'set server smsc/s1 state drain'],
    [`${DOWN}${DOWN}d`, 'drain tcp/s3: no new sessions, 7 sessions stay. y/n', 'drain server tcp/s3'],
    [`${DOWN}m`, 'maint smsc/s2: no new sessions, no checks, 1 session stays. y/n', 'set server smsc/s2 state maint'],
    [`${DOWN}${DOWN}R`, 'ready tcp/s3: it takes sessions again. y/n', 'set server tcp/s3 state ready'],
  ] as const) {
    it(question, () => {
      const { dialog } = typed(keys).state;
      assert.deepEqual(dialog, { kind: 'confirm', question, command });
      assert.equal(typed(keys).action, undefined);
      assert.deepEqual(typed(`${keys}y`).action, { kind: 'command', line: command });
      for (const no of ['n', 'q', '\r', ESC, DOWN]) {
        const { state, action } = typed(`${keys}${no}`);
        assert.deepEqual([state.dialog, state.message, action], [undefined, 'nothing was done', undefined]);
      }
    });
  }

  it('but not where no server is', () => {
    const none = press(initialState, { kind: 'character', character: 'd' }, { choices: [], pageRows: 2 });
    assert.match(none.state.message, /^choose a server first/);
    const accounts: Shown = { choices: [{ key: '900001', server: undefined }], pageRows: 2 };
    const { state } = press({ ...initialState, view: 'accounts' }, { kind: 'character', character: 'w' }, accounts);
    assert.deepEqual([state.dialog, state.message.startsWith('choose a server first')], [undefined, true]);
  });
});

describe('a weight', () => {
  for (const [keys, line] of [
    ['w5\r', 'set server smsc/s1 weight 5'],
    ['w25x6\r', 'set server smsc/s1 weight 256'],
    ['w50%\r', 'set server smsc/s1 weight 50%'],
    ['w12345\r', 'set server smsc/s1 weight 1234'],
    ['w17\u007F\u007F9\r', 'set server smsc/s1 weight 9'],
    ['w\r', undefined],
    [`w5${ESC}`, undefined],
  ] as const) {
    it(`${JSON.stringify(keys)} is ${line ?? 'none'}`, () => {
      const { state, action } = typed(keys);
      assert.deepEqual(action, line === undefined ? undefined : { kind: 'command', line });
      assert.equal(state.dialog, undefined);
    });
  }
});

describe('the cursor', () => {
  for (const [keys, selected] of [
    [DOWN, 'smsc/s2'],
    [`${DOWN}${DOWN}${DOWN}${DOWN}`, 'tcp/s3'],
    [`${DOWN}${ESC}[A${ESC}[A`, 'smsc/s1'],
    [`${ESC}[6~`, 'tcp/s3'],
    [`${ESC}[F${ESC}[5~`, 'smsc/s1'],
    [`${ESC}[F${ESC}[H`, 'smsc/s1'],
  ] as const) {
    it(`goes to ${selected} by ${JSON.stringify(keys)}`, () => assert.equal(typed(keys).state.selected, selected));
  }

  it('is on the first row again where its own has gone', () => {
    assert.equal(typed(DOWN, { selected: 'smsc/gone' }).state.selected, 'smsc/s2');
  });
});

describe('what is shown', () => {
  it('turns by tab through the views', () => {
    assert.deepEqual(
      ['\t', '\t\t', '\t\t\t', `${ESC}[Z`].map((keys) => typed(keys).state.view),
      ['accounts', 'sessions', 'servers', 'sessions'],
    );
  });

  it('is sorted by something else with s, in each view for itself', () => {
    assert.deepEqual(typed('s').state.sort, { servers: 'sessions', accounts: 'sessions', sessions: 'age' });
    assert.equal(typed('ssss').state.sort.servers, 'file');
    assert.deepEqual(typed('s\ts').state.sort, { servers: 'sessions', accounts: 'account', sessions: 'age' });
  });

  it('is searched for as one types, until escape', () => {
    assert.deepEqual([typed('/9dq').state.search, typed('/9dq').action], ['9dq', undefined]);
    assert.deepEqual([typed('/9d\u007F\r').state.search, typed('/9\r').state.dialog], ['9', undefined]);
    assert.equal(typed(`/9${ESC}`).state.search, '');
    assert.equal(typed(`/9\r${ESC}`).state.search, '');
    assert.equal(typed(`/${'x'.repeat(100)}`).state.search.length, 40);
  });

  it('stands still with p, and goes on with p', () => {
    assert.deepEqual([typed('p').state.isPaused, typed('pp').state.isPaused], [true, false]);
  });

  it('is help until any key', () => {
    assert.deepEqual(typed('?').state.dialog, { kind: 'help' });
    assert.deepEqual([typed('?q').state.dialog, typed('?q').action], [undefined, undefined]);
  });
});

it('q ends it, and Ctrl-C does even where something is asked', () => {
  for (const keys of ['q', 'Q', '\u0003', 'd\u0003', 'w5\u0003', '/\u0003', '?\u0003'])
    assert.deepEqual(typed(keys).action, { kind: 'quit' });
});
