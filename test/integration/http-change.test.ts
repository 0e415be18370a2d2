/** Servers steered by HTTP: who may, from where, and what is made of those who may not. */

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import type { RefusalReason } from '../../src/admin/http/refusal.js';
import { basic, CLOSED, HttpScene, RIGHT, STEERING } from '../support/http-scene.js';

const PATH = '/api/servers/smsc/s1';
const SCRIPT = { 'content-type': 'application/json', 'x-requested-with': 'test' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function post(body: string | object, headers: Record<string, string> = SCRIPT): RequestInit {
  return { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

async function tokenOf(scene: HttpScene): Promise<string> {
  const page = await scene.textOf('/servers/smsc/s1?action=drain', RIGHT);
  return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

async function statusOfServer(scene: HttpScene): Promise<string | undefined> {
  return scene.statistics.snapshot().backends[0]?.servers[0]?.status;
}

/** A request with headers that `fetch` does not let one write. Returns the status. */
async function statusWith(scene: HttpScene, headers: Record<string, string>, body: string): Promise<number> {
  const [host = '', port] = scene.address.split(':');
  const all = { authorization: basic(RIGHT), connection: 'close', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: PATH, method: 'POST', headers: all, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

describe('A script', { timeout: 30_000 }, () => {
  for (const [change, status] of [
    [{ action: 'drain' }, 'DRAIN'],
    [{ action: 'keep' }, 'DRAIN'],
    [{ action: 'maint' }, 'MAINT'],
    [{ action: 'weight', weight: 0 }, 'DRAIN'],
    [{ action: 'weight', weight: '50%' }, 'no check'],
    [{ action: 'ready' }, 'no check'],
  ] as const) {
    it(`may ${JSON.stringify(change)}, and the log says who it was`, async (t) => {
      const scene = await HttpScene.serving(t, STEERING);
      const response = await scene.fetch(PATH, RIGHT, post(change));
      assert.equal(response.status, 200);
      assert.match(await response.text(), /^\{"outcome":"done","text":"/);
      assert.equal(await statusOfServer(scene), status);
      const [{ from, access, outcome, command } = {}] = scene.log.of('command');
      assert.deepEqual([from, access, outcome], ['http:me@127.0.0.1', 'admin', 'done']);
      assert.match(command ?? '', /^(drain server smsc\/s1$|set server smsc\/s1 (state|weight) )/);
    });
  }

  for (const [path, change, text] of [
    ['/api/servers/smsc/s9', { action: 'drain' }, 'No such server.'],
    ['/api/servers/nothing/s1', { action: 'drain' }, 'No such backend.'],
    [PATH, { action: 'weight', weight: 'much' }, 'Empty weight string empty or preceded by garbage'],
  ] as const) {
    it(`is told why nothing comes of ${JSON.stringify(change)} at ${path}`, async (t) => {
      const scene = await HttpScene.serving(t, STEERING);
      const response = await scene.fetch(path, RIGHT, post(change));
      assert.deepEqual([response.status, await response.json()], [409, { outcome: 'refused', text }]);
      assert.equal(await statusOfServer(scene), 'no check');
    });
  }
});

describe('A server that is drained by HTTP', { timeout: 30_000 }, () => {
  for (const [action, expected, sessions] of [
    ['drain', 'drain server smsc/s1', [0, 1]],
    ['keep', 'set server smsc/s1 state drain', [1, 0]],
  ] as const) {
    it(`by ${action}, ${action === 'keep' ? 'keeps' : 'loses'} its sessions`, async (t) => {
      const scene = await HttpScene.serving(t, STEERING);
      await scene.fetch(PATH, RIGHT, post({ action }));
      assert.equal(scene.log.of('command')[0]?.command, expected);
      if (action === 'drain') await scene.log.seen('migration-over');
      const [backend] = scene.statistics.snapshot().backends;
      assert.deepEqual(
        backend?.servers.map(({ sessionsNow }) => sessionsNow),
        sessions,
      );
    });
  }
});

describe('A form of the page', { timeout: 30_000 }, () => {
  it('changes a server with its token, and leads to what came of it', async (t) => {
    const scene = await HttpScene.serving(t, STEERING);
    const body = `action=drain&token=${await tokenOf(scene)}`;
    const origin = `http://${scene.address}`;
    const response = await scene.fetch(PATH, RIGHT, post(body, { ...FORM, origin, 'sec-fetch-site': 'same-origin' }));
    assert.deepEqual([response.status, response.headers.get('location')], [303, '/servers/smsc/s1']);
    assert.match(await scene.textOf('/servers/smsc/s1', RIGHT), /<span class="state drain">DRAIN<\/span>/);
  });

  it('has another token after each start', async (t) => {
    const tokens = [];
    for (let nth = 0; nth < 2; nth += 1) tokens.push(await tokenOf(await HttpScene.serving(t, STEERING)));
    assert.equal(new Set(tokens).size, 2);
    assert.ok(tokens.every((token) => token.length === 43));
  });
});

const drain = { action: 'drain' };

describe('A change by HTTP is refused, counted and logged', { timeout: 30_000 }, () => {
  const cases: readonly (readonly [what: string, reason: RefusalReason, status: number, request: RequestInit])[] = [
    ['from a page of another site', 'foreign-origin', 403, post(drain, { ...SCRIPT, origin: 'http://evil.example' })],
    ['from a page without an origin', 'foreign-origin', 403, post(drain, { ...SCRIPT, origin: 'null' })],
    [
      'that a browser sent from elsewhere',
      'foreign-origin',
      403,
      post(drain, { ...SCRIPT, 'sec-fetch-site': 'same-site' }),
    ],
    ['without a token', 'no-token', 403, post('action=drain', FORM)],
    ['with a token of chance', 'no-token', 403, post(`action=drain&token=${'x'.repeat(43)}`, FORM)],
    ['of a script without its header', 'no-token', 403, post(drain, { 'content-type': 'application/json' })],
    ['that nobody knows', 'malformed', 400, post({ action: 'reboot' })],
    ['in broken JSON', 'malformed', 400, post('{"action"')],
    ['without an action', 'malformed', 400, post('', FORM)],
    ['of too much', 'too-large', 413, post({ action: 'drain', weight: 'x'.repeat(5000) })],
  ];
  for (const [what, reason, status, refused] of cases) {
    it(what, async (t) => {
      const scene = await HttpScene.serving(t, STEERING);
      assert.equal(await scene.statusOf(PATH, RIGHT, refused), status);
      const line = scene.log.of('http-refused')[0];
      assert.deepEqual(line, { reason, from: '127.0.0.1', request: `POST ${PATH}`, unlogged: 0 });
      assert.match(
        await scene.textOf('/metrics', RIGHT),
        new RegExp(`http_refused_total\\{reason="${reason}"\\} 1\\n`),
      );
      assert.equal(await statusOfServer(scene), 'no check');
      assert.deepEqual(scene.log.of('command'), []);
    });
  }

  it('under a name that is not ours', async (t) => {
    const scene = await HttpScene.serving(t, STEERING);
    assert.equal(await statusWith(scene, { ...SCRIPT, host: 'evil.example' }, JSON.stringify(drain)), 403);
    assert.equal(scene.log.of('http-refused')[0]?.reason, 'foreign-host');
  });

  it('of too much that comes in pieces of unknown length', async (t) => {
    const scene = await HttpScene.serving(t, STEERING);
    const headers = { ...SCRIPT, 'transfer-encoding': 'chunked' };
    assert.equal(await statusWith(scene, headers, 'x'.repeat(100_000)), 413);
    assert.equal(scene.log.of('http-refused')[0]?.reason, 'too-large');
  });

  it('to a user who may only look', async (t) => {
    const scene = await HttpScene.serving(t, CLOSED);
    assert.equal(await scene.statusOf(PATH, RIGHT, post(drain)), 403);
    assert.equal(scene.log.of('http-refused')[0]?.reason, 'level');
    assert.doesNotMatch(await scene.textOf('/servers/smsc/s1?action=drain', RIGHT), /token|method="post"/);
  });

  it('and one under a name that is written down is not', async (t) => {
    const scene = await HttpScene.serving(t, `${STEERING}, hosts: [lb1.example.net]`);
    const host = 'LB1.example.net:8443';
    const headers = { ...SCRIPT, host, origin: 'https://lb1.example.net:8443', 'sec-fetch-site': 'same-origin' };
    assert.equal(await statusWith(scene, headers, JSON.stringify(drain)), 200);
    assert.equal(await statusOfServer(scene), 'DRAIN');
  });
});
