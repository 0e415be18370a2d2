import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Farm } from '../../src/assembly/farm.js';
import { addressText } from '../../src/config/address.js';
import type { BackendConfig } from '../../src/config/config.js';
import { Transport } from '../../src/proxy/transport.js';
import { seededRandom } from '../../src/runtime/random.js';
import { Supervisor } from '../../src/supervision/supervisor.js';
import { configOf } from '../config/samples.js';
import { FakeClock } from '../support/fake-clock.js';
import { requester } from '../support/servers.js';

/** Backends without sessions, which a test has run by one file and then by another. */
class StagedFarm {
  readonly supervisor: Supervisor;
  readonly farm: Farm;

  constructor() {
    const clock = new FakeClock();
    const parts = { clock, random: seededRandom(1), transport: new Transport() };
    this.supervisor = new Supervisor([], { ...parts, log: { event: () => {} }, sessions: () => [] });
    this.farm = new Farm({ ...parts, supervisor: this.supervisor, presentIn: () => [] });
  }

  runsBy(text: string): this {
    this.farm.use(backendsOf(text), 'file');
    this.farm.settle('file');
    this.farm.sweep(() => false);
    return this;
  }

  /** All that a file decides of the backends, and where everybody would go who is placed by a hash. */
  describe(): unknown {
    return [...this.farm.services.values()].map((service) => {
      const { name, backend, rules } = service;
      return {
        name,
        rules,
        stick: backend.stickTable?.rules,
        servers: this.#servers(name),
        places: this.#places(name),
      };
    });
  }

  #servers(backend: string): unknown {
    const service = this.farm.service(backend);
    return service.backend.servers.map((server) => {
      const supervised = this.supervisor.find(backend, server.name);
      const { id, name, weight, maxconn, backup, wish, isUp, isLeaving, sessionsNow } = server;
      const own = { id, name, weight, maxconn, backup, wish, isUp, isLeaving, sessionsNow };
      const { initialWeight, slowstartMs, tracked, checker, status } = supervised ?? {};
      const route = service.routeTo(server, { kind: 'unknown' });
      const address = { address: addressText(route.address), preface: route.preface?.length };
      return { ...own, ...address, initialWeight, slowstartMs, tracked: tracked?.name, checks: checker?.rules, status };
    });
  }

  #places(name: string): readonly string[] {
    const { backend } = this.farm.service(name);
    if (this.farm.service(name).backend.queuedNow > 0) return [];
    return Array.from({ length: 40 }, (_, number) => {
      const place = backend.place(requester(number), [], 0);
      if (place.kind !== 'placed') return place.kind;
      backend.release(place.server);
      return place.server.name;
    });
  }
}

function backendsOf(text: string): readonly BackendConfig[] {
  return configOf(text).backends;
}

const server = fc.record({
  weight: fc.constantFrom(0, 1, 2, 5),
  maxconn: fc.constantFrom('', 'maxconn: 3,'),
  port: fc.constantFrom(1, 2),
  more: fc.constantFrom('', 'backup: true', 'disabled: true', 'send-proxy: v2', 'slowstart: 9s', 'check: off'),
});

/** `a: { address: a:1, weight: 2 }`, one or more of four, in some order. */
const servers = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), server), { selector: ([name]) => name, minLength: 1 })
  .map((all) => {
    return all.map(
      ([name, { maxconn, more, port, weight }]) =>
        `${name}: { address: "${name}:${port}", weight: ${weight}, ${maxconn} ${more} }`,
    );
  });

const backend = fc
  .record({
    servers,
    // Turns of a round robin depend on what has been before, which a start knows nothing of.
    balance: fc.constantFrom('source', 'account'),
    hashType: fc.constantFrom('maglev', 'map-based', 'consistent'),
    keys: fc.constantFrom(
      '',
      'allbackups: true',
      'stick: { on: source, size: 10 }',
      'stick: { on: account, size: 20, expire: 1m }',
      'check: { inter: 1s, rise: 1 }',
      'check: { fall: 5 }',
      'observe: off, timeout: { connect: 9s }',
    ),
  })
  .map(({ balance, hashType, keys, servers: all }) => {
    return `{ balance: ${balance}, hash-type: ${hashType}, ${keys}, servers: { ${all.join(', ')} } }`.replace(
      ', ,',
      ',',
    );
  });

const file = fc.record({ smsc: backend, late: fc.option(backend) }).map(({ smsc, late }) => {
  const more = late === null ? '' : `\n  late: ${late}`;
  return `frontends:\n  sp: { listen: 127.0.0.1:7890, default-backend: smsc }\nbackends:\n  smsc: ${smsc}${more}\n`;
});

/** Two servers, of which the first has these keys. */
function serverText(own: string): string {
  return `frontends: { sp: { listen: 127.0.0.1:7890, default-backend: smsc } }
backends: { smsc: { check: off, servers: { a: { address: a:1, ${own} }, b: { address: b:1 } } } }`;
}

describe('a reload of the backends', () => {
  it('leaves what a start with the same file makes', () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 2, maxLength: 4 }), (files) => {
        const reloaded = new StagedFarm();
        for (const text of files) reloaded.runsBy(text);
        const started = new StagedFarm().runsBy(files.at(-1) ?? '');
        assert.deepEqual(reloaded.describe(), started.describe());
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what the operator has said, as long as the file says the same as before', () => {
    const keys = ['weight: 2', 'maxconn: 5', 'disabled: true'];
    fc.assert(
      fc.property(fc.subarray(keys), fc.subarray(keys), (before, after) => {
        const stage = new StagedFarm().runsBy(serverText(before.join(', ')));
        const { supervisor } = stage;
        const supervised = supervisor.find('smsc', 'a') ?? assert.fail('no server');
        supervisor.setWeight(supervised, 9, 'by the operator');
        supervisor.setMaxconn(supervised, 9, 'by the operator');
        supervisor.setWish(supervised, 'drain', 'by the operator');
        stage.runsBy(serverText(after.join(', ')));
        const isKept = (key: string): boolean => before.includes(key) === after.includes(key);
        const { weight, maxconn, wish } = supervised.server;
        assert.equal(weight === 9, isKept('weight: 2'));
        assert.equal(maxconn === 9, isKept('maxconn: 5'));
        assert.equal(wish === 'drain', isKept('disabled: true'));
      }),
    );
  });
});
