/** What becomes of the keywords of HAProxy's page of statistics. A table; pure. */

import { note } from './keyword.js';
import type { KeywordTable, Meaning, Use } from './keyword.js';
import type { Proxy } from './proxy.js';
import { durationText } from '../quantity.js';
import { duration } from './values.js';

const HTTP = 'only for HTTP';
const SHOWS_ALL = 'the page shows all frontends and backends, and names the version';

type Read = (use: Use, proxy: Proxy) => void;

/** Any of these lines asks for the page, even if it lacks its value. */
function page(read: Read, words: readonly [number, number] = [0, Infinity]): Meaning<Proxy> {
  return {
    kind: 'key',
    side: 'both',
    words,
    expected: 'nothing',
    read: (use, proxy) => {
      proxy.pagePlace ??= use.place;
      read(use, proxy);
    },
  };
}

function noted(why: string): Meaning<Proxy> {
  return page(({ place, remarks }) => remarks.note(place, why));
}

/** The text is never quoted: the password is in it. */
function readAuth({ place, words: [word], remarks }: Use, { settings }: Proxy): void {
  const text = word?.text ?? '';
  const colon = text.indexOf(':');
  const at = { ...place, column: word?.column ?? place.column };
  const first = settings.get('page.user');
  if (colon < 1 || colon === text.length - 1) {
    remarks.problem(at, 'expected USER:PASSWORD, neither of them empty');
  } else if (first === undefined) {
    settings.set('page.user', { value: text.slice(0, colon), place: at });
    settings.set('page.password', { value: text.slice(colon + 1), place: at });
  } else {
    remarks.warning(at, `the page has one user, that of line ${first.place.line}; this one is not let in`);
  }
}

/** Seconds without a unit, unlike elsewhere. */
function readRefresh({ place, words: [word], remarks }: Use, { settings }: Proxy): void {
  const text = word?.text ?? '';
  const at = { ...place, column: word?.column ?? place.column };
  const value = /^[0-9]{1,9}$/.test(text) ? durationText(Number(text) * 1000) : duration.read(text);
  if (value === undefined) remarks.problem(at, 'expected a duration such as 5s or 5 (seconds)');
  else settings.set('page.refresh', { value, place: at });
}

function readAdmin({ place, words, remarks }: Use, { settings }: Proxy): void {
  const [condition, ...rest] = words.map(({ text }) => text);
  if (condition === 'if' && rest.length === 1 && rest[0]?.toUpperCase() === 'TRUE')
    settings.set('page.level', { value: 'admin', place });
  else remarks.warning(place, 'cmpp-lb asks no conditions, so that the page steers nothing; write stats admin if TRUE');
}

/** Who may read the page is not to be passed over: without its rule strangers could. */
function restrict({ place }: Use, { settings }: Proxy): void {
  settings.set('page.restricted', { value: true, place });
}

/** In a section that becomes the page a rule says who may read it, or that HAProxy itself answers, as with its figures. */
const httpRequest: Meaning<Proxy> = {
  kind: 'key',
  side: 'both',
  words: [0, Infinity],
  expected: 'nothing',
  read: (use, proxy) => {
    const action = use.words[0]?.text;
    if (action === 'use-service') proxy.servicePlace ??= use.place;
    else if (action === 'deny' || action === 'auth' || action === 'tarpit' || action === 'reject') restrict(use, proxy);
    use.remarks.note(use.place, HTTP);
  },
};

export const statsPageKeywords: KeywordTable<Proxy> = {
  'http-request': httpRequest,
  'stats admin': page(readAdmin),
  'stats auth': page(readAuth, [0, 1]),
  'stats enable': page(() => {}),
  'stats hide-version': noted(SHOWS_ALL),
  'stats http-request': page(restrict),
  'stats realm': noted('browsers are told the realm cmpp-lb'),
  'stats refresh': page(readRefresh, [0, 1]),
  'stats scope': noted(SHOWS_ALL),
  'stats show-desc': noted('the page shows the name of the machine'),
  'stats show-legends': noted('the page always shows them'),
  'stats show-modules': noted('the page always shows them'),
  'stats show-node': noted('the page shows the name of the machine'),
  'stats uri': noted('the page is at /, and its figures for programs at /stats;csv'),
  description: note('the page shows the name of the machine'),
};
