/** Debian's hatop on a terminal, at our runtime API: as it is, it shows and steers. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteeredScene } from '../support/steered-scene.js';
import { missingPrograms, Terminal } from '../support/terminal.js';

const DOWN = '\u001BOB';
const F7_HEAVIER = '\u001B[18~';
const F9_ENABLE = '\u001B[20~';
const F10_DISABLE = '\u001B[21~';

describe('hatop', { timeout: 60_000, skip: missingPrograms('hatop', 'script') }, () => {
  it('shows the servers, and steers the one that is chosen', async (t) => {
    const scene = new SteeredScene(t);
    await scene.start({ servers: [await scene.gateway({})] });
    const terminal = new Terminal(t, `exec hatop -s ${scene.socketPath} -i 1`, { rows: 40, columns: 160 });
    await terminal.shows('>>> smsc');
    await terminal.shows('s1');
    for (const [key, command] of [
      [F10_DISABLE, 'disable server smsc/s1'],
      [F9_ENABLE, 'enable server smsc/s1'],
      [F7_HEAVIER, 'set weight smsc/s1 2'],
    ] as const) {
      // The first line that can be chosen is the frontend's, then comes the server.
      if (key === F10_DISABLE) terminal.press(DOWN, DOWN, DOWN, DOWN);
      terminal.press(key);
      const { outcome } = await scene.log.seen('command', (values) => values.command === command);
      assert.equal(outcome, 'done');
    }
    assert.equal(await scene.command('get weight smsc/s1'), '2 (initial 1)');
    terminal.press('q');
    assert.equal(await terminal.exited, 0);
  });
});
