/** Metrics, statistics and readiness of a running balancer, as whoever scrapes them gets them. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { ATTEMPTS } from '../../src/balancer/lockout.js';
import { CLOSED, HttpScene, OPEN, RIGHT } from '../support/http-scene.js';
import { Scene } from '../support/scene.js';

const EXPORTER = 'prometheus-haproxy-exporter';
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
      const head = await scene.fetch(path, undefined, { method: 'HEAD' });
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
    const reasons = scene.log.of('http-refused').map(({ reason }) => reason);
    assert.deepEqual(reasons, ['wrong-password', 'locked-out']);
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

  for (const [method, path, status] of [
    ['POST', '/metrics', 405],
    ['DELETE', '/healthz', 405],
    ['OPTIONS', '/api/servers/smsc/s1', 405],
    ['PUT', '/nothing', 405],
    ['GET', '/metrics/', 404],
    ['GET', '/api/nothing', 404],
    ['GET', '/api/servers/smsc/s1', 404],
    ['GET', '//healthz', 404],
  ] as const) {
    it(`answers ${method} ${path} with ${status}`, async (t) => {
      const scene = await HttpScene.serving(t, OPEN);
      const response = await scene.fetch(path, undefined, { method });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('allow'), status === 405 ? 'GET, HEAD' : null);
      await response.text();
    });
  }

  it('tells nobody without a password what there is', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    for (const path of ['/', '/nothing', '/assets/page.css', '/api/history', '/events', '/sessions/1']) {
      const response = await scene.fetch(path);
      assert.deepEqual([response.status, await response.text()], [401, 'User and password, please.\n']);
      assert.match(response.headers.get('www-authenticate') ?? '', /^Basic realm="cmpp-lb"/);
    }
  });

  it('leads from where HAProxy’s page is to ours', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    for (const path of ['/stats', '/haproxy?stats']) {
      const response = await scene.fetch(path);
      assert.deepEqual([response.status, response.headers.get('location')], [303, '/']);
    }
    assert.match(await scene.textOf('/haproxy?stats;csv'), /^# pxname,/);
  });

  it('counts what it refuses', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    for (let nth = 0; nth < 3; nth += 1) assert.equal(await scene.statusOf('/', 'me:guess'), 401);
    const metrics = await scene.textOf('/metrics', RIGHT);
    assert.match(metrics, /^cmpp_lb_http_refused_total\{reason="wrong-password"\} 3$/m);
    assert.match(metrics, /^cmpp_lb_http_refused_total\{reason="foreign-origin"\} 0$/m);
    const lines = scene.log.of('http-refused');
    assert.deepEqual(lines, [{ reason: 'wrong-password', from: '127.0.0.1', request: 'GET /', unlogged: 0 }]);
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
