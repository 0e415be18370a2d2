/** The page as it is without scripts, and the API: what they show, of whom, and in which language. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { CLOSED, HttpScene, OPEN, RIGHT } from '../support/http-scene.js';
import { connectFrame } from '../support/sp.js';
import { refusingAddress } from '../support/bad-addresses.js';

async function jsonOf(scene: HttpScene, path: string): Promise<unknown> {
  const response = await scene.fetch(path);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  return response.json();
}

/** SPs of these accounts, beside the one of the scene. */
async function withAccounts(t: TestContext, accounts: readonly string[]): Promise<HttpScene> {
  const scene = await HttpScene.serving(t, OPEN);
  for (const account of accounts) await (await scene.sp()).logIn(account);
  return scene;
}

describe('The page', { timeout: 30_000 }, () => {
  it('shows what is down first, then frontends and servers', async (t) => {
    const scene = new HttpScene(t);
    const check = '{ type: tcp, inter: 50ms, fall: 1, rise: 1 }';
    await scene.serve(OPEN, { servers: [await scene.gateway({}), await refusingAddress(t)], check });
    await scene.log.seen('server-down');
    const page = await scene.textOf('/');
    const order = ['Server smsc/s2 is DOWN', 'Frontends', '>sp ', 'Backend smsc', '>s1<', '>s2<'];
    const places = order.map((text) => page.indexOf(text));
    assert.ok(!places.includes(-1), `${order[places.indexOf(-1)]} is missing`);
    assert.deepEqual(
      places.toSorted((one, other) => one - other),
      places,
    );
    assert.match(page, /<span class="failed">L4CON<\/span>/);
    assert.match(page, /<noscript><meta http-equiv="refresh" content="5"\/><\/noscript>/);
    assert.doesNotMatch(page, /<script>|<style>| style=|javascript:|onclick/);
  });

  it('says that all is well when it is', async (t) => {
    const scene = await HttpScene.serving(t, `${OPEN}, refresh: 1500ms`);
    const page = await scene.textOf('/');
    assert.match(page, /Nothing is down, and nobody is refused\./);
    assert.match(page, /content="2"/);
    assert.match(page, /<b>1<\/b> \/ 1 \//);
  });

  for (const [what, headers, path, language] of [
    ['a browser wants', { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }, '/', 'zh-CN'],
    ['nobody knows', { 'accept-language': 'fr' }, '/', 'en'],
    ['was chosen', { 'accept-language': 'en' }, '/?lang=zh', 'zh-CN'],
    ['was chosen before', { 'accept-language': 'zh', cookie: 'lang=en' }, '/', 'en'],
  ] as const) {
    it(`speaks the language that ${what}`, async (t) => {
      const scene = await HttpScene.serving(t, OPEN);
      const response = await scene.fetch(path, undefined, { headers });
      assert.match(await response.text(), new RegExp(`<html lang="${language}">`));
      const cookie = response.headers.get('set-cookie');
      assert.equal(cookie, path === '/' ? null : 'lang=zh; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict');
    });
  }

  it('finds sessions by account, address, server and number', async (t) => {
    const scene = await withAccounts(t, ['900002', '800003']);
    const id = scene.balancer.guests().find(({ driver }) => driver.session.login?.account === '800003')?.id ?? 0;
    const { source = '' } = scene.balancer.guests().find((guest) => guest.id === id) ?? {};
    for (const [search, found] of [
      ['', 3],
      ['9000', 2],
      ['800003', 1],
      [source, 1],
      [String(id), 1],
      ['SMSC/S', 3],
      ['nobody', 0],
    ] as const) {
      const answer = await jsonOf(scene, `/api/sessions?search=${encodeURIComponent(search)}`);
      assert.ok(typeof answer === 'object' && answer !== null && 'found' in answer && 'total' in answer);
      assert.ok(Number(answer.found) >= found && (search === String(id) || answer.found === found), search);
      assert.equal(answer.total, 3);
    }
    assert.match(await scene.textOf(`/sessions/${id}`), /<dd>800003<\/dd>/);
    assert.equal(await scene.statusOf('/sessions/99999'), 404);
    assert.equal(await scene.statusOf('/servers/smsc/s9'), 404);
  });

  it('shows as many sessions as are wanted, the newest or the oldest, and how many more there are', async (t) => {
    const scene = await withAccounts(t, ['1', '2', '3']);
    const ids = scene.balancer.guests().map(({ id }) => id);
    const idsOf = async (query: string): Promise<unknown> => {
      const answer = await jsonOf(scene, `/api/sessions?${query}`);
      assert.ok(
        typeof answer === 'object' && answer !== null && 'sessions' in answer && Array.isArray(answer.sessions),
      );
      return answer.sessions.map((session: { id: number }) => session.id);
    };
    assert.deepEqual(await idsOf(''), ids.toReversed());
    assert.deepEqual(await idsOf('order=oldest&limit=2'), ids.slice(0, 2));
    assert.deepEqual(await idsOf('limit=0'), []);
    const page = await scene.textOf('/sessions?limit=1');
    assert.match(page, /4 in all · Not shown: 3 more\./);
    assert.equal((page.match(/href="\/sessions\/\d+"/g) ?? []).length, 1);
  });

  it('adds up sessions by account', async (t) => {
    const scene = await withAccounts(t, ['900007', '900007']);
    const answer = await jsonOf(scene, '/api/accounts?search=007');
    assert.ok(typeof answer === 'object' && answer !== null && 'accounts' in answer && Array.isArray(answer.accounts));
    const [{ name, sessionsNow, submits, servers, limited }] = answer.accounts;
    assert.deepEqual([name, sessionsNow, submits, limited.rejected], ['900007', 2, 0, 0]);
    assert.deepEqual(Object.keys(servers), ['smsc/s1', 'smsc/s2']);
    assert.match(await scene.textOf('/accounts'), /<a href="\/sessions\?search=900007">900007<\/a>/);
  });

  it('remembers accounts that have left, and says what was refused of them', async (t) => {
    const scene = await withAccounts(t, []);
    await scene.command('disable server smsc/s1;disable server smsc/s2');
    const sp = await scene.sp();
    await sp.logIn('800009');
    await scene.log.seen('session-end', ({ account }) => account === '800009');
    const answer = await jsonOf(scene, '/api/accounts?search=800009');
    assert.ok(typeof answer === 'object' && answer !== null && 'accounts' in answer && Array.isArray(answer.accounts));
    const [{ sessionsNow, refused, servers, lastLoginWallMs }] = answer.accounts;
    assert.deepEqual([sessionsNow, refused, servers, lastLoginWallMs], [0, { 'no-server': 1 }, {}, null]);
    assert.match(await scene.textOf('/accounts'), /<td class="number" title="no-server: 1">1<\/td>/);
  });

  it('says of a session that moves where to, and how much is held', async (t) => {
    const scene = new HttpScene(t);
    const first = await scene.gateway({});
    await scene.serve(OPEN, { servers: [first], onLinkLost: 'move', backend: 'retries: 0' });
    const sp = await scene.sp();
    await sp.logIn();
    first.close();
    await scene.log.seen('server-failed');
    const [{ id } = { id: 0 }] = scene.balancer.guests();
    const page = await scene.textOf(`/sessions/${id}`);
    assert.match(page, /<dt>On its way<\/dt><dd>to -, resting for \d+ ms, server-(lost|reset)<\/dd>/);
    assert.match(page, /<dt>Held requests<\/dt><dd>0<\/dd>/);
    assert.match(
      await scene.textOf('/'),
      /Sessions of smsc whose requests are held until another server takes them: 1\./,
    );
  });

  it('keeps sessions and accounts from those whose level is user', async (t) => {
    const scene = await HttpScene.serving(t, `${CLOSED}, level: user`);
    for (const path of ['/sessions', '/sessions/1', '/accounts', '/api/sessions', '/api/accounts']) {
      assert.equal(await scene.statusOf(path, RIGHT), 403);
    }
    assert.equal(scene.log.of('http-refused')[0]?.reason, 'level');
    const page = await scene.textOf('/', RIGHT);
    assert.doesNotMatch(page, /href="\/(sessions|accounts)"|data-confirm/);
  });

  it('escapes every byte that an account may have, on the page and in JSON', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const frames = Array.from({ length: 256 }, (_, byte) => {
      const frame = connectFrame('900001');
      // Not the first byte: an account that begins with NUL is empty.
      frame.set([byte], 14);
      return frame;
    });
    for (const frame of frames) {
      const sp = await scene.sp();
      sp.peer.write(frame);
      await sp.peer.pdu('connectResp');
    }
    for (const path of [
      '/sessions?limit=300',
      '/accounts?limit=300',
      '/api/sessions?limit=300',
      '/api/accounts?limit=300',
    ]) {
      const text = await scene.textOf(path);
      // oxlint-disable-next-line eslint/no-control-regex -- they are what must not be there.
      assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\xb6\xb8-\xff]/.test(text), path);
      const isPage = !path.startsWith('/api');
      for (const [byte, shown] of [
        [0x3c, isPage ? '90&lt;001' : '"90<001"'],
        [0x26, isPage ? '90&amp;001' : '"90&001"'],
        [0x22, isPage ? '90&quot;001' : '"90\\"001"'],
        [0x27, isPage ? '90&#39;001' : `"90'001"`],
        [0x5c, isPage ? '90\\x5c001' : '"90\\\\x5c001"'],
        [0x0a, isPage ? '90\\x0a001' : '"90\\\\x0a001"'],
        [0xff, isPage ? '90\\xff001' : '"90\\\\xff001"'],
        [0x1b, isPage ? '90\\x1b001' : '"90\\\\x1b001"'],
      ] as const) {
        assert.ok(text.includes(shown), `${path} does not have ${byte} as ${shown}`);
      }
      if (isPage) assert.doesNotMatch(text, /90<001|90"001/);
      else JSON.parse(text);
    }
  });

  it('hands its files to browsers once', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const names = [...(await scene.textOf('/')).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    assert.equal(names.length, 5);
    for (const path of [...names, '/assets/live.js', '/assets/charts.js']) {
      const response = await scene.fetch(path);
      const etag = response.headers.get('etag') ?? '';
      assert.deepEqual([response.status, response.headers.get('cache-control')], [200, 'no-cache'], path);
      assert.ok((await response.text()).length > 100);
      assert.equal(await scene.statusOf(path, undefined, { headers: { 'if-none-match': etag } }), 304);
    }
    assert.equal(await scene.statusOf('/assets/..%2f..%2fpackage.json'), 404);
  });
});

