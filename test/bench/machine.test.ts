import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCpuList } from '../../bench/machine.js';

describe('the list of allowed CPUs', () => {
  it('is read as the kernel writes it', () => {
    const lists: [string, number[]][] = [
      ['0', [0]],
      ['0-3', [0, 1, 2, 3]],
      ['0-1,4,6-7\n', [0, 1, 4, 6, 7]],
    ];
    for (const [text, cpus] of lists) assert.deepEqual(parseCpuList(text), cpus);
  });
});
