import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackendConfig, Config, FrontendConfig } from '../../../src/config/config.js';
import { cmppSample, configOf, fullSample, mqttSample, mysqlSample, withLines } from './samples.js';

function frontendOf(config: Config): FrontendConfig {
  const [frontend] = config.frontends;
  assert.ok(frontend);
  return frontend;
}

function backendOf(config: Config): BackendConfig {
  const [backend] = config.backends;
  assert.ok(backend);
  return backend;
}

describe('cmpp.cfg', () => {
  const config = configOf(cmppSample);
  it('keeps what it says', () => {
    const { name, mode, listen, clientTimeoutMs, maxconn, dontlognull } = frontendOf(config);
    assert.deepEqual(
      [name, mode, clientTimeoutMs, maxconn, dontlognull],
      ['persistent_connection_frontend', 'tcp', 3_600_000, 50_000, true],
    );
    assert.deepEqual(listen, [{ address: { kind: 'tcp', host: '0.0.0.0', port: 9999 }, acceptProxyFrom: [] }]);
    assert.deepEqual(config.global.log, {
      level: 'info',
      format: 'json',
      to: { kind: 'syslog', host: '127.0.0.1', port: 514, facility: 'local2' },
    });
    assert.deepEqual(
      backendOf(config).servers.map(({ name, check, weight }) => [
        name,
        check?.interMs,
        check?.fall,
        check?.rise,
        weight,
      ]),
      [1, 2, 3].map((number) => [`server${number}`, 5000, 3, 2, 1]),
    );
  });
  it('keeps the defaults of HAProxy where they differ', () => {
    const backend = backendOf(config);
    assert.deepEqual(
      [backend.hashType, backend.redispatch, backend.retries, backend.onMarkedDown, backend.observe],
      ['map-based', 'never', 3, 'keep', undefined],
    );
    assert.deepEqual([frontendOf(config).clientFinTimeoutMs, backend.serverFinTimeoutMs], [3_600_000, 3_600_000]);
    assert.equal(backend.servers[0]?.check?.probe.kind, 'tcp');
    assert.equal(backend.stick, undefined);
  });
  it('becomes CMPP when the operator says so', () => {
    const { mode, servers, hashType, redispatch } = backendOf(configOf(cmppSample, 'cmpp'));
    assert.deepEqual([mode, servers[0]?.check?.probe.kind], ['cmpp', 'cmpp']);
    assert.deepEqual([hashType, redispatch], ['map-based', 'never']);
  });
});

it('mqtt.cfg keeps its table, and nothing logs where no log is written', () => {
  const config = configOf(mqttSample);
  const backend = backendOf(config);
  assert.deepEqual(
    [backend.balance, backend.hashType, backend.stick],
    ['source', 'consistent', { on: 'source', sizeEntries: 204_800, expireMs: 300_000 }],
  );
  assert.deepEqual([config.frontends.length, config.backends.length, config.global.log.level], [1, 1, 'warn']);
  assert.equal(frontendOf(config).dontlognull, false);
});

it('mysql.cfg needs no indentation', () => {
  const { name, balance, servers } = backendOf(configOf(mysqlSample));
  assert.deepEqual([name, balance, servers.length], ['mysql_tcp_proxy', 'leastconn', 2]);
});

it('a file with nearly all keywords keeps the order and the inheritance of its sections', () => {
  const { frontends, backends, global } = configOf(fullSample);
  assert.deepEqual(
    frontends.map(({ name, defaultBackend, clientTimeoutMs, maxconn }) => [
      name,
      defaultBackend,
      clientTimeoutMs,
      maxconn,
    ]),
    [
      ['sp', 'smsc', 3_600_000, 500],
      ['sp2', '9', 7_200_000, 1000],
      ['9', '9', 7_200_000, 1000],
    ],
  );
  const [smsc, nine] = backends;
  assert.deepEqual(
    smsc?.servers.map(({ name }) => name),
    ['2', '1', '10', 'x', 'y', 'z'],
  );
  assert.deepEqual(
    smsc?.servers.map(({ check }) => check?.interMs),
    [3000, 4000, 3000, undefined, undefined, 3000],
  );
  assert.deepEqual([smsc?.retries, smsc?.redispatch, smsc?.onMarkedDown], [2, 'every-retry', 'close']);
  assert.deepEqual([nine?.observe?.linkLosses, nine?.hashBalanceFactor], [3, 150]);
  const probe = smsc?.servers[0]?.check?.probe;
  assert.deepEqual(probe?.kind === 'tcp-script' && probe.script.map(({ kind }) => kind), [
    'connect',
    'send',
    'expect',
    'send',
    'expect',
  ]);
  assert.deepEqual([global.hardStopAfterMs, global.log.format, global.log.level], [60_000, 'tcplog', 'warn']);
});

