import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isServing, statusRows, statusTable } from '../../src/cli/status-table.js';

const COLUMNS = 'pxname,svname,qcur,scur,status,weight,type,check_status,last_chk';
const CSV = `# ${COLUMNS},
sp,FRONTEND,,12,OPEN,,0,,,
smsc,s1,0,7,UP,1,2,L7OK,"ACTIVE_TEST answered, in 2 ms",
smsc,s2,3,5,DOWN 1/2,2,2,L4CON,"said ""no""",
smsc,BACKEND,3,12,UP,3,1,,,
other,s1,0,0,no check,1,2,,,
other,BACKEND,0,0,DOWN,0,1,,,
`;

function rowsOf(csv: string) {
  const rows = statusRows(csv);
  assert.ok(rows !== undefined);
  return rows;
}

describe('cmpp-lb status', () => {
  it('shows each backend before its servers', () => {
    assert.equal(
      statusTable(rowsOf(CSV)),
      `server      status    weight  sessions  queued  last check
smsc        UP        3       12        3
  smsc/s1   UP        1       7         0       L7OK ACTIVE_TEST answered, in 2 ms
  smsc/s2   DOWN 1/2  2       5         3       L4CON said "no"
other       DOWN      0       0         0
  other/s1  no check  1       0         0`,
    );
  });

  it('knows whether every backend takes sessions', () => {
    assert.equal(isServing(rowsOf(CSV)), false);
    assert.equal(isServing(rowsOf(CSV.replace('DOWN,0', 'UP,0'))), true);
  });

  it('takes nothing else for statistics', () => {
    assert.equal(statusRows('Permission denied'), undefined);
    assert.equal(statusRows(''), undefined);
  });
});
