import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePdu } from '../../../src/cmpp/pdu.js';
import { SmscLines } from '../../../src/simulator/smsc/smsc-lines.js';
import { submitsOf } from '../../../src/simulator/sp/outgoing-sms.js';
import { FakeClock } from '../../support/fake-clock.js';

function linesOf(text: string, order: (count: number) => readonly number[], msgFmt: number | 'auto' = 'auto') {
  const said: string[] = [];
  const lines = new SmscLines(new FakeClock(), (line) => void said.push(line));
  const sender = { account: '900001', srcId: '10690001', serviceId: '', wantsReport: true };
  const written = submitsOf({ to: ['13800138000', '13800138001'], text, msgFmt }, sender, 1);
  assert.ok(written.kind === 'submits');
  for (const at of order(written.submits.length)) {
    const submit = written.submits[at] ?? makePdu('submit', 0);
    lines.tell(9315, { kind: 'submit', account: '900001', submit, result: 0 });
  }
  return said;
}

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the lines of the SMSC simulator', () => {
  it('show an SMS decoded, on one line whatever is in it', () => {
    const from = '9315 900001: SMS from 10690001 to 13800138000,13800138001';
    assert.deepEqual(linesOf('你好', inOrder), [`${from} (UCS2): "你好"`]);
    assert.deepEqual(linesOf('a\n\u001b[2J"', inOrder), [`${from} (ASCII): "a\\n\\u001b[2J\\""`]);
    assert.deepEqual(linesOf('00ff', inOrder, 3), [`${from} (binary, Msg_Fmt 3): "00ff"`]);
  });

  it('show a long SMS once, when all its parts are there', () => {
    const text = '你好'.repeat(100);
    const [line, ...more] = linesOf(text, (count) => inOrder(count).toReversed());
    assert.equal(more.length, 0);
    assert.ok(line?.endsWith(`(UCS2): "${text}"`));
  });

  it('say when a part comes twice', () => {
    const said = linesOf('你好'.repeat(100), () => [0, 0]);
    assert.deepEqual(said, ['9315 900001: SMS from 10690001 to 13800138000,13800138001, a part that came before']);
  });

  it('say who comes, who is refused, and who goes', () => {
    const said: string[] = [];
    const lines = new SmscLines(new FakeClock(), (line) => void said.push(line));
    const peer = '192.0.2.1:5000';
    lines.tell(1, { kind: 'login', account: '9000\u001b', peer, version: '2.0' });
    lines.tell(1, { kind: 'login-refused', account: '900001', peer, status: 3 });
    lines.tell(1, { kind: 'logout', account: '900001', why: 'connection closed', submits: 1 });
    lines.tell(1, { kind: 'wrong', account: '', peer, what: 'not CMPP' });
    assert.deepEqual(said, [
      '1 9000\\u001b: login from 192.0.2.1:5000, CMPP 2.0',
      '1 900001: login from 192.0.2.1:5000 refused with status 3 (auth error)',
      '1 900001: logout, connection closed, after 1 SUBMIT',
      '1 192.0.2.1:5000: not CMPP',
    ]);
  });
});
