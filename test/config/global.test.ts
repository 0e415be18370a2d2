import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configOf, problemsOf, sound } from './samples.js';

function withGlobal(keys: string): string {
  return `global: { ${keys} }\n${sound}`;
}

describe('global.state-file and global.pid-file', () => {
  it('are absolute paths, and nothing is written without them', () => {
    const { pidFile, stateFile } = configOf(sound).global;
    assert.deepEqual([pidFile, stateFile], [undefined, undefined]);
    const written = configOf(withGlobal('pid-file: /run/lb.pid, state-file: /var/lib/lb/state')).global;
    assert.deepEqual([written.pidFile, written.stateFile], ['/run/lb.pid', '/var/lib/lb/state']);
  });

  for (const [keys, problem] of [
    [
      'state-file: state',
      /global\.state-file: expected an absolute path such as \/var\/lib\/cmpp-lb\/state, got "state"/,
    ],
    ['state-file: /var/lib/', /expected an absolute path such as/],
    ['pid-file: 5', /global\.pid-file: expected an absolute path such as \/run\/cmpp-lb\/cmpp-lb\.pid, got 5/],
    [
      'pid-file: /run/lb, state-file: /run/lb',
      /global\.state-file: \/run\/lb is global\.pid-file already; write another/,
    ],
    ['state-file: /var/lb, log: { to: /var/lb }', /global\.state-file: \/var\/lb is global\.log\.to already/],
  ] as const) {
    it(`refuses ${keys}`, () => {
      const [first = '', ...more] = problemsOf(withGlobal(keys));
      assert.match(first, problem);
      assert.deepEqual(more, []);
    });
  }

  it('are not where the runtime API listens', () => {
    const text = `admin: { socket: { path: /run/lb } }\n${withGlobal('pid-file: /run/lb')}`;
    assert.match(problemsOf(text).join('\n'), /global\.pid-file: \/run\/lb is admin\.socket\.path already/);
  });
});
