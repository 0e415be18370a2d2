import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { BackendConfig, CheckConfig } from '../../src/config/config.js';
import { configOf, inTcp, sound, withCheck, withKey } from './samples.js';

function backendOf(text: string): BackendConfig {
  const backend = configOf(text).backends[0];
  assert.ok(backend);
  return backend;
}

/** The check of the first server. */
function checkOf(text: string): CheckConfig {
  const check = backendOf(text).servers[0]?.check;
  assert.ok(check);
  return check;
}

function at(host: string, port: number) {
  return { kind: 'tcp', host, port };
}

const script = `type: tcp-script, script: [{ connect: {} }, { connect: { port: 7891 } }, { send: "PING\\r\\n" },
    { send-binary: 0000000c0000000800000001 }, { expect-string: "+PONG" }, { expect-rstring: "^[+]P" },
    { expect-binary: "80000008" }, { expect-rbinary: "^(00|01)" }]`;

describe('a check', () => {
  it('has every default', () => {
    assert.deepEqual(checkOf(withCheck('')), {
      probe: { kind: 'cmpp', account: undefined, version: '3.0', persistent: false },
      address: { kind: 'tcp', host: '10.0.0.7', port: 7890 },
      isElsewhere: false,
      interMs: 2000,
      fastinterMs: 2000,
      downinterMs: 2000,
      timeoutMs: 5000,
      fall: 3,
      rise: 2,
      initState: 'up',
    });
  });

  it('takes what is written', () => {
    const keys = 'inter: 7s, fastinter: 1s, downinter: 9s, fall: 5, rise: 4, init-state: fully-down, version: "2.0"';
    const check = checkOf(withCheck(`${keys}, persistent: true`));
    assert.deepEqual(
      [check.interMs, check.fastinterMs, check.downinterMs, check.fall, check.rise, check.initState],
      [7000, 1000, 9000, 5, 4, 'fully-down'],
    );
    assert.deepEqual(check.probe, { kind: 'cmpp', account: undefined, version: '2.0', persistent: true });
  });

  it('is of the type that fits the mode, or the one that is written', () => {
    assert.equal(checkOf(withCheck('')).probe.kind, 'cmpp');
    assert.equal(checkOf(inTcp(withCheck(''))).probe.kind, 'tcp');
    assert.equal(checkOf(inTcp(withCheck('type: cmpp'))).probe.kind, 'cmpp');
    assert.deepEqual(checkOf(withCheck('type: tcp')).probe, { kind: 'tcp' });
  });

  it('waits for an answer as long as its backend says, or `defaults`', () => {
    assert.equal(checkOf(`defaults: { timeout: { check: 1s } }\n${withCheck('')}`).timeoutMs, 1000);
    const own = withCheck('', { backend: 'timeout: { check: 300ms },' });
    assert.equal(checkOf(`defaults: { timeout: { check: 1s } }\n${own}`).timeoutMs, 300);
  });

  it('has the steps of its script in order', () => {
    const { probe } = checkOf(withCheck(script));
    assert.deepEqual(probe, {
      kind: 'tcp-script',
      script: [
        { kind: 'connect', port: undefined },
        { kind: 'connect', port: 7891 },
        { kind: 'send', bytes: new TextEncoder().encode('PING\r\n') },
        { kind: 'send', bytes: Uint8Array.of(0, 0, 0, 12, 0, 0, 0, 8, 0, 0, 0, 1) },
        { kind: 'expect', match: 'string', pattern: '+PONG' },
        { kind: 'expect', match: 'rstring', pattern: '^[+]P' },
        { kind: 'expect', match: 'binary', pattern: '80000008' },
        { kind: 'expect', match: 'rbinary', pattern: '^(00|01)' },
      ],
    });
  });
});

it('the account of a probe has a secret, which is shown to nobody who does not ask', () => {
  for (const [reference, secret] of [
    ['{ env: PROBE }', 'secret of PROBE'],
    ['{ file: /p }', 'secret of /p'],
    ['hunter2', 'hunter2'],
  ]) {
    const config = configOf(withCheck(`account: "900000", shared-secret: ${reference}`));
    const probe = config.backends[0]?.servers[0]?.check?.probe;
    assert.ok(probe?.kind === 'cmpp');
    assert.deepEqual([probe.account?.sourceAddr, probe.account?.sharedSecret], ['900000', secret]);
    const shown = [JSON.stringify(config), inspect(config, { depth: null, showHidden: true })];
    for (const text of shown) assert.doesNotMatch(text, /secret of|hunter2/);
  }
});

describe('which servers are checked', () => {
  const table: [string, string, string, boolean][] = [
    ['the backend says so', 'check: {}', '', true],
    ['nobody says so', 'check: off', '', false],
    ['the server says so', 'check: off', 'check: {}', true],
    ['the server says not', 'check: {}', 'check: off', false],
    ['the server tracks', 'check: {}', 'track: other', false],
  ];
  for (const [title, backend, server, isChecked] of table) {
    it(`${isChecked ? 'is' : 'is not'}, where ${title}`, () => {
      const text = withCheck('', { server, servers: 'other: { address: o:1, check: {} }' });
      const [first] = backendOf(text.replace('check: {  }', backend)).servers;
      assert.equal(first?.check !== undefined, isChecked);
    });
  }

  it('does not depend on `check` being written in the backend', () => {
    const text = sound.replace(', check: off', '').replace('7890 }', '7890, check: { inter: 3s } }');
    assert.deepEqual([checkOf(text).interMs, checkOf(text).probe.kind], [3000, 'cmpp']);
    assert.equal(checkOf(inTcp(text)).probe.kind, 'tcp');
  });
});

