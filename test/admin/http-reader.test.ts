import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../../src/admin/http/gate.js';
import { unreadyReasons } from '../../src/admin/http/readiness.js';
import { Reader } from '../../src/admin/http/reader.js';
import type { Answer } from '../../src/admin/http/reader.js';

const STRANGER: Verdict = { kind: 'stranger' };

function forbidden(): never {
  throw new Error('nobody may read this');
}

/** A reader that lets nobody see statistics, which it does not have. */
function reader(verdict: Verdict = STRANGER): Reader {
  return new Reader({ judge: () => verdict }, { snapshot: forbidden, doorways: () => [] });
}

const noOne = { from: '10.0.0.8', authorization: undefined };

function metricsAnswer(method: string, verdict?: Verdict): Answer {
  return reader(verdict).answer({ ...noOne, method, target: '/metrics' });
}

describe('What is answered by HTTP', () => {
  for (const [method, target, status] of [
    ['GET', '/healthz', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/healthz?why', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 401],
    ['GET', '/metrics?name=x', 401],
    ['HEAD', '/stats;csv', 401],
    ['GET', '/stats?csv', 401],
    ['GET', '/api/snapshot', 401],
    ['POST', '/metrics', 405],
    ['DELETE', '/healthz', 405],
    ['OPTIONS', '/stats;csv', 405],
    ['GET', '/', 404],
    ['GET', '/stats', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/healthz/../metrics', 404],
    ['GET', '//healthz', 404],
    ['GET', '', 404],
    ['POST', '/nothing', 404],
  ] as const) {
    it(`is ${status} to a stranger’s ${method} ${target}`, () => {
      assert.equal(reader().answer({ ...noOne, method, target }).status, status);
    });
  }

  it('says what may be done instead', () => {
    assert.deepEqual(metricsAnswer('PUT').headers, { allow: 'GET, HEAD' });
    assert.match(metricsAnswer('GET').headers['www-authenticate'] ?? '', /^Basic realm=/);
    const locked = metricsAnswer('GET', { kind: 'locked-out', seconds: 17 });
    assert.deepEqual([locked.status, locked.headers], [429, { 'retry-after': '17' }]);
  });
});

it('is ready when all frontends listen and their backends accept sessions, and else says what is not so', () => {
  const listeners = [
    { address: '127.0.0.1:1', isOpen: true },
    { address: '127.0.0.1:2', isOpen: true },
  ];
  const doorway = { name: 'sp', listeners, backend: { name: 'smsc', accepts: true } };
  assert.deepEqual(unreadyReasons([doorway, doorway]), []);
  const away = { ...doorway, backend: { name: 'smsc', accepts: false } };
  const closed = {
    ...away,
    name: 'vip',
    listeners: listeners.map((listener, at) => ({ ...listener, isOpen: at === 0 })),
  };
  assert.deepEqual(unreadyReasons([away, closed]), [
    'frontend vip does not listen on 127.0.0.1:2',
    'backend smsc accepts no sessions',
  ]);
});
