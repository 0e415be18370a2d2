import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogue } from '../../src/log/event.js';
import { sessionEndOf } from './session-values.js';

describe('the catalogue of events', () => {
  it('declares no field that every line of JSON has anyway', () => {
    const own = new Set(['level', 'time', 'pid', 'event', 'msg']);
    for (const { fields } of Object.values(catalogue)) {
      assert.deepEqual(
        Object.keys(fields).filter((key) => own.has(key)),
        [],
      );
    }
  });

  it('says in a sentence what happened', () => {
    const { 'session-end': end, stopped, stopping, ready } = catalogue;
    assert.equal(
      end.message(sessionEndOf({ durationMs: 15_838, reason: 'server-lost' })),
      'Session 1042 of account 900001 from 127.0.0.1:49347 ended after 15.838 s: server-lost',
    );
    assert.equal(
      end.message(sessionEndOf({ account: undefined, durationMs: 5 })),
      'Session 1042 from 127.0.0.1:49347 ended after 0.005 s: client-terminate',
    );
    assert.equal(stopped.message({ sessions: 0, closed: {} }), 'Stopped after 0 sessions');
    assert.equal(
      stopped.message({ sessions: 3, closed: { shutdown: 2, maxconn: 1 } }),
      'Stopped after 3 sessions: shutdown 2, maxconn 1',
    );
    assert.equal(stopping.message({ signal: 'SIGTERM', sessions: 1 }), 'Stopping on SIGTERM with 1 session');
    assert.equal(
      ready.message({ frontends: 1, servers: 3, maxconn: 8000 }),
      'Ready: 1 frontend, 3 servers, maxconn 8000',
    );
  });
});
