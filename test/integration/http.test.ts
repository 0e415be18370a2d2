/** Metrics, statistics and readiness of a running balancer, as whoever scrapes them gets them. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ATTEMPTS } from '../../src/admin/http/gate.js';
import { exchange } from '../support/haproxy.js';
import { Scene } from '../support/scene.js';

const EXPORTER = 'prometheus-haproxy-exporter';
const OPEN = 'listen: 127.0.0.1:0';
/** In scenes the password of a user is called after where it is kept. */
const CLOSED = 'listen: 127.0.0.1:0, user: me, password: { env: HTTP }';
const RIGHT = 'me:secret of HTTP';

class HttpScene extends Scene {
  #socketPath = '';

  /** Two gateways, and an SP that has logged in. */
  static async serving(t: TestContext, http: string): Promise<HttpScene> {
    const scene = new HttpScene(t);
    scene.#socketPath = `${scene.folder()}/lb.sock`;
    const admin = `http: { ${http} }, socket: { path: ${scene.#socketPath} }`;
    await scene.start({ servers: [await scene.gateway({}), await scene.gateway({})], admin });
    await (await scene.sp()).logIn();
    return scene;
  }

  get address(): string {
    return this.admin.httpAddress ?? '';
  }

  /** Each request has a connection of its own, so that none outlives the test. */
  async fetch(path: string, userAndPassword?: string, method = 'GET'): Promise<Response> {
    const headers = new Headers({ connection: 'close' });
    if (userAndPassword !== undefined) {
      headers.set('authorization', `Basic ${Buffer.from(userAndPassword).toString('base64')}`);
    }
    return fetch(`http://${this.address}${path}`, { headers, method });
  }

  async statusOf(path: string, userAndPassword?: string): Promise<number> {
    const response = await this.fetch(path, userAndPassword);
    await response.text();
    return response.status;
  }

  async command(line: string): Promise<string> {
    return exchange(connect(this.#socketPath), `${line}\n`);
  }
}

/** Where CI is set it must be there. */
function missingExporter(): string | false {
  if (process.env['CI'] !== undefined) return false;
  return spawnSync(EXPORTER, ['--version']).error !== undefined && `${EXPORTER} is not installed`;
}

/** Starts Debian's exporter for this address. Returns where it listens itself. */
async function startExporter(t: TestContext, scrapeUri: string): Promise<string> {
  const child = spawn(EXPORTER, ['--web.listen-address=127.0.0.1:0', `--haproxy.scrape-uri=${scrapeUri}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stderr)) {
    const [, address] = /"Listening on" address=(\S+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the exporter did not start');
}

describe('HTTP', { timeout: 30_000 }, () => {
  it('shows the session that is there, in every format', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    for (const [path, type, shown] of [
      ['/metrics', 'text/plain; version=0.0.4; charset=utf-8', /^haproxy_frontend_current_sessions\{proxy="sp"\} 1$/m],
      ['/stats;csv', 'text/csv; charset=utf-8', /^# pxname,svname,[^]*^sp,FRONTEND,,,1,1,/m],
      ['/stats?csv', 'text/csv; charset=utf-8', /^smsc,BACKEND,0,0,1,1,/m],
      ['/api/snapshot', 'application/json; charset=utf-8', /^\{"process":\{.*"sessionsNow":1,/],
    ] as const) {
      const response = await scene.fetch(path);
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, type]);
      const text = await response.text();
      assert.match(text, shown);
      const head = await scene.fetch(path, undefined, 'HEAD');
      assert.deepEqual([head.status, head.headers.get('content-type'), await head.text()], [200, type, '']);
    }
    assert.deepEqual(scene.log.of('http-listening'), [{ address: scene.address, access: 'open' }]);
  });

  it('wants a password for statistics, and none for readiness', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    for (const path of ['/metrics', '/stats;csv', '/stats?csv', '/api/snapshot']) {
      assert.equal(await scene.statusOf(path), 401);
      assert.equal(await scene.statusOf(path, 'me:guess'), 401);
      assert.equal(await scene.statusOf(path, RIGHT), 200);
    }
    for (const path of ['/healthz', '/readyz']) assert.equal(await scene.statusOf(path), 200);
    assert.equal(scene.log.of('http-listening')[0]?.access, 'password');
  });

  it('locks out who guesses, says so once, and still tells whether it is ready', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    for (let nth = 0; nth < ATTEMPTS; nth += 1) assert.equal(await scene.statusOf('/metrics', 'me:guess'), 401);
    for (let nth = 0; nth < 3; nth += 1) assert.equal(await scene.statusOf('/metrics', RIGHT), 429);
    assert.equal(await scene.statusOf('/readyz'), 200);
    assert.deepEqual(scene.log.of('http-locked-out'), [{ from: '127.0.0.1', attempts: ATTEMPTS, seconds: 60 }]);
  });

  it('is ready as long as sessions find a way through', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const readiness = async () => {
      const response = await scene.fetch('/readyz');
      return [response.status, await response.text()];
    };
    await scene.command('disable server smsc/s1');
    assert.deepEqual(await readiness(), [200, 'ok\n']);
    await scene.command('disable server smsc/s2;disable frontend sp');
    const [address = ''] = scene.balancer.addressesOf('sp');
    assert.deepEqual(await readiness(), [
      503,
      `frontend sp does not listen on ${address}\nbackend smsc accepts no sessions\n`,
    ]);
    assert.equal(await scene.statusOf('/healthz'), 200);
    await scene.command('enable server smsc/s2;enable frontend sp');
    assert.deepEqual(await readiness(), [200, 'ok\n']);
  });

  it('is there until the last session has ended', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const retired = scene.balancer.retire();
    assert.equal(await scene.statusOf('/readyz'), 503);
    assert.equal(await scene.statusOf('/metrics'), 200);
    for (const { driver } of scene.balancer.guests()) driver.kill();
    await retired;
    await assert.rejects(scene.fetch('/healthz'), { message: 'fetch failed' });
  });

  it('keeps the balancer from starting where somebody listens already', async (t) => {
    const first = await HttpScene.serving(t, OPEN);
    const second = new Scene(t);
    const fault = await second.tryStart({
      servers: [await second.gateway({})],
      admin: `http: { listen: "${first.address}" }`,
    });
    assert.match(fault ?? '', /^HTTP: cannot listen on 127\.0\.0\.1:\d+: .*in use/);
  });
});

describe('Debian’s exporter for HAProxy', { timeout: 30_000, skip: missingExporter() }, () => {
  it('exports the states of our servers, with a password', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    await scene.command('disable server smsc/s2');
    const [user = '', password = ''] = RIGHT.split(':').map(encodeURIComponent);
    const exporter = await startExporter(t, `http://${user}:${password}@${scene.address}/stats;csv`);
    const response = await fetch(`http://${exporter}/metrics`, { headers: { connection: 'close' } });
    const metrics = await response.text();
    for (const line of [
      'haproxy_up 1',
      'haproxy_exporter_csv_parse_failures_total 0',
      'haproxy_server_up{backend="smsc",server="s1"} 1',
      'haproxy_server_up{backend="smsc",server="s2"} 0',
      'haproxy_backend_up{backend="smsc"} 1',
      'haproxy_frontend_current_sessions{frontend="sp"} 1',
    ]) {
      assert.ok(metrics.split('\n').includes(line), `${line} is not in\n${metrics}`);
    }
  });
});
