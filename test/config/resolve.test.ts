import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_RULES } from '../../src/balancer/account-rules.js';
import { configOf, listening, sound, withCheck, withKey } from './samples.js';

function tcp(host: string, port: number) {
  return { kind: 'tcp', host, port };
}

function maxconnOf(text: string): number | undefined {
  return configOf(text).frontends[0]?.maxconn;
}

function queueTimeoutOf(line: string): number | undefined {
  return configOf(withKey('backend', line)).backends[0]?.queueTimeoutMs;
}

function server(name: string): string {
  return `${name}: { address: a${name}:1 }`;
}

function namesOf(entries: readonly { readonly name: string }[]): string[] {
  return entries.map(({ name }) => name);
}

/** How a server is checked that is added later. */
const CHECKED = {
  probe: { kind: 'cmpp', account: undefined, version: '3.0', persistent: false },
  interMs: 2000,
  fastinterMs: 2000,
  downinterMs: 2000,
  timeoutMs: 5000,
  fall: 3,
  rise: 2,
  initState: 'up',
};

it('fills in every default', () => {
  assert.deepEqual(configOf(sound), {
    global: {
      maxconn: 9935,
      log: { level: 'info', to: { kind: 'stdout' }, format: 'json' },
      stateFile: undefined,
      pidFile: undefined,
      hardStopAfterMs: 30_000,
    },
    admin: { sockets: [], http: undefined },
    frontends: [
      {
        name: 'sp',
        mode: 'cmpp',
        listen: [{ address: tcp('127.0.0.1', 7890), acceptProxyFrom: [] }],
        defaultBackend: 'smsc',
        maxconn: 9935,
        sourceMaxconn: Infinity,
        backlog: 65_535,
        loginTimeoutMs: 10_000,
        clientTimeoutMs: 3_600_000,
        clientFinTimeoutMs: 30_000,
        maxFrameBytes: 8192,
        dontlognull: true,
        heartbeat: { intervalMs: 60_000, timeoutMs: 10_000, tries: 3 },
      },
    ],
    backends: [
      {
        name: 'smsc',
        mode: 'cmpp',
        balance: 'roundrobin',
        hashType: 'maglev',
        hashBalanceFactor: 0,
        stick: undefined,
        servers: [
          {
            name: 'smsc1',
            address: tcp('10.0.0.7', 7890),
            weight: 1,
            maxconn: Infinity,
            backup: false,
            sendProxy: undefined,
            check: undefined,
            track: undefined,
            slowstartMs: 0,
            disabled: false,
          },
        ],
        serverCheck: CHECKED,
        connectTimeoutMs: 5000,
        loginTimeoutMs: 10_000,
        serverTimeoutMs: 3_600_000,
        serverFinTimeoutMs: 30_000,
        queueTimeoutMs: 5000,
        retries: 3,
        redispatch: 'every-retry',
        allBackups: false,
        minUp: 0,
        onMarkedDown: 'move',
        onLinkLost: 'move',
        inDoubt: 'reject',
        moveTimeoutMs: 5000,
        holdTimeoutMs: 90_000,
        loginConcurrency: 100,
        moveRate: 100,
        rebalance: 'off',
        heartbeat: { intervalMs: 60_000, timeoutMs: 10_000, tries: 3 },
        onMarkedUp: 'keep',
        observe: undefined,
      },
    ],
    accounts: { listed: [], unlisted: NO_RULES },
  });
});

describe('maxconn', () => {
  it('of the process is what the descriptors allow, or what is written', () => {
    assert.equal(configOf(sound, Infinity).global.maxconn, Infinity);
    assert.equal(configOf(listening('["*:1", "*:2"]'), 1024).global.maxconn, 447);
    assert.equal(configOf(withKey('global', 'maxconn: 100')).global.maxconn, 100);
    assert.equal(configOf(withCheck('', { servers: 'b: { address: b:1 }' }), 1024).global.maxconn, 446);
  });

  it('of a frontend is its own, or that of defaults, or that of the process', () => {
    assert.equal(maxconnOf(withKey('global', 'maxconn: 100')), 100);
    assert.equal(maxconnOf(withKey('defaults', 'maxconn: 50')), 50);
    assert.equal(maxconnOf(`defaults: { maxconn: 50 }\n${withKey('frontend', 'maxconn: 70')}`), 70);
  });
});

/** Every key of `defaults`, with values that are nobody’s default. */
const inheritable = `mode: tcp, maxconn: 11, balance: first, hash-type: consistent, retries: 0, redispatch: never,
  max-frame: 1k, dontlognull: false, timeout: { connect: 1s, login: 2s, client: 3s, server: 4s,
  client-fin: 5s, server-fin: 6s, queue: 7s, move: 8s, hold: 9s }, heartbeat: off`;

