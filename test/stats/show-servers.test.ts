import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showBackend, showServersState } from '../../src/stats/show-servers.js';
import type { ServerFigures } from '../../src/stats/snapshot.js';
import { STATE_FIELDS, STATE_LINE, backendOf, serverOf, snapshotOf } from './haproxy-figures.js';

const CHECK = serverOf().check;
const COLUMNS = STATE_FIELDS.replace('# ', '').split(' ');

function stateOf(known: Partial<ServerFigures>): Map<string, string> {
  const snapshot = snapshotOf({ backends: [backendOf({ servers: [serverOf(known)] })] });
  const values = (showServersState(snapshot).split('\n')[2] ?? '').split(' ');
  return new Map(COLUMNS.map((name, at) => [name, values[at] ?? '']));
}

describe('show servers state', () => {
  it('prints what HAProxy printed, byte by byte', () => {
    assert.equal(showServersState(snapshotOf()), `1\n${STATE_FIELDS}\n${STATE_LINE}\n`);
  });

  it('shows one backend where it is named', () => {
    const backends = [backendOf(), backendOf({ name: 'other', id: 4 })];
    assert.equal(showServersState(snapshotOf({ backends }), 'other').split('\n')[2]?.startsWith('4 other 1 '), true);
  });

  // Measured on HAProxy 2.6.12, state by state.
  for (const [title, known, expected] of [
    ['that is up', {}, '2 0 3 6'],
    ['that begins small', { throttlePercent: 31 }, '1 0 3 6'],
    ['that is drained', { wish: 'drain' }, '2 8 3 6'],
    ['in maintenance', { wish: 'maint' }, '0 1 3 14'],
    ['that was disabled in the file', { wish: 'maint', isDisabled: true }, '0 5 3 14'],
    ['that was disabled in the file and is ready', { isDisabled: true }, '2 4 3 6'],
    ['that nobody checks', { check: null }, '2 0 0 0'],
    ['whose tracked server is in maintenance', { check: null, isUp: false, isMaintainedByOther: true }, '0 2 0 0'],
    ['that is down', { isUp: false, check: CHECK && { ...CHECK, hasPassed: false } }, '0 0 2 6'],
  ] as const) {
    it(`says of a server ${title} ${expected}`, () => {
      const state = stateOf(known);
      const names = ['srv_op_state', 'srv_admin_state', 'srv_check_result', 'srv_check_state'];
      assert.equal(names.map((name) => state.get(name)).join(' '), expected);
    });
  }

  for (const [address, expected] of [
    [{ host: '10.0.0.7', port: 7890 }, '10.0.0.7 - 7890'],
    [{ host: 'smsc.example.net', port: 7890 }, '- smsc.example.net 7890'],
    [{ path: '/run/smsc.sock' }, 'unix - 0'],
  ] as const) {
    it(`shows the address ${expected}`, () => {
      const state = stateOf({ address });
      assert.equal(['srv_addr', 'srv_fqdn', 'srv_port'].map((name) => state.get(name)).join(' '), expected);
    });
  }
});

describe('show backend', () => {
  it('lists the names', () => {
    const backends = [backendOf({ name: 'one' }), backendOf({ name: 'two' })];
    assert.equal(showBackend(snapshotOf({ backends })), '# name\none\ntwo\n');
  });
});
