import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languageFor } from '../../src/admin/page/language.js';
import { sayIn, WORDS } from '../../src/admin/page/words.js';

const HAN = /\p{Script=Han}/u;
/** The same in both languages. */
const NOT_TRANSLATED: ReadonlySet<string> = new Set<keyof typeof WORDS>([]);

describe('The words of the page', () => {
  it('are there in both languages, with the same values in them', () => {
    for (const [key, [english, chinese]] of Object.entries(WORDS)) {
      assert.ok(english.length > 0 && chinese.length > 0, key);
      assert.deepEqual(placesIn(english), placesIn(chinese), key);
    }
  });

  it('are Chinese in Chinese, and English in English', () => {
    for (const [key, [english, chinese]] of Object.entries(WORDS)) {
      assert.doesNotMatch(english, HAN, key);
      if (!NOT_TRANSLATED.has(key)) assert.match(chinese, HAN, key);
    }
  });

  it('are right for one as for many', () => {
    for (const [key, [english]] of Object.entries(WORDS)) {
      assert.doesNotMatch(english, /\{(?:n|active)\} (?:more )?(?:\w+s|are|take|wait)\b/, key);
    }
  });

  it('tell what all servers have together from what there was since the start, which English calls alike', () => {
    const say = sayIn('zh');
    assert.deepEqual([say('sum'), say('total')], ['合计', '累计']);
  });

  it('have their values filled in', () => {
    assert.equal(sayIn('en')('found', { found: 3, total: 12 }), '3 of 12');
    assert.equal(sayIn('zh')('found', { found: 3, total: 12 }), '共 12，匹配 3');
    // A value that looks like a place stays as it is.
    assert.equal(sayIn('en')('confirmTitle', { name: '{name}' }), 'Change {name}?');
  });
});

function placesIn(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

describe('The language', () => {
  for (const [query, cookie, acceptLanguage, language] of [
    [undefined, undefined, undefined, 'en'],
    [undefined, undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    [undefined, undefined, 'en-GB, zh;q=0.5', 'en'],
    [undefined, undefined, 'fr, zh;q=0.1', 'zh'],
    [undefined, undefined, 'zh;q=0, en', 'en'],
    [undefined, undefined, ';;;,q=,zh', 'zh'],
    [undefined, 'zh', 'en', 'zh'],
    [undefined, 'xx', 'zh', 'zh'],
    ['en', 'zh', 'zh', 'en'],
    ['"><script>', undefined, undefined, 'en'],
  ] as const) {
    it(`is ${language} for ?lang=${query}, the cookie ${cookie} and ${acceptLanguage}`, () => {
      assert.equal(languageFor({ query, cookie, acceptLanguage }), language);
    });
  }
});