describe('what a server says of its check', () => {
  it('is laid over what its backend says', () => {
    const backend = 'inter: 8s, fastinter: 1s, downinter: 9s, fall: 5, rise: 4, init-state: down, version: "2.0"';
    const before = checkOf(withCheck(backend));
    const table: [string, Partial<CheckConfig>][] = [
      ['', {}],
      ['inter: 3s', { interMs: 3000 }],
      ['fastinter: 3s', { fastinterMs: 3000 }],
      ['downinter: 3s', { downinterMs: 3000 }],
      ['fall: 1', { fall: 1 }],
      ['rise: 1', { rise: 1 }],
      ['init-state: up', { initState: 'up' }],
    ];
    for (const [server, change] of table) {
      assert.deepEqual(checkOf(withCheck(backend, { server: `check: { ${server} }` })), { ...before, ...change });
    }
  });

  it('gives the other intervals too, where nobody says them', () => {
    const { fastinterMs, downinterMs } = checkOf(withCheck('inter: 8s', { server: 'check: { inter: 3s }' }));
    assert.deepEqual([fastinterMs, downinterMs], [3000, 3000]);
  });

  it('may be another address or port', () => {
    const table: [string, ReturnType<typeof at>, boolean][] = [
      ['address: 10.0.0.8', at('10.0.0.8', 7890), true],
      ['port: 9000', at('10.0.0.7', 9000), true],
      ['address: "fd00::8", port: 9000', at('fd00::8', 9000), true],
      ['address: 10.0.0.7, port: 7890', at('10.0.0.7', 7890), false],
    ];
    for (const [keys, address, isElsewhere] of table) {
      const check = checkOf(withCheck('', { server: `check: { ${keys} }` }));
      assert.deepEqual([check.address, check.isElsewhere], [address, isElsewhere], keys);
    }
  });

  it('leads away from a unix socket, too', () => {
    const unix = withCheck('').replace('10.0.0.7:7890', 'unix:/x');
    assert.deepEqual(checkOf(unix).address, { kind: 'unix', path: '/x' });
    assert.equal(checkOf(unix).isElsewhere, false);
    const elsewhere = checkOf(unix.replace('unix:/x', '$&, check: { address: smsc, port: 1 }'));
    assert.deepEqual(elsewhere.address, { kind: 'tcp', host: 'smsc', port: 1 });
    assert.equal(elsewhere.isElsewhere, true);
  });
});

function observe(text: string) {
  return backendOf(text).observe;
}

function observing(keys: string) {
  return observe(withCheck('', { backend: `observe: { ${keys} },` }));
}

describe('observe', () => {
  const defaults = {
    unansweredMs: 4000,
    linkLosses: 5,
    busyPercent: 80,
    withinMs: 10_000,
    maxEjectedPercent: 50,
  };

  it('is on by itself in mode cmpp where there is a check', () => {
    assert.deepEqual(observe(withCheck('')), defaults);
    assert.deepEqual(observe(withKey('server', 'check: {}')), defaults);
    assert.equal(observe(sound), undefined);
    assert.equal(observe(inTcp(withCheck(''))), undefined);
    assert.equal(observe(withCheck('', { backend: 'observe: off,' })), undefined);
  });

  it('takes what is written', () => {
    assert.deepEqual(observing(''), defaults);
    assert.deepEqual(observing('unanswered: 1s, link-losses: 2, busy: 3, within: 4s, max-ejected: 5'), {
      unansweredMs: 1000,
      linkLosses: 2,
      busyPercent: 3,
      withinMs: 4000,
      maxEjectedPercent: 5,
    });
    const never = { ...defaults, unansweredMs: Infinity, linkLosses: Infinity, busyPercent: Infinity };
    assert.deepEqual(observing('unanswered: never, link-losses: never, busy: never'), never);
  });

  it('sees only losses of links in mode tcp', () => {
    const text = inTcp(withCheck('', { backend: 'observe: { link-losses: 9 },' }));
    const seen = { ...defaults, unansweredMs: Infinity, busyPercent: Infinity, linkLosses: 9 };
    assert.deepEqual(observe(text), seen);
  });
});

describe('servers and backends', () => {
  it('take what is written', () => {
    const keys =
      'on-marked-down: close, on-marked-up: close-backup-sessions, min-up: 1, allbackups: true, slowstart: 30s,';
    const backend = backendOf(
      withCheck('', { backend: keys, servers: 'b: { address: b:1, slowstart: 5s, disabled: true }' }),
    );
    assert.deepEqual(
      [backend.onMarkedDown, backend.onMarkedUp, backend.minUp, backend.allBackups],
      ['close', 'close-backup-sessions', 1, true],
    );
    assert.deepEqual(
      backend.servers.map(({ slowstartMs, disabled }) => [slowstartMs, disabled]),
      [
        [30_000, false],
        [5000, true],
      ],
    );
  });

  it('may track one another', () => {
    const text = withCheck('', { servers: 'b: { address: b:1, track: smsc1 }, c: { address: c:1, track: smsc/b }' });
    assert.deepEqual(
      backendOf(text).servers.map(({ track }) => track),
      [undefined, { backend: 'smsc', server: 'smsc1' }, { backend: 'smsc', server: 'b' }],
    );
  });
});