describe('a stats socket', () => {
  const owner = { user: undefined, group: undefined };
  const path = { address: { kind: 'unix', path: '/run/x.sock', mode: 0o600 }, owner, level: 'operator' };
  const port = { address: { kind: 'tcp', host: '127.0.0.1', port: 9998 }, owner: undefined, level: 'operator' };
  const common = { timeoutMs: 10_000, maxconn: 10 };
  const table: [string, object[]][] = [
    ['stats timeout 5s', []],
    ['stats socket /run/x.sock', [{ ...path, ...common }]],
    ['stats socket unix@/run/x.sock level user', [{ ...path, ...common, level: 'user' }]],
    [
      'stats socket /run/x.sock mode 660 group sys level admin',
      [
        {
          ...common,
          address: { ...path.address, mode: 0o660 },
          owner: { user: undefined, group: 'sys' },
          level: 'admin',
        },
      ],
    ],
    [
      'stats socket /run/x.sock user haproxy gid 4 level user\n stats socket /run/y.sock mode 660\n stats socket ::1:1,::1:2',
      [
        { ...path, ...common, owner: { user: 'haproxy', group: '4' }, level: 'user' },
        { ...path, ...common, address: { kind: 'unix', path: '/run/y.sock', mode: 0o660 } },
        { ...port, ...common, address: { kind: 'tcp', host: '::1', port: 1 } },
        { ...port, ...common, address: { kind: 'tcp', host: '::1', port: 2 } },
      ],
    ],
    ['stats socket 127.0.0.1:9998', [{ ...port, ...common }]],
    ['stats socket ipv4@127.0.0.1:9998 level operator', [{ ...port, ...common }]],
    ['stats socket ipv6@::1:9998', [{ ...port, ...common, address: { ...port.address, host: '::1' } }]],
    [
      'stats maxconn 25\n stats socket 127.0.0.1:9998 level operator\n stats socket /run/x.sock\n stats timeout 2m',
      [port, path].map((socket) => ({ ...socket, timeoutMs: 120_000, maxconn: 25 })),
    ],
  ];
  for (const [lines, expected] of table) {
    it(`is read from ${JSON.stringify(lines)}`, () =>
      assert.deepEqual(configOf(withLines({ global: lines })).admin.sockets, expected));
  }
  it('of cmpp.cfg has all rights for its owner', () => {
    assert.deepEqual(configOf(cmppSample).admin.sockets, [
      {
        address: { kind: 'unix', path: '/var/run/haproxy.sock', mode: 0o600 },
        owner: { user: undefined, group: undefined },
        level: 'admin',
        timeoutMs: 120_000,
        maxconn: 10,
      },
    ]);
  });
});

describe('an address to listen on', () => {
  const table: [string, string[]][] = [
    [':9999', ['0.0.0.0:9999']],
    ['*:9999', ['0.0.0.0:9999']],
    ['ipv4@:9999', ['0.0.0.0:9999']],
    ['ipv4@10.0.0.1:9999', ['10.0.0.1:9999']],
    ['::1:9999', ['::1:9999']],
    ['[::1]:9999', ['::1:9999']],
    [':::9999', [':::9999', '0.0.0.0:9999']],
    ['ipv6@:9999', [':::9999', '0.0.0.0:9999']],
    ['ipv6@:9999 v6only', [':::9999']],
    ['10.0.0.1:7000-7002', ['10.0.0.1:7000', '10.0.0.1:7001', '10.0.0.1:7002']],
    ['10.0.0.1:1,:2', ['10.0.0.1:1', '0.0.0.0:2']],
    ['unix@/run/x.sock', ['/run/x.sock']],
    ['/run/x.sock', ['/run/x.sock']],
    ['"*:$PORT"', ['0.0.0.0:9999']],
  ];
  for (const [written, expected] of table) {
    it(written, () => {
      const { listen } = frontendOf(configOf(withLines({}).replace('127.0.0.1:19999', written)));
      const texts = listen.map(({ address }) =>
        address.kind === 'unix' ? address.path : `${address.host}:${address.port}`,
      );
      assert.deepEqual(texts, expected);
    });
  }
  it('may be trusted to say the client’s address', () => {
    const { listen } = frontendOf(configOf(withLines({ frontend: 'bind unix@/x.sock accept-proxy mode 600' })));
    assert.deepEqual(listen[1], {
      address: { kind: 'unix', path: '/x.sock', mode: 0o600 },
      acceptProxyFrom: [{ kind: 'unix' }],
    });
  });
});

