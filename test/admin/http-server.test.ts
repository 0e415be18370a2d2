import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { HttpServer } from '../../src/admin/http/http-server.js';
import type { HttpLimits } from '../../src/admin/http/http-server.js';
import type { Sources } from '../../src/admin/http/sources.js';
import type { AdminHttpConfig } from '../../src/config/config.js';
import { realClock } from '../../src/runtime/clock.js';
import { EventLog } from '../support/event-log.js';
import { Caller } from './talking.js';

const LONG: HttpLimits = {
  headerBytes: 2048,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 60_000,
  silenceTimeoutMs: 60_000,
  unreadBytes: 65_536,
};
const SHORT_MS = 40;
const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';

const broken: Sources = {
  snapshot: () => {
    throw new Error('a bug');
  },
  doorways: () => [],
  serverStates: () => [],
  migrations: () => [],
  accounts: () => [],
  guests: () => [],
  execute: async () => ({ kind: 'done', text: '' }),
  clock: realClock,
  offsetMinutesAt: () => 480,
};

class Stage {
  readonly log = new EventLog();
  readonly server: HttpServer;
  readonly #context: TestContext;

  constructor(context: TestContext, config: Partial<AdminHttpConfig> = {}, limits: Partial<HttpLimits> = {}) {
    this.#context = context;
    const address = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
    const whole: AdminHttpConfig = {
      address,
      credentials: undefined,
      maxconn: 8,
      level: 'admin',
      refreshMs: 5000,
      hosts: [],
    };
    const parts = { sources: broken, log: this.log };
    this.server = new HttpServer({ ...whole, ...config }, parts, { ...LONG, ...limits });
    context.after(() => this.server.close());
  }

  async listening(): Promise<this> {
    assert.deepEqual(await this.server.bind(), { kind: 'bound' });
    return this;
  }

  reasons(): string[] {
    return this.log.of('http-refused').map(({ reason }) => reason);
  }

  says(text: string): Caller {
    const [, host = '', port] = /^(.*):(\d+)$/.exec(this.server.address) ?? [];
    const caller = new Caller(connect({ host, port: Number(port) }));
    this.#context.after(() => caller.socket.destroy());
    return caller.says(text);
  }
}

describe('The HTTP server', { timeout: 20_000 }, () => {
  it('sends the same headers with every answer, and no body to HEAD', async (t) => {
    const stage = await new Stage(t).listening();
    for (const [method, body] of [
      ['GET', 'ok\n'],
      ['HEAD', ''],
    ] as const) {
      const heard = await stage.says(`${method} /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`).all();
      const [head = '', rest] = heard.split('\r\n\r\n');
      const lines = head.split('\r\n').filter((line) => !line.startsWith('Date: '));
      assert.deepEqual(lines, [
        'HTTP/1.1 200 OK',
        'cache-control: no-store',
        'content-length: 3',
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'content-type: text/plain; charset=utf-8',
        'referrer-policy: same-origin',
        'server: cmpp-lb',
        'x-content-type-options: nosniff',
        'x-frame-options: DENY',
        'Connection: close',
      ]);
      assert.equal(rest, body);
    }
  });

  it('lives on after a fault of its own, which it logs', async (t) => {
    const stage = await new Stage(t).listening();
    const caller = stage.says('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    assert.match(await caller.all(), /^HTTP\/1\.1 500 .*Internal error; the log has more about it\.\n$/s);
    assert.match(stage.log.of('internal-error')[0]?.stack ?? '', /a bug/);
    assert.match(await stage.says(`${HEALTH}Connection: close\r\n\r\n`).all(), /^HTTP\/1\.1 200 /);
  });

  for (const [what, sent, answer, reason] of [
    [
      'headers that are too long',
      `${HEALTH}X: ${'x'.repeat(LONG.headerBytes)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
      'headers-too-large',
    ],
    ['what is no HTTP', '\0\0\0\u0027\0\0\0\u0001\0\0\0\u0001', /^HTTP\/1\.1 400 /, 'malformed'],
    ['a request without a host', 'GET /healthz HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /, undefined],
    ['a request to be a tunnel', 'CONNECT example.net:80 HTTP/1.1\r\nHost: x\r\n\r\n', /^$/, undefined],
    [
      'a body that is announced twice',
      `${HEALTH}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      / 400 /,
      'malformed',
    ],
    [
      'requests that are sent ahead',
      `${HEALTH}\r\n${HEALTH}\r\n${HEALTH}\r\n`,
      /^(HTTP\/1\.1 200 [^]*\r\nok\n)?$/,
      'sent-ahead',
    ],
  ] as const) {
    it(`ends a connection with ${what}`, async (t) => {
      const stage = await new Stage(t).listening();
      const heard = await stage.says(sent).all();
      assert.match(heard, answer);
      assert.ok((heard.match(/HTTP\/1\.1 200/g) ?? []).length <= 1);
      assert.deepEqual(stage.reasons(), reason === undefined ? [] : [reason]);
      assert.match(await stage.says(`${HEALTH}Connection: close\r\n\r\n`).all(), /^HTTP\/1\.1 200 /);
    });
  }

  for (const [what, sent, limits, answer] of [
    ['sends half a request', HEALTH, { requestTimeoutMs: SHORT_MS }, /^HTTP\/1\.1 408 /],
    ['says nothing', '', { silenceTimeoutMs: SHORT_MS }, /^$/],
    ['has been answered', `${HEALTH}\r\n`, { keepAliveTimeoutMs: SHORT_MS }, /^HTTP\/1\.1 200 /],
  ] as const) {
    it(`leaves a caller that ${what}, and no more`, async (t) => {
      const stage = await new Stage(t, {}, limits).listening();
      assert.match(await stage.says(sent).all(), answer);
    });
  }

  it('keeps a connection for the next request', async (t) => {
    const stage = await new Stage(t).listening();
    const caller = stage.says(`${HEALTH}\r\n`);
    await new Promise((resolve) => caller.socket.once('data', resolve));
    const heard = await caller.says(`${HEALTH}Connection: close\r\n\r\n`).all();
    assert.equal((heard.match(/HTTP\/1\.1 200/g) ?? []).length, 2);
  });

  it('closes one connection too many', async (t) => {
    const stage = await new Stage(t, { maxconn: 1 }).listening();
    const first = stage.says(`${HEALTH}\r\n`);
    await new Promise((resolve) => first.socket.once('data', resolve));
    assert.equal(await stage.says(`${HEALTH}\r\n`).all(), '');
    assert.deepEqual(stage.reasons(), ['maxconn']);
  });

  it('ends all connections when it closes', async (t) => {
    const stage = await new Stage(t).listening();
    const callers = [stage.says(HEALTH), stage.says(`${HEALTH}\r\n`)];
    await new Promise((resolve) => callers[1]?.socket.once('data', resolve));
    stage.server.close();
    for (const caller of callers) await caller.all();
  });

  it('says why it cannot listen, and can be closed all the same', async (t) => {
    const stage = await new Stage(t).listening();
    const port = Number(/\d+$/.exec(stage.server.address)?.[0]);
    const second = new Stage(t, { address: { kind: 'tcp', host: '127.0.0.1', port } });
    const bound = await second.server.bind();
    assert.equal(bound.kind, 'fault');
    assert.match(bound.message, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .*in use`));
  });
});
