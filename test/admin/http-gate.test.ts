import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gate, REMEMBERED_ADDRESSES } from '../../src/admin/http/gate.js';
import { ATTEMPTS, LOCK_MS } from '../../src/balancer/lockout.js';
import { Secret } from '../../src/config/secret.js';
import { FakeClock } from '../support/fake-clock.js';

const RIGHT = basic('me:pass:wörd');
const WRONG = basic('me:other');
const ME = '10.0.0.8';

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function closedGate() {
  const clock = new FakeClock();
  const locked: string[] = [];
  const credentials = { user: 'me', password: new Secret('pass:wörd') };
  const gate = new Gate(credentials, { clock, lockedOut: ({ from }) => locked.push(from) });
  const guess = (from: string, times: number): void => {
    for (let nth = 0; nth < times; nth += 1) gate.judge(from, WRONG);
  };
  return { clock, gate, locked, guess };
}

describe('The password of HTTP', () => {
  for (const [given, kind] of [
    [RIGHT, 'welcome'],
    [RIGHT.replace('Basic', 'bAsIc  '), 'welcome'],
    [undefined, 'stranger'],
    ['', 'wrong-password'],
    ['Basic', 'wrong-password'],
    ['Basic !!', 'wrong-password'],
    [RIGHT.replace('Basic', 'Bearer'), 'wrong-password'],
    [`${RIGHT} x`, 'wrong-password'],
    [basic('me:pass'), 'wrong-password'],
    [basic('me:pass:wörd '), 'wrong-password'],
    [basic('you:pass:wörd'), 'wrong-password'],
    [basic('me'), 'wrong-password'],
    [basic(''), 'wrong-password'],
  ] as const) {
    it(`is ${kind === 'welcome' ? 'taken' : 'refused'} as ${String(given)}`, () => {
      assert.equal(closedGate().gate.judge(ME, given).kind, kind);
    });
  }

  it('is not asked for where there is none', () => {
    const gate = new Gate(undefined, { clock: new FakeClock(), lockedOut: () => {} });
    for (const given of [undefined, WRONG]) assert.equal(gate.judge(ME, given).kind, 'welcome');
    assert.equal(gate.rememberedNow, 0);
  });
});

describe('Guesses at the password of HTTP', () => {
  it('lock their address out for a while, and no other', () => {
    const { clock, gate, locked, guess } = closedGate();
    guess(ME, ATTEMPTS - 1);
    assert.deepEqual(locked, []);
    guess(ME, 1);
    assert.deepEqual(locked, [ME]);
    clock.advance(LOCK_MS - 1500);
    assert.deepEqual(gate.judge(ME, RIGHT), { kind: 'locked-out', seconds: 2 });
    assert.equal(gate.judge('10.0.0.9', RIGHT).kind, 'welcome');
    clock.advance(1500);
    assert.equal(gate.judge(ME, RIGHT).kind, 'welcome');
    assert.deepEqual(locked, [ME]);
  });

  it('are forgotten after a while, and when the right password comes', () => {
    const { clock, gate, locked, guess } = closedGate();
    guess(ME, ATTEMPTS - 1);
    clock.advance(LOCK_MS);
    guess(ME, ATTEMPTS - 1);
    gate.judge(ME, RIGHT);
    assert.equal(gate.rememberedNow, 0);
    guess(ME, ATTEMPTS - 1);
    assert.deepEqual(locked, []);
  });

  it('are not what asks without a password', () => {
    const { gate } = closedGate();
    for (let nth = 0; nth < 2 * ATTEMPTS; nth += 1) assert.equal(gate.judge(ME, undefined).kind, 'stranger');
    assert.equal(gate.rememberedNow, 0);
  });

  it('count for all addresses of an IPv6 network together', () => {
    const { locked, gate } = closedGate();
    for (let nth = 1; nth <= ATTEMPTS; nth += 1) gate.judge(`fd00:1:2:3::${nth}`, WRONG);
    assert.deepEqual(locked, ['fd00:1:2:3::/64']);
    assert.equal(gate.judge('fd00:1:2:4::1', RIGHT).kind, 'welcome');
  });

  it('are remembered of so many addresses, the latest', () => {
    const { gate, guess } = closedGate();
    guess('10.9.0.0', ATTEMPTS);
    for (let nth = 1; nth <= REMEMBERED_ADDRESSES; nth += 1) guess(`10.0.${nth >> 8}.${nth & 255}`, 1);
    assert.equal(gate.rememberedNow, REMEMBERED_ADDRESSES);
    assert.equal(gate.judge('10.9.0.0', RIGHT).kind, 'welcome');
  });
});