it('lets frontends and backends inherit every key of defaults', () => {
  const { frontends, backends } = configOf(withKey('defaults', inheritable));
  const frontend = { ...frontends[0], name: '', listen: [], defaultBackend: '', sourceMaxconn: 0, backlog: 0 };
  assert.deepEqual(frontend, {
    name: '',
    listen: [],
    defaultBackend: '',
    sourceMaxconn: 0,
    backlog: 0,
    mode: 'tcp',
    maxconn: 11,
    loginTimeoutMs: 2000,
    clientTimeoutMs: 3000,
    clientFinTimeoutMs: 5000,
    maxFrameBytes: 1024,
    dontlognull: false,
    heartbeat: undefined,
  });
  assert.deepEqual(
    { ...backends[0], name: '', servers: [], stick: undefined, hashBalanceFactor: 0 },
    {
      name: '',
      servers: [],
      serverCheck: { ...CHECKED, probe: { kind: 'tcp' } },
      stick: undefined,
      hashBalanceFactor: 0,
      mode: 'tcp',
      balance: 'first',
      hashType: 'consistent',
      connectTimeoutMs: 1000,
      loginTimeoutMs: 2000,
      serverTimeoutMs: 4000,
      serverFinTimeoutMs: 6000,
      queueTimeoutMs: 7000,
      retries: 0,
      redispatch: 'never',
      allBackups: false,
      minUp: 0,
      onMarkedDown: 'keep',
      onLinkLost: 'close',
      inDoubt: 'reject',
      moveTimeoutMs: 8000,
      holdTimeoutMs: 9000,
      loginConcurrency: 100,
      moveRate: 100,
      rebalance: 'off',
      heartbeat: undefined,
      onMarkedUp: 'keep',
      observe: undefined,
    },
  );
});

it('prefers what a section says itself', () => {
  const own = `frontends:
  sp:
    { listen: "*:1", default-backend: smsc, mode: cmpp, maxconn: 12, source-maxconn: 2, backlog: 5, max-frame: 4k,
      dontlognull: true, heartbeat: { tries: 1 }, timeout: { login: 12s, client: 13s, client-fin: 15s } }
backends:
  smsc:
    { mode: cmpp, balance: account, hash-type: maglev, hash-balance-factor: 150, retries: 1, redispatch: last-retry,
      stick: { on: account, size: 1k, expire: 2h }, heartbeat: { interval: 5s },
      timeout: { connect: 11s, login: 12s, server: 14s, server-fin: 16s, queue: 17s, move: 18s, hold: 19s },
      servers: { a: { address: unix:/x, weight: 0, maxconn: 3, backup: true, send-proxy: v2 } } }
`;
  const written = configOf(`defaults: { ${inheritable} }\n${own}`);
  assert.deepEqual(written, configOf(own));
  const [frontend] = written.frontends;
  const [backend] = written.backends;
  assert.deepEqual([frontend?.maxconn, frontend?.sourceMaxconn, frontend?.backlog], [12, 2, 5]);
  assert.deepEqual(
    [frontend?.loginTimeoutMs, frontend?.clientTimeoutMs, frontend?.clientFinTimeoutMs],
    [12_000, 13_000, 15_000],
  );
  assert.deepEqual(
    [backend?.connectTimeoutMs, backend?.loginTimeoutMs, backend?.queueTimeoutMs],
    [11_000, 12_000, 17_000],
  );
  assert.deepEqual([backend?.serverTimeoutMs, backend?.serverFinTimeoutMs], [14_000, 16_000]);
  assert.deepEqual(backend?.stick, { on: 'account', sizeEntries: 1024, expireMs: 7_200_000 });
  assert.deepEqual([backend?.hashBalanceFactor, backend?.retries, backend?.redispatch], [150, 1, 'last-retry']);
  assert.deepEqual(backend?.servers, [
    {
      name: 'a',
      address: { kind: 'unix', path: '/x' },
      weight: 0,
      maxconn: 3,
      backup: true,
      sendProxy: 'v2',
      check: undefined,
      track: undefined,
      slowstartMs: 0,
      disabled: false,
    },
  ]);
});

it('logs where it is told to', () => {
  const text = withKey('global', 'log: { to: syslog:127.0.0.1:514, facility: local0, level: warn, format: tcplog }');
  const to = { kind: 'syslog', host: '127.0.0.1', port: 514, facility: 'local0' };
  assert.deepEqual(configOf(text).global.log, { level: 'warn', to, format: 'tcplog' });
});

it('waits in the queue as long as for a connection where nothing else is said', () => {
  assert.equal(queueTimeoutOf('timeout: { connect: 2s }'), 2000);
  assert.equal(queueTimeoutOf('timeout: { connect: 2s, queue: 1m }'), 60_000);
});

it('takes each form of listen', () => {
  const text = listening(
    '["*:1", { address: "[::]:2", accept-proxy: [10.0.0.0/8] }, { address: unix:/x, mode: "0600" }, unix:/y]',
  );
  assert.deepEqual(configOf(text).frontends[0]?.listen, [
    { address: tcp('0.0.0.0', 1), acceptProxyFrom: [] },
    {
      address: tcp('::', 2),
      acceptProxyFrom: [{ kind: 'network', network: { address: Uint8Array.of(10, 0, 0, 0), prefixBits: 8 } }],
    },
    { address: { kind: 'unix', path: '/x', mode: 0o600 }, acceptProxyFrom: [] },
    { address: { kind: 'unix', path: '/y', mode: undefined }, acceptProxyFrom: [] },
  ]);
  const single = listening('{ address: "*:1" }');
  assert.deepEqual(configOf(single).frontends[0]?.listen, [{ address: tcp('0.0.0.0', 1), acceptProxyFrom: [] }]);
});

it('keeps the order of the file, which names that look like numbers must not change', () => {
  const { frontends, backends } = configOf(`frontends:
  2: { listen: "*:2", default-backend: '9' }
  1: { listen: "*:1", default-backend: '8' }
backends:
  9: { servers: { ${['b', '10', 'a', '9'].map(server).join(', ')} } }
  8: { servers: { ${server('c')} } }
`);
  assert.deepEqual(namesOf(frontends), ['2', '1']);
  assert.deepEqual(namesOf(backends), ['9', '8']);
  assert.deepEqual(namesOf(backends[0]?.servers ?? []), ['b', '10', 'a', '9']);
});
