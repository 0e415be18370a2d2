import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidates, readWords } from '../../../src/cli/completion/running.js';

const known = {
  commands: [
    { words: 'show stat', takes: '[json]' },
    { words: 'show servers state', takes: '[<backend>]' },
    { words: 'show servers conn', takes: '[<backend>]' },
    { words: 'set server', takes: '<bk>/<srv> [opts]' },
    { words: 'enable server', takes: ' (DEPRECATED)' },
    { words: 'shutdown sessions server', takes: '<bk>/<srv>' },
    { words: 'quit', takes: '' },
  ],
  servers: ['smsc/s1', 'smsc/s2', 'other/s1'],
};

describe('what a word may become', () => {
  for (const [line, expected] of [
    ['drain ', 'other/s1 smsc/s1 smsc/s2'],
    ['drain sm', 'smsc/s1 smsc/s2'],
    ['ready -s /x smsc/s2', 'smsc/s2'],
    ['maint smsc/s1 ', ''],
    ['ctl ', 'enable quit set show shutdown'],
    ['ctl sh', 'show shutdown'],
    ['ctl show ', 'servers stat'],
    ['ctl --json show servers s', 'state'],
    ['ctl set server ', 'other/s1 smsc/s1 smsc/s2'],
    ['ctl enable server o', 'other/s1'],
    ['ctl shutdown sessions server smsc/s1', 'smsc/s1'],
    ['ctl set server smsc/s1 ', ''],
    ['ctl quit ', ''],
    ['', 'other/s1 smsc/s1 smsc/s2'],
  ] as const) {
    it(`${JSON.stringify(line)}: ${expected}`, () => {
      assert.equal(candidates(readWords(line.split(' ')), known).join(' '), expected);
    });
  }
});

it('the balancer is asked where the options say', () => {
  assert.deepEqual(readWords(['drain', '-s', '/x.sock', '']).place, { socket: '/x.sock' });
  assert.deepEqual(readWords(['drain', '--socket=/x=y', '-c', 'lb.yaml', 'smsc/']).place, {
    socket: '/x=y',
    config: 'lb.yaml',
  });
  // It is being written.
  assert.deepEqual(readWords(['drain', '-s', '/x']), { command: 'drain', operands: [], current: '/x', place: {} });
});
