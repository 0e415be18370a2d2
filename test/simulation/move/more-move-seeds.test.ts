import { it } from 'node:test';
import { HALF_OF_SEEDS, assertMoveSeeds } from './move-seeds.js';

it(`a simulated world of sessions that outlive their servers holds from ${HALF_OF_SEEDS} seeds more`, () => {
  assertMoveSeeds(HALF_OF_SEEDS + 1, 2 * HALF_OF_SEEDS);
});
