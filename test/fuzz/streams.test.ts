import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runStream } from './streams.js';

const STREAMS = 20_000;

describe('what reads bytes from outside', () => {
  it(`stands ${STREAMS} spoilt streams`, () => {
    for (let number = 1; number <= STREAMS; number += 1) {
      const failure = runStream(number);
      if (failure !== undefined) assert.fail(failure);
    }
  });
});
