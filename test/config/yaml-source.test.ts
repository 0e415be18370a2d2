import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemText } from '../../src/config/problem.js';
import type { Path } from '../../src/config/problem.js';
import { readYaml } from '../../src/config/yaml-source.js';
import type { Source } from '../../src/config/source.js';

function sourceOf(text: string): Source {
  const reading = readYaml('f', text);
  assert.equal(reading.kind, 'read', reading.problems.map(problemText).join('\n'));
  assert.deepEqual(reading.problems, []);
  return reading.source;
}

function problemsOf(text: string): string[] {
  return readYaml('f', text).problems.map(problemText);
}

function placeOf(source: Source, path: Path, part?: 'key' | 'value'): string {
  const { line, column } = source.problemAt(path, '', part);
  return `${line}:${column}`;
}

describe('values', () => {
  it('are plain, with keys as texts whatever they look like', () => {
    const { value } = sourceOf('012345: { a: 1, b: [x, true, ~], on: "y" }\n# comment\n1.50:\n');
    assert.equal(JSON.stringify(value), '{"012345":{"a":1,"b":["x",true,null],"on":"y"},"1.50":null}');
  });

  it('may be aliases of earlier ones', () => {
    const { value } = sourceOf('a: &t { x: 1 }\nb: *t\nc: &t 2\nd: *t\n');
    assert.equal(JSON.stringify(value), '{"a":{"x":1},"b":{"x":1},"c":2,"d":2}');
  });

  it('are null for an alias that stands for nothing', () => {
    const source = sourceOf('a: { b: *:9999, c: 1 }\n');
    assert.equal(JSON.stringify(source.value), '{"a":{"b":null,"c":1}}');
    assert.deepEqual([source.isDangling(['a', 'b']), source.isDangling(['a', 'c'])], [true, false]);
  });

  it('keep the order of their keys, even of those that look like numbers', () => {
    const source = sourceOf('servers: { 10: a, 9: b, x: c }\n');
    assert.deepEqual(source.keysAt(['servers']), ['10', '9', 'x']);
    assert.deepEqual(source.keysAt(['nothing']), []);
  });
});

describe('places', () => {
  const source = sourceOf('\ufeffa:\n  bc: 5 sec\n  d: [x, { e: 1 }]\nf: &v wrong\ng: *v\nh:\n');

  it('are those of the value, or of the key', () => {
    assert.equal(placeOf(source, ['a', 'bc']), '2:7');
    assert.equal(placeOf(source, ['a', 'bc'], 'key'), '2:3');
    assert.equal(placeOf(source, ['a', 'd', 1, 'e']), '3:15');
    assert.equal(placeOf(source, ['h'], 'key'), '6:1');
  });

  it('of what holds keys are those of its own key', () => {
    assert.equal(placeOf(source, ['a']), '1:2');
    assert.equal(placeOf(source, ['a', 'd']), '3:3');
  });

  it('of something missing are those of the nearest key above', () => {
    assert.equal(placeOf(source, ['a', 'x']), '1:2');
    assert.equal(placeOf(source, ['a', 'x', 'y']), '1:2');
    assert.equal(placeOf(source, ['z']), '1:1');
    assert.equal(placeOf(source, []), '1:1');
  });

  it('of an alias are where its text stands', () => {
    assert.equal(placeOf(source, ['g']), '4:7');
    assert.ok(source.isWritten(['g']));
    assert.ok(!source.isWritten(['g', 'x']));
  });
});

describe('what is not sound YAML', () => {
  it('is a key written twice, with the line of the first', () => {
    assert.deepEqual(problemsOf('a:\n  b: 1\n  c: 2\n  b: 3\n'), [
      'f:4:3: a.b: written twice, first in line 2; remove one',
    ]);
  });

  it('is the name that objects keep for themselves', () => {
    assert.deepEqual(problemsOf('a: { __proto__: { b: 1 } }\n'), ['f:1:6: a.__proto__: not a name; write another']);
  });

  const syntax: [string, RegExp][] = [
    ['a: [::]:9999\n', /^f:1:8: .*needs quotes, such as "\[::\]:9999"/],
    ['a:\n\tb: 1\n', /^f:2:1: a tab cannot indent; write spaces$/],
    ['a: 1\n---\nb: 2\n', /^f:2:1: expected one document/],
    ['a:1\nb: 2\n', /^f:1:1: expected "key: value"; write a space after the colon/],
    ['a: { b: 1\nc: 2\n', /^f:2:1: expected the same indentation .* may be open above/],
    ['a:\n  b: 1\n c: 2\n', /^f:3:1: expected the same indentation/],
    ['a: "b\n', /^f:2:1: expected .* a closing quote/],
    ['a: !vault b\n', /^f:1:4: tags, words that begin with !, have no meaning here/],
    ['a: !!binary aGk=\n', /^f:1:4: tags/],
    ['a: @b\n', /^f:1:4: a value that begins with .* needs quotes/],
    ['a: "\\q"\n', /^f:1:5: not an escape/],
    ['? [a]\n: 1\n', /^f:1:3: expected a plain word as the key/],
    ['a: b: c\n', /^f:1:4: expected one "key: value" a line/],
  ];
  for (const [text, expected] of syntax) {
    it(`is ${JSON.stringify(text)}`, () => {
      assert.match(problemsOf(text)[0] ?? '', expected);
      assert.equal(readYaml('f', text).kind, 'unreadable');
    });
  }

  it('is complained of in ten lines at most', () => {
    assert.equal(problemsOf(`${'\ta: 1\n'.repeat(30)}b: ${'['.repeat(5000)}`).length, 10);
  });
});

describe('what would never end', () => {
  const levels = 'abcdefghij'.split('');
  const bomb = levels.map((name, index) => `${name}: &${name} [${`*${levels[index - 1] ?? 'x'}, `.repeat(10)}]`);
  const endless = {
    'an alias that holds itself': 'a: &a { b: *a }\n',
    'aliases that multiply one another': `x: &x 1\n${bomb.join('\n')}\n`,
    'nesting without end': `a: ${'['.repeat(700)}${']'.repeat(700)}\n`,
  };
  for (const [what, text] of Object.entries(endless)) {
    it(`stops at ${what}`, () => {
      const [first, ...others] = problemsOf(text);
      assert.match(first ?? '', /expected at most 32 levels and 100000 values/);
      assert.deepEqual(others, []);
      assert.equal(readYaml('f', text).kind, 'unreadable');
    });
  }

  it('refuses a text that is far too long without parsing it', () => {
    assert.match(
      problemsOf('x'.repeat(4 * 1024 ** 2 + 1))[0] ?? '',
      /^f:1:1: expected a configuration of at most 4194304/,
    );
  });
});
