import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COLUMNS } from '../../src/stats/columns.js';
import { showStat, showStatJson, showStatTyped } from '../../src/stats/show-stat.js';
import {
  BACKEND_ROW,
  FRONTEND_ROW,
  HEADER,
  LISTENER_ROW,
  SERVER_ROW,
  backendOf,
  frontendOf,
  serverOf,
  snapshotOf,
} from './haproxy-figures.js';
import { OWN_HEADER, OWN_OF_ENTRANCE, OWN_OF_PLACE } from './own-columns.js';
import type { BackendFigures, CheckFigures, ServerFigures } from '../../src/stats/snapshot.js';

const CHECK = serverOf().check;

/** The columns of a server's row. */
function serverRow(known: Partial<ServerFigures>, backend: Partial<BackendFigures> = {}): Map<string, string> {
  const snapshot = snapshotOf({ backends: [backendOf({ servers: [serverOf(known)], ...backend })] });
  const [, line = ''] = showStat(snapshot, { types: 4 }).split('\n');
  const values = line.split(',');
  return new Map(COLUMNS.map(({ name }, at) => [name, values[at] ?? '']));
}

function checkedRow(known: Partial<CheckFigures>): Map<string, string> {
  if (CHECK === null) throw new Error('the server is not checked');
  return serverRow({ check: { ...CHECK, ...known } });
}

const of = (row: Map<string, string>, ...names: readonly string[]) => names.map((name) => row.get(name));

