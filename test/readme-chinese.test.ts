/** Checks that README.zh-CN.md is in step with README.md: sections, commands, configurations, tables and links. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const english = readFileSync('README.md', 'utf8');
const chinese = readFileSync('README.zh-CN.md', 'utf8');

function codeBlocks(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', code = '']) => [language, code]);
}

/** What stands between two headings, in order: the level of the heading, how many blocks, rows and items of lists. */
function shape(text: string): readonly (readonly number[])[] {
  const withoutCode = text.replace(/^```(\w+)\n[^]*?^```$/gm, '```');
  return withoutCode.split(/^(?=#+ )/m).map((section) => {
    const level = /^#*/.exec(section)?.[0].length ?? 0;
    const count = (pattern: RegExp): number => [...section.matchAll(pattern)].length;
    return [level, count(/^```/gm), count(/^\|/gm), count(/^- /gm)];
  });
}

function linksOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link));
}

function commandsOf(text: string): string[] {
  return [...text.matchAll(/^\| `(cmpp-lb \w+)`/gm)].map(([, command = '']) => command);
}

function namesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\bSIG[A-Z0-9]+|`--?[a-z-]+[^`]*`/g)].map(([name]) => name));
}

function others(links: ReadonlySet<string>): string[] {
  return [...links].filter((link) => !link.startsWith('README'));
}

describe('README.zh-CN.md', () => {
  it('has the sections of README.md, with as many code blocks, rows and items in each', () => {
    assert.deepEqual(shape(chinese), shape(english));
    assert.ok(shape(english).length > 4);
  });

  it('has the same commands and configurations', () => {
    assert.deepEqual(codeBlocks(chinese), codeBlocks(english));
  });

  it('has the same commands in its table, in the same order', () => {
    assert.deepEqual(commandsOf(chinese), commandsOf(english));
    assert.ok(commandsOf(chinese).length > 5);
  });

  it('names the same signals, options and keys in its text', () => {
    assert.deepEqual(namesOf(chinese), namesOf(english));
  });

  it('links to the same pages, and each README to the other', () => {
    const [fromChinese, fromEnglish] = [linksOf(chinese), linksOf(english)];
    assert.ok(fromChinese.has('README.md') && fromEnglish.has('README.zh-CN.md'));
    assert.deepEqual(new Set(others(fromChinese)), new Set(others(fromEnglish)));
    for (const link of others(fromChinese)) assert.ok(existsSync(link), link);
  });

  it('is Chinese', () => {
    const prose = chinese.replace(/^```[^]*?^```$/gm, '').split(/\n{2,}/);
    for (const paragraph of prose.filter((text) => text.length > 60)) assert.match(paragraph, /[\u4e00-\u9fff]{4}/);
  });
});
