/** Which language a reader wants. Pure. */

import { languages } from './words.js';
import type { Language } from './words.js';

export interface Wishes {
  /** Of the switch on the page. */
  readonly query: string | undefined;
  /** What the switch said before. */
  readonly cookie: string | undefined;
  /** The header of that name: what the browser is set to. */
  readonly acceptLanguage: string | undefined;
}

export function languageFor({ query, cookie, acceptLanguage }: Wishes): Language {
  return knownAs(query) ?? knownAs(cookie) ?? accepted(acceptLanguage ?? '') ?? 'en';
}

export function knownAs(word: string | undefined): Language | undefined {
  return languages.find((language) => language === word);
}

/** The one that is wanted most, of `zh-CN,zh;q=0.9,en;q=0.8`. */
function accepted(header: string): Language | undefined {
  const wanted = header.split(',').flatMap((entry) => {
    const [, tag = '', quality = '1'] = /^\s*([a-z]+)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(entry) ?? [];
    const language = knownAs(tag.toLowerCase());
    return language === undefined || Number(quality) === 0 ? [] : [{ language, quality: Number(quality) }];
  });
  return wanted.sort((one, other) => other.quality - one.quality)[0]?.language;
}
