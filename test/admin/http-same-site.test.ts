import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foreignReason, isOwnHost } from '../../src/admin/http/same-site.js';

const HOSTS = ['lb1.example.net'];

describe('A name in Host is ours', () => {
  for (const [host, isOurs] of [
    ['localhost', true],
    ['localhost:8081', true],
    ['page.localhost', true],
    ['127.0.0.1:8081', true],
    ['10.0.0.5', true],
    ['[::1]:8081', true],
    ['[fd00::8]', true],
    ['lb1.example.net:8081', true],
    ['LB1.Example.NET', true],
    ['lb2.example.net', false],
    ['lb1.example.net.evil.example', false],
    ['evil-localhost', false],
    ['127.0.0.1.evil.example', false],
    ['[::1', false],
    ['me@localhost', false],
    ['', false],
    [undefined, false],
  ] as const) {
    it(`${isOurs ? 'if it is' : 'but not if it is'} ${host}`, () => assert.equal(isOwnHost(host, HOSTS), isOurs));
  }
});

describe('A request that changes something', () => {
  const host = '10.0.0.5:8081';
  for (const [what, headers, reason] of [
    ['of a program', { host }, undefined],
    ['of our page', { host, origin: 'http://10.0.0.5:8081', 'sec-fetch-site': 'same-origin' }, undefined],
    ['through a proxy with TLS', { host: '127.0.0.1:8081', origin: 'https://lb1.example.net' }, undefined],
    ['that the user typed', { host, 'sec-fetch-site': 'none' }, undefined],
    ['from another port', { host, origin: 'http://10.0.0.5:80' }, 'foreign-origin'],
    ['from another site', { host, origin: 'http://evil.example' }, 'foreign-origin'],
    ['from a frame that hides its site', { host, origin: 'null' }, 'foreign-origin'],
    ['from a file', { host, origin: 'file://' }, 'foreign-origin'],
    ['that a browser calls foreign', { host, 'sec-fetch-site': 'cross-site' }, 'foreign-origin'],
    ['from a sister of our site', { host, 'sec-fetch-site': 'same-site' }, 'foreign-origin'],
    ['under another name', { host: 'evil.example', origin: 'http://evil.example' }, 'foreign-host'],
  ] as const) {
    it(`${what} is ${reason ?? 'let through'}`, () => {
      assert.equal(foreignReason({ origin: undefined, 'sec-fetch-site': undefined, ...headers }, HOSTS), reason);
    });
  }
});
