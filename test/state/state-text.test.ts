import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { END_LINE, entryLine, headLine, readHead, readState, serverLine } from '../../src/state/state-text.js';

const HEAD = { pid: 4711, startedAt: '2026-11-22T02:00:00.000Z', writtenAt: '2026-11-22T03:00:00.000Z' };
const SERVER = {
  backend: 'smsc',
  server: 'server1',
  wish: 'drain',
  declaredWish: 'ready',
  weight: 5,
  declaredWeight: 1,
} as const;
const ENTRY = {
  backend: 'smsc',
  on: 'account',
  key: '90\u00001\u009b',
  server: 'server1',
  usedAt: HEAD.writtenAt,
} as const;
const WHOLE = headLine(HEAD) + serverLine(SERVER) + entryLine(ENTRY) + END_LINE;

async function fault(text: string): Promise<string> {
  const read = await readState(text.split('\n').filter((line) => line !== ''));
  assert.equal(read.kind, 'broken');
  return read.why;
}

describe('the text of a state file', () => {
  it('is what its readers and other programs see', async () => {
    assert.equal(
      WHOLE,
      `{"kind":"cmpp-lb-state","version":1,"pid":4711,"startedAt":"2026-11-22T02:00:00.000Z","writtenAt":"2026-11-22T03:00:00.000Z"}
{"kind":"server","backend":"smsc","server":"server1","wish":"drain","declaredWish":"ready","weight":5,"declaredWeight":1}
{"kind":"stick","backend":"smsc","on":"account","key":"90\\u00001\\u009b","server":"server1","usedAt":"2026-11-22T03:00:00.000Z"}
{"kind":"end"}
`,
    );
    const read = await readState(WHOLE.split('\n'));
    assert.equal(read.kind, 'state');
    const { head, servers, entries } = read.state;
    assert.deepEqual({ ...HEAD, kind: 'cmpp-lb-state', version: 1 }, head);
    assert.deepEqual([{ ...SERVER, kind: 'server' }], servers);
    assert.deepEqual([{ ...ENTRY, kind: 'stick' }], entries);
  });

  it('says by its first line who wrote it', () => {
    assert.equal(readHead(headLine(HEAD).trim())?.pid, 4711);
    for (const line of ['', '{}', END_LINE, 'null', '[]', headLine(HEAD).slice(0, 40)]) {
      assert.equal(readHead(line), undefined, line);
    }
  });

  it('that is broken is refused as a whole, with where and why', async () => {
    const table: [string, string][] = [
      ['', 'it is empty'],
      ['rubbish', 'line 1 is not of a state file of cmpp-lb'],
      ['1 smsc 1 server1 10.0.0.7 2 0 1 1', 'line 1 is not of a state file of cmpp-lb'],
      [WHOLE.replace('"version":1', '"version":2'), 'it is of version 2, and this cmpp-lb reads version 1'],
      [WHOLE.replace('"pid":4711,', ''), 'line 1 does not say who wrote it and when'],
      [WHOLE.replace(END_LINE, ''), 'it ends after line 3, without its end'],
      [WHOLE.replace('"weight":5', '"weight":257'), 'line 2 is not of a state file'],
      [WHOLE.replace('"wish":"drain"', '"wish":"up"'), 'line 2 is not of a state file'],
      [WHOLE.replace('"usedAt":"2026', '"usedAt":"20x6'), 'line 3 is not of a state file'],
      [WHOLE.replace('"kind":"stick"', '"kind":"other"'), 'line 3 is not of a state file'],
    ];
    for (const [text, why] of table) assert.equal(await fault(text), why, text);
  });

  it('is known to be cut off wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(WHOLE.length - 2), async (at) => {
        const read = await readState(WHOLE.slice(0, at).split('\n').filter(Boolean));
        assert.equal(read.kind, 'broken');
      }),
    );
  });
});
