/** Writes a state file again and again until it is killed: `node endless-writer.js PATH`. Says so once it does. */

import { StateFile } from '../../src/state/state-file.js';
import { END_LINE, entryLine, headLine } from '../../src/state/state-text.js';

/** Three slices and more. */
const ENTRIES = 3000;

const [, , path = ''] = process.argv;
const file = new StateFile(path, process.pid);
const at = new Date(0).toISOString();

function* lines(): Iterable<string> {
  yield headLine({ pid: process.pid, startedAt: at, writtenAt: at });
  for (let number = 0; number < ENTRIES; number += 1) {
    yield entryLine({ backend: 'smsc', on: 'account', key: String(number), server: 's1', usedAt: at });
  }
  yield END_LINE;
}

for (let times = 0; ; times += 1) {
  await file.write(lines());
  if (times === 0) process.stdout.write('written\n');
}
