import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unreadyReasons } from '../../src/admin/http/readiness.js';

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