describe('a keyword of a backend', () => {
  const table: [string, (backend: BackendConfig) => unknown, unknown][] = [
    ['balance random(2)', ({ balance }) => balance, 'random'],
    ['option redispatch', ({ redispatch }) => redispatch, 'last-retry'],
    ['option redispatch 1', ({ redispatch }) => redispatch, 'every-retry'],
    ['option redispatch\n no option redispatch', ({ redispatch }) => redispatch, 'never'],
    ['option allbackups', ({ allBackups }) => allBackups, true],
    ['retries 0', ({ retries }) => retries, 0],
    ['timeout server 500us', ({ serverTimeoutMs }) => serverTimeoutMs, 1],
    ['timeout server 1500', ({ serverTimeoutMs }) => serverTimeoutMs, 1500],
    ['timeout queue 7s', ({ queueTimeoutMs }) => queueTimeoutMs, 7000],
    ['timeout connect 7s', ({ queueTimeoutMs }) => queueTimeoutMs, 7000],
    ['server s2 "$HOST:1"', ({ servers }) => servers[1]?.address, { kind: 'tcp', host: '10.0.0.7', port: 1 }],
    ['server s2 ::1:1', ({ servers }) => servers[1]?.address, { kind: 'tcp', host: '::1', port: 1 }],
    ['server s2 :1 maxconn 0', ({ servers }) => servers[1]?.maxconn, Infinity],
    ['server s2 a:1 send-proxy', ({ servers }) => servers[1]?.sendProxy, 'v1'],
    ['server s2 a:1 check init-state down', ({ servers }) => servers[1]?.check?.initState, 'down'],
    ['default-server fall 7 check\n server s2 a:1', ({ servers }) => servers[1]?.check?.fall, 7],
    ['default-server check\n server s2 a:1 no-check', ({ servers }) => servers[1]?.check, undefined],
    [
      'server s2 a:1 check\n server s3 a:2 track s2',
      ({ servers }) => servers[2]?.track,
      { backend: 'smsc', server: 's2' },
    ],
  ];
  for (const [line, read, expected] of table) {
    it(line, () =>
      assert.deepEqual(read(backendOf(configOf(withLines({ backend: line.replace(' :1', ' a:1') })))), expected),
    );
  }
});

it('a listen section without servers may name a backend', () => {
  const text = withLines({ global: 'daemon\nlisten other\n bind :5\n default_backend smsc\n timeout client 1s' });
  const { frontends, backends } = configOf(text);
  assert.deepEqual(
    frontends.map(({ name, defaultBackend }) => [name, defaultBackend]),
    [
      ['other', 'smsc'],
      ['sp', 'smsc'],
    ],
  );
  assert.deepEqual(
    backends.map(({ name }) => name),
    ['smsc'],
  );
});

it('the account is the key of a table by bytes 12 to 17 of the first frame', () => {
  const text = withLines({ backend: 'stick-table type string len 6 size 1k\n stick on req.payload(12,6)' });
  assert.equal(backendOf(configOf(text, 'cmpp')).stick?.on, 'account');
});

it('a defaults section without a name holds for the sections behind it, and does not inherit', () => {
  const text = `${withLines({})}defaults
  mode tcp
  timeout connect 1s
  timeout client 2s
  timeout server 3s
frontend second
  bind :3
  default_backend smsc
`;
  assert.deepEqual(
    configOf(text).frontends.map(({ clientTimeoutMs }) => clientTimeoutMs),
    [3_600_000, 2000],
  );
});
