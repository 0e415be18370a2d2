import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCommand, helpText, unknownText } from '../../src/admin/command.js';
import { commands } from '../../src/admin/command-table.js';

function foundFor(line: string): string {
  const found = findCommand(commands, line.split(' '));
  return found === undefined ? '' : `${found.command.words} | ${found.args.join(' ')}`;
}

/** The commands that an answer names. */
function namesIn(text: string): string[] {
  return Array.from(text.matchAll(/^ {2}(.*?) *: /gm), ([, name = '']) => name);
}

describe('findCommand', () => {
  for (const [line, found] of [
    ['show sess', 'show sess | '],
    ['show sess all', 'show sess | all'],
    ['show session 1', 'show session | 1'],
    ['set server smsc/s1 state drain', 'set server | smsc/s1 state drain'],
    ['set maxconn server smsc/s1 5', 'set maxconn server | smsc/s1 5'],
    ['shutdown sessions server smsc/s1', 'shutdown sessions server | smsc/s1'],
    ['show', ''],
    ['shutdown sessions', ''],
    ['SHOW stat', ''],
  ] as const) {
    it(`finds for "${line}" ${found === '' ? 'nothing' : found}`, () => {
      assert.equal(foundFor(line), found);
    });
  }

  it('has each command once', () => {
    const all = commands.map(({ words }) => words);
    assert.equal(new Set(all).size, all.length);
  });
});

describe('helpText', () => {
  it('lists all commands in order, those for the conversation last', () => {
    const names = namesIn(helpText(commands, []));
    assert.equal(names.length, commands.length);
    assert.deepEqual(names.slice(-3), ['help [<command>]', 'prompt', 'quit']);
    assert.deepEqual(names.slice(0, -3), names.slice(0, -3).sort());
  });

  it('has its colons where HAProxy has them', () => {
    const [head, first] = helpText(commands, ['get', 'weight']).split('\n');
    assert.equal(head, 'The following commands are valid at this level:');
    assert.equal(first, "  get weight <bk>/<srv>                   : report a server's current weight");
  });

  it('names those that begin like the words', () => {
    assert.deepEqual(namesIn(helpText(commands, ['set', 'maxconn'])).slice(0, -3), [
      'set maxconn frontend <frontend> <value>',
      'set maxconn global <value>',
      'set maxconn server <bk>/<srv>',
    ]);
  });
});

describe('unknownText', () => {
  it('answers an empty command with all of them', () => {
    const text = unknownText(commands, []);
    assert.match(text, /^Unknown command\. Please enter one of the following commands only:\n/);
    assert.equal(namesIn(text).length, commands.length);
  });

  for (const [words, first] of [
    ['shutdown', 'shutdown session [id]'],
    ['show "version"', 'show version'],
    ['SHOW version', 'show version'],
    ['set wieght', 'set weight <bk>/<srv>  (DEPRECATED)'],
  ] as const) {
    it(`proposes ${first} for ${words}`, () => {
      const text = unknownText(commands, words.split(' '));
      assert.match(text, /^Unknown command, but maybe one of the following ones is a better match:\n/);
      assert.ok(namesIn(text).includes(first), text);
      assert.ok(namesIn(text).length <= 8);
    });
  }
});
