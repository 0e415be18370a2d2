import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bindParameters } from '../../../src/config/haproxy/bind-parameters.js';
import { globalKeywords } from '../../../src/config/haproxy/global-keywords.js';
import { proxyKeywords } from '../../../src/config/haproxy/proxy-keywords.js';
import { serverParameters } from '../../../src/config/haproxy/server-parameters.js';
import { statsSocketParameters } from '../../../src/config/haproxy/stats-socket-parameters.js';
import { repositoryText } from '../../../tools/repository.js';

const page = repositoryText('docs/haproxy-cfg.md');
const [, read = ''] = /\*\*Read\*\*([^]*?)\n\n/.exec(page) ?? [];
/** Keywords that only say what holds anyway, or that end in a note. */
const notShown = new Set(['enabled', 'disabled', 'http-request']);

/** The page says `option` once for all of them; what `stats` is of would not be known without it. */
function nameOf(keyword: string): string {
  return keyword.startsWith('stats ') ? keyword : (keyword.split(' ').at(-1) ?? keyword);
}

describe('docs/haproxy-cfg.md names what is read', () => {
  const tables = {
    global: globalKeywords,
    proxy: proxyKeywords,
    bind: bindParameters,
    'stats socket': statsSocketParameters,
    server: serverParameters,
  };
  for (const [name, table] of Object.entries(tables)) {
    it(`of the table ${name}`, () => {
      const keys = Object.entries(table).filter(([keyword, { kind }]) => kind === 'key' && !notShown.has(keyword));
      for (const [keyword] of keys) assert.match(read, new RegExp(`\`(?:[a-z-]+ )?${nameOf(keyword)}[ \`]`), keyword);
    });
  }
});