describe('show stat', () => {
  it('prints what HAProxy printed, byte by byte, and behind it what it does not know', () => {
    const [server, backend] = [SERVER_ROW, BACKEND_ROW].map((row) => row + OWN_OF_PLACE);
    const expected = [HEADER + OWN_HEADER, FRONTEND_ROW + OWN_OF_ENTRANCE, server, backend];
    assert.equal(showStat(snapshotOf()), expected.map((line) => `${line}\n`).join(''));
  });

  it('prints a listener as HAProxy does with option socket-stats, when it is asked for', () => {
    const frontend = frontendOf({ name: 'fe', id: 3 });
    const lines = showStat(snapshotOf({ frontends: [frontend] }), { types: 8 });
    assert.equal(lines, `${HEADER}${OWN_HEADER}\n${LISTENER_ROW}${OWN_OF_ENTRANCE}\n`);
  });

  for (const [wanted, rows] of [
    [{}, 'FRONTEND server1 server2 BACKEND'],
    [{ proxy: '-1', types: -1, server: -1 }, 'FRONTEND server1 server2 BACKEND'],
    [{ types: 15 }, 'FRONTEND l1 server1 server2 BACKEND'],
    [{ types: 1 }, 'FRONTEND'],
    [{ types: 6 }, 'server1 server2 BACKEND'],
    [{ proxy: 3 }, 'server1 server2 BACKEND'],
    [{ proxy: '2' }, 'FRONTEND'],
    [{ proxy: 'persistent_connection_backend', types: 4, server: 2 }, 'server2'],
    [{ proxy: 'nosuch' }, ''],
  ] as const) {
    it(`shows of ${JSON.stringify(wanted)} the rows ${rows}`, () => {
      const servers = [serverOf(), serverOf({ name: 'server2', id: 2 })];
      const lines = showStat(snapshotOf({ backends: [backendOf({ servers })] }), wanted)
        .trimEnd()
        .split('\n')
        .slice(1);
      assert.equal(lines.map((line) => line.split(',')[1]).join(' '), rows);
    });
  }

  it('quotes what has a comma or a quote in it', () => {
    const check = CHECK && { ...CHECK, status: 'L7RSP', text: 'no "+OK", but 5 bytes' };
    const snapshot = snapshotOf({ backends: [backendOf({ servers: [serverOf({ check })] })] });
    assert.match(showStat(snapshot), /,"no ""\+OK"", but 5 bytes",/);
  });

  it('leaves out what HAProxy leaves out of a server that nobody checks', () => {
    const row = serverRow({ check: null, status: 'no check', timesDown: 1, downtimeMs: 9000 });
    const names = ['status', 'chkfail', 'chkdown', 'downtime', 'check_status', 'check_health', 'last_chk', 'lastchg'];
    assert.deepEqual(of(row, ...names), ['no check', '', '', '', '', '', '', '4']);
  });

  it('leaves out the check of a server in maintenance, but not how often it was down', () => {
    const row = serverRow({ wish: 'maint', status: 'MAINT', timesDown: 2, downtimeMs: 9999 });
    const names = ['status', 'chkfail', 'chkdown', 'downtime', 'check_status', 'check_desc', 'check_rise'];
    assert.deepEqual(of(row, ...names), ['MAINT', '0', '2', '9', '', '', '']);
  });

  for (const [check, expected] of [
    [{ status: null, text: null, durationMs: null }, ['INI', '', '', '', 'Initializing']],
    [{ status: 'L4OK', text: 'connected in 2 ms', durationMs: 1.7 }, ['L4OK', '', '2', '', 'Layer4 check passed']],
    [
      { status: 'L7OK', text: 'ACTIVE_TEST answered', durationMs: 3 },
      ['L7OK', '0', '3', 'ACTIVE_TEST answered', 'Layer7 check passed'],
    ],
    [
      { status: 'L4CON', text: 'ECONNREFUSED', durationMs: 0 },
      ['L4CON', '', '0', 'ECONNREFUSED', 'Layer4 connection problem'],
    ],
    [{ status: 'L7TOUT', text: 'no answer', durationMs: 5001 }, ['L7TOUT', '', '5001', 'no answer', 'Layer7 timeout']],
  ] as const) {
    it(`says what a check found: ${check.status ?? 'nothing yet'}`, () => {
      const names = ['check_status', 'check_code', 'check_duration', 'last_chk', 'check_desc'];
      assert.deepEqual(of(checkedRow(check), ...names), expected);
    });
  }

  it('shows how far a server has come that begins small', () => {
    const row = serverRow({ throttlePercent: 31, weight: 4, weightWanted: 10 });
    assert.deepEqual(of(row, 'throttle', 'weight', 'uweight'), ['31', '4', '10']);
  });

  for (const [address, text] of [
    [{ host: '10.0.0.7', port: 7890 }, '10.0.0.7:7890'],
    [{ host: 'fd00::7', port: 7890 }, '[fd00::7]:7890'],
    [{ host: 'smsc.example.net', port: 7890 }, 'smsc.example.net:7890'],
    [{ path: '/run/smsc.sock' }, 'unix'],
  ] as const) {
    it(`shows the address ${text}`, () => {
      assert.equal(serverRow({ address }).get('addr'), text);
    });
  }

  it('has a typed form with a line for each value that is there', () => {
    const lines = showStatTyped(snapshotOf(), { types: 5 }).split('\n');
    assert.deepEqual(lines.slice(0, 4), [
      'F.2.0.0.pxname.1:KNS:str:persistent_connection_frontend',
      'F.2.0.1.svname.1:KNS:str:FRONTEND',
      'F.2.0.4.scur.1:MGP:u32:0',
      'F.2.0.5.smax.1:MMP:u32:0',
    ]);
    assert.ok(lines.includes('S.3.1.36.check_status.1:MOP:str:L4OK'));
    assert.ok(lines.includes('S.3.1.55.lastsess.1:MAP:s32:-1'));
  });

  it('has a JSON form that says the same', () => {
    const parsed: unknown = JSON.parse(showStatJson(snapshotOf(), { types: 1 }));
    assert.ok(Array.isArray(parsed) && parsed.length === 1 && Array.isArray(parsed[0]));
    assert.deepEqual(parsed[0][2], {
      objType: 'Frontend',
      proxyId: 2,
      id: 0,
      field: { pos: 4, name: 'scur' },
      processNum: 1,
      tags: { origin: 'Metric', nature: 'Gauge', scope: 'Process' },
      value: { type: 'u32', value: 0 },
    });
  });
});
