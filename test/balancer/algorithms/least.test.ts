import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backendOf, placeOf, server, turnsOf, weighing } from '../../support/servers.js';

interface Load {
  readonly weight: number;
  readonly sessions: number;
  readonly unanswered?: number;
}

/** Who is chosen first, with these loads. */
function chosen(balance: 'leastconn' | 'leastload', loads: readonly Load[]): string {
  const servers = weighing(...loads.map(({ weight }) => weight));
  for (const [index, { sessions, unanswered }] of loads.entries()) {
    server(servers, index + 1).sessionsNow = sessions;
    server(servers, index + 1).unansweredNow = unanswered ?? 0;
  }
  return placeOf(backendOf(servers, { balance }));
}

describe('leastconn', () => {
  it('chooses the fewest sessions for the weight', () => {
    const tables: [Load[], string][] = [
      [
        [
          { weight: 1, sessions: 5 },
          { weight: 1, sessions: 4 },
        ],
        's2',
      ],
      [
        [
          { weight: 2, sessions: 9 },
          { weight: 1, sessions: 4 },
        ],
        's2',
      ],
      [
        [
          { weight: 2, sessions: 7 },
          { weight: 1, sessions: 4 },
        ],
        's1',
      ],
      [
        [
          { weight: 3, sessions: 3 },
          { weight: 7, sessions: 6 },
        ],
        's2',
      ],
      [
        [
          { weight: 0, sessions: 0 },
          { weight: 1, sessions: 9 },
        ],
        's2',
      ],
    ];
    for (const [loads, expected] of tables) assert.equal(chosen('leastconn', loads), expected, JSON.stringify(loads));
  });

  it('takes turns among equals', () => {
    const servers = weighing(1, 1, 1);
    const backend = backendOf(servers, { balance: 'leastconn' });
    assert.equal(turnsOf(backend, 6), '1 2 3 1 2 3');
    for (const id of [2, 1]) backend.release(server(servers, id));
    // Both have one session: 1 had its last turn before 2.
    assert.equal(turnsOf(backend, 2), '1 2');
  });

  it('comes to shares by weight', () => {
    const servers = weighing(3, 1, 2);
    turnsOf(backendOf(servers, { balance: 'leastconn' }), 60);
    assert.deepEqual(
      servers.map(({ sessionsNow }) => sessionsNow),
      [30, 10, 20],
    );
  });
});

describe('leastload', () => {
  it('chooses the fewest unanswered requests for the weight, then the fewest sessions', () => {
    const tables: [Load[], string][] = [
      [
        [
          { weight: 1, sessions: 1, unanswered: 9 },
          { weight: 1, sessions: 50, unanswered: 8 },
        ],
        's2',
      ],
      [
        [
          { weight: 4, sessions: 1, unanswered: 30 },
          { weight: 1, sessions: 1, unanswered: 8 },
        ],
        's1',
      ],
      [
        [
          { weight: 1, sessions: 3, unanswered: 0 },
          { weight: 1, sessions: 2, unanswered: 0 },
        ],
        's2',
      ],
      [
        [
          { weight: 2, sessions: 3, unanswered: 4 },
          { weight: 1, sessions: 2, unanswered: 2 },
        ],
        's1',
      ],
    ];
    for (const [loads, expected] of tables) assert.equal(chosen('leastload', loads), expected, JSON.stringify(loads));
  });

  it('takes turns among equals', () => {
    assert.equal(turnsOf(backendOf(weighing(1, 1, 1), { balance: 'leastload' }), 7), '1 2 3 1 2 3 1');
  });
});
