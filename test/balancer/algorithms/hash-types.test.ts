import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HASH_TYPES, HASH_TYPE_NAMES } from '../../../src/balancer/algorithms.js';
import type { HashTypeName } from '../../../src/balancer/algorithms.js';
import type { Chooser } from '../../../src/balancer/algorithms/chooser.js';
import { slotsFor } from '../../../src/balancer/algorithms/slot-map.js';
import type { Server } from '../../../src/balancer/server.js';
import { seededRandom } from '../../../src/runtime/random.js';
import { weighing } from '../../support/servers.js';

const KEYS = 20_000;
const random = seededRandom(7);
const keys: readonly number[] = Array.from({ length: KEYS }, () => random.below(2 ** 32));

function chooserOf(hashType: HashTypeName, servers: readonly Server[]): Chooser {
  const chooser = HASH_TYPES[hashType].chooser();
  chooser.use(servers);
  return chooser;
}

const anyServer = () => true;
const without = (gone: Server | undefined) => (server: Server) => server !== gone;

/** The share of the keys that change their server though it stays, when the second of the servers goes. */
function needlessMoves(hashType: HashTypeName, servers: readonly Server[]): number {
  const gone = servers[1];
  const before = chooserOf(hashType, servers);
  const after = chooserOf(hashType, servers.filter(without(gone)));
  const stayed = keys.filter((key) => before.choose(anyServer, key) !== gone);
  const moved = stayed.filter((key) => before.choose(anyServer, key) !== after.choose(anyServer, key));
  return moved.length / stayed.length;
}

const equal = (count: number) => weighing(...Array.from({ length: count }, () => 1));
const unequal = (count: number) => weighing(...Array.from({ length: count }, (_, index) => 1 + (index % 5)));

describe('maglev', () => {
  it('gives every server its share of the slots, to one percent', () => {
    for (const servers of [3, 4, 10, 30, 100].flatMap((count) => [equal(count), unequal(count)])) {
      const chooser = chooserOf('maglev', servers);
      const counts = new Map<Server, number>();
      // `accepts` sees the slots one after the other: all 65,537 when it agrees to none.
      const count = (server: Server) => (counts.set(server, (counts.get(server) ?? 0) + 1), false);
      assert.equal(chooser.choose(count, 0), undefined);
      const totalWeight = servers.reduce((sum, { weight }) => sum + weight, 0);
      for (const server of servers) {
        const ratio = (counts.get(server) ?? 0) / ((65_537 * server.weight) / totalWeight);
        assert.ok(ratio > 0.99 && ratio < 1.01, `${servers.length} servers, weight ${server.weight}: ${ratio}`);
      }
    }
  });

  it('moves less than one percent of the others when a server goes', () => {
    for (const servers of [3, 4, 10, 30, 100].flatMap((count) => [equal(count), unequal(count)])) {
      const share = needlessMoves('maglev', servers);
      assert.ok(share < 0.01, `${servers.length} servers: ${share}`);
    }
  });

  it('is the same table in whatever order the servers are declared', () => {
    const servers = unequal(7);
    const forwards = chooserOf('maglev', servers);
    const backwards = chooserOf('maglev', servers.toReversed());
    assert.ok(keys.every((key) => forwards.choose(anyServer, key) === backwards.choose(anyServer, key)));
  });

  it('spreads addresses that follow a pattern', () => {
    const servers = equal(4);
    const chooser = chooserOf('maglev', servers);
    // The last is 10.K.10.K, which are all multiples of the number of slots.
    for (const pattern of [0x00000001, 0x00000100, 0x00010000, 0x01000000, 0x00010001]) {
      const chosen = Array.from({ length: 200 }, (_, byte) =>
        chooser.choose(anyServer, (0x0a000a00 + byte * pattern) >>> 0),
      );
      const most = Math.max(...servers.map((server) => chosen.filter((each) => each === server).length));
      assert.ok(most < 75, `pattern ${pattern}: one of four servers got ${most} of 200`);
    }
  });
});

describe('map-based', () => {
  it('is the hash modulo the total weight', () => {
    const servers = weighing(3, 1, 2);
    const slots = slotsFor(servers);
    assert.equal(slots.map(({ id }) => id).join(''), '113123');
    const chooser = chooserOf('map-based', servers);
    for (const key of keys) assert.equal(chooser.choose(anyServer, key), slots[key % 6]);
  });

  it('has every server as often as it weighs, divided by the greatest common divisor', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 8 }),
        (weights, factor) => {
          const plain = slotsFor(weighing(...weights)).map(({ id }) => id);
          const scaled = slotsFor(weighing(...weights.map((weight) => weight * factor))).map(({ id }) => id);
          assert.deepEqual(scaled, plain);
          const once = plain.filter((id) => id === 1).length;
          for (const [index, weight] of weights.entries()) {
            assert.equal(plain.filter((id) => id === index + 1).length * (weights[0] ?? 0), weight * once);
          }
        },
      ),
    );
  });
});

describe('consistent', () => {
  it('moves nobody whose server stays', () => {
    for (const servers of [equal(3), equal(30), unequal(10)]) assert.equal(needlessMoves('consistent', servers), 0);
  });

  it('has shares near the weights when there are many points', () => {
    const servers = weighing(100, 200, 50);
    const chooser = chooserOf('consistent', servers);
    const chosen = keys.map((key) => chooser.choose(anyServer, key));
    for (const server of servers) {
      const ratio = chosen.filter((each) => each === server).length / ((KEYS * server.weight) / 350);
      assert.ok(ratio > 0.9 && ratio < 1.1, `weight ${server.weight}: ${ratio}`);
    }
  });
});

describe('every hash type', () => {
  it('walks on to another server when one is not accepted, always to the same, and leaves all others alone', () => {
    for (const hashType of HASH_TYPE_NAMES) {
      const servers = unequal(5);
      const refused = servers[2];
      const chooser = chooserOf(hashType, servers);
      const again = chooserOf(hashType, servers);
      const second = new Set<Server>();
      for (const key of keys.slice(0, 2000)) {
        const first = chooser.choose(anyServer, key);
        const other = chooser.choose(without(refused), key);
        assert.equal(other, again.choose(without(refused), key));
        if (first !== refused) assert.equal(other, first);
        else if (other !== undefined) second.add(other);
        assert.notEqual(other, refused);
      }
      assert.ok(second.size > 1, `${hashType}: all go to one server`);
    }
  });

  it('chooses nobody when nobody is accepted', () => {
    for (const hashType of HASH_TYPE_NAMES) {
      assert.equal(
        chooserOf(hashType, equal(3)).choose(() => false, 12_345),
        undefined,
      );
    }
  });

  it('always chooses the only server', () => {
    for (const hashType of HASH_TYPE_NAMES) {
      const servers = weighing(9);
      const chooser = chooserOf(hashType, servers);
      assert.ok(keys.slice(0, 500).every((key) => chooser.choose(anyServer, key) === servers[0]));
    }
  });
});