describe('The API', { timeout: 30_000 }, () => {
  it('has a history from the start on', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const history = await jsonOf(scene, '/api/history');
    assert.ok(typeof history === 'object' && history !== null && 'times' in history && 'series' in history);
    assert.ok(Array.isArray(history.times) && history.times.length === 1);
    assert.deepEqual(history.series, {
      submit: [null],
      limited: [null],
      moving: [0],
      held: [0],
      deliver: [null],
      'latency:smsc/s1': [null],
      'latency:smsc/s2': [null],
      'sessions:smsc/s1': [0],
      'sessions:smsc/s2': [0],
    });
  });

  it('tells of every server where it is', async (t) => {
    const scene = await HttpScene.serving(t, OPEN);
    const answer = await jsonOf(scene, '/api/servers');
    assert.ok(typeof answer === 'object' && answer !== null && 'servers' in answer && Array.isArray(answer.servers));
    assert.deepEqual(
      answer.servers.map((server: { backend: string; name: string }) => `${server.backend}/${server.name}`),
      ['smsc/s1', 'smsc/s2'],
    );
    for (const [path, key] of [
      ['/api/frontends', 'frontends'],
      ['/api/backends', 'backends'],
    ] as const) {
      assert.deepEqual(Object.keys(Object(await jsonOf(scene, path))), [key]);
    }
  });
});
