/** The page in a real browser, with scripts and without: what it shows, that it moves, and that it steers. */

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { missingBrowser, openPage, startBrowser } from '../support/browser.js';
import { refusingAddress } from '../support/bad-addresses.js';
import { HttpScene, PASSWORD, STEERING } from '../support/http-scene.js';

/** Where to leave pictures for people to look at; nowhere if it is not set. */
const PICTURES = process.env['CMPP_LB_SCREENSHOTS'];
const CREDENTIALS = { httpCredentials: { username: 'me', password: PASSWORD } };
const CHECK = '{ type: tcp, inter: 100ms, fall: 1, rise: 1 }';

/** Runs in the browser: which texts have less contrast to their ground than 4.5 to 1 (WCAG 2, 1.4.3). */
const WEAK_CONTRASTS = `(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const ground = (element) => {
    const [red, green, blue, opacity = 1] = numbers(getComputedStyle(element).backgroundColor);
    return opacity === 0 && element.parentElement ? ground(element.parentElement) : [red, green, blue];
  };
  const contrast = (element) => {
    const [dark, bright] = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const all = [...document.querySelectorAll('body *')].filter((element) => own(element) && element.checkVisibility());
  const weak = all.filter((element) => contrast(element) < 4.5);
  return { looked: all.length, weak: weak.map((element) => element.outerHTML.slice(0, 80) + ' ' + contrast(element)) };
})()`;

/** Runs in the browser: how much is cut off where a server has been through much. */
const CUT_OFF = `(() => {
  const told = document.querySelector('small.moves');
  told.textContent = 'moving 12 · held 5 · moved away 1,290 · arrived 1,080 · stayed 65 · in doubt 219';
  return told.scrollWidth - told.clientWidth;
})()`;

interface Shown {
  readonly scene: HttpScene;
  readonly page: Page;
  readonly complaints: readonly string[];
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

describe('The page in chromium', { timeout: 120_000, skip: missingBrowser() }, () => {
  let browser: Browser | undefined;

  before(async () => {
    browser = await startBrowser();
  });
  after(async () => browser?.close());

  /** A balancer with a server that is up and one that is down, an SP, and a page. */
  async function shown(t: TestContext, options: BrowserContextOptions = {}, http = STEERING): Promise<Shown> {
    const scene = new HttpScene(t);
    await scene.serve(http, { servers: [await scene.gateway({}), await refusingAddress(t)], check: CHECK });
    await scene.log.seen('server-down');
    await (await scene.sp()).logIn();
    assert.ok(browser !== undefined);
    const { page, complaints } = await openPage(browser, { ...CREDENTIALS, ...options });
    t.after(() => page.context().close());
    await page.goto(`http://${scene.address}/`);
    return { scene, page, complaints };
  }

  for (const [name, options] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 375, height: 812 } }],
    ['chinese', { locale: 'zh-CN' }],
    ['without-scripts', { javaScriptEnabled: false }],
  ] as const satisfies readonly (readonly [string, BrowserContextOptions])[]) {
    it(`is readable: ${name}`, async (t) => {
      const { page, complaints } = await shown(t, options);
      for (const text of ['smsc/s2', 'DOWN', 'L4CON', '127.0.0.1']) {
        assert.ok(await page.getByText(text).first().isVisible(), text);
      }
      if (name !== 'without-scripts') await page.locator('.u-legend').first().waitFor();
      for (const path of ['/', '/sessions', '/accounts', '/servers/smsc/s1?action=weight', '/sessions/1']) {
        await page.goto(new URL(path, page.url()).href);
        const width = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(width, 0, `${path} is wider than the screen`);
        if (name !== 'without-scripts' && path === '/') await page.locator('.u-legend').first().waitFor();
        await picture(page, `${name}${path.replaceAll(/\W+/g, '-')}`);
      }
      assert.deepEqual(complaints, []);
    });
  }

  it('has text that can be told from its ground, in light and in dark', async (t) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await shown(t, { colorScheme });
      const { looked, weak } = await page.evaluate<{ looked: number; weak: string[] }>(WEAK_CONTRASTS);
      assert.ok(looked > 30);
      assert.deepEqual(weak, []);
    }
  });

  it('moves: states, sessions, and a server that comes back', async (t) => {
    const { scene, page } = await shown(t, {}, `${STEERING}, refresh: 200ms`);
    await page.locator('#live.on').waitFor();
    await (await scene.sp()).logIn();
    await page.locator('#frontends td:has(meter) b', { hasText: '2' }).waitFor();
    await scene.command('set server smsc/s1 state drain');
    await page.locator('.state.drain').waitFor();
    await scene.command('set server smsc/s1 state ready');
    await page.locator('.state.drain').waitFor({ state: 'detached' });
  });

  it('searches as one types, and keeps the address true', async (t) => {
    const { scene, page } = await shown(t);
    await (await scene.sp()).logIn('800002');
    await page.goto(`http://${scene.address}/sessions`);
    await page.getByRole('searchbox').pressSequentially('8000');
    await page.locator('tbody tr', { hasText: '900001' }).waitFor({ state: 'detached' });
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.match(page.url(), /\/sessions\?search=8000&order=newest$/);
  });

  it('drains a server when that is confirmed, and not before', async (t) => {
    const { scene, page, complaints } = await shown(t);
    await page.locator('button[value=drain]').first().click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByText('It takes no new sessions. Those that are there (1) move to other servers').waitFor();
    assert.ok(await dialog.getByText('No other server of this backend takes sessions').isVisible());
    await picture(page, 'dialogue');
    await dialog.getByText('Cancel').click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(scene.log.of('command'), []);
    await page.locator('button[value=drain]').first().click();
    await dialog.getByRole('button', { name: 'Drain' }).click();
    await page.waitForURL('**/servers/smsc/s1');
    await page.locator('.state.drain').waitFor();
    const [{ from, command } = {}] = scene.log.of('command');
    assert.deepEqual([from, command], ['http:me@127.0.0.1', 'drain server smsc/s1']);
    assert.deepEqual(complaints, []);
  });

  it('shows a migration that is under way, sessions that are held, and what has moved', async (t) => {
    for (const [name, viewport] of [
      ['moves', undefined],
      ['moves-phone', { width: 375, height: 812 }],
    ] as const) {
      const scene = new HttpScene(t);
      const [first, second] = [await scene.gateway({}), await scene.gateway({})];
      await scene.serve(STEERING, { servers: [first, second] });
      const [sp] = [await scene.sp(), await (await scene.sp()).logIn(), await (await scene.sp()).logIn('900002')];
      await sp.logIn('900003');
      await scene.command('set server smsc/s2 state drain');
      assert.ok(browser !== undefined);
      const { page, complaints } = await openPage(browser, { ...CREDENTIALS, ...(viewport && { viewport }) });
      t.after(() => page.context().close());
      await scene.command('set server smsc/s1 state ready;drain server smsc/s2 rate 1000');
      await scene.log.seen('migration-over');
      // Nobody is left who takes them: they stay, and are asked again.
      await scene.command('drain server smsc/s1 rate 1');
      await page.goto(`http://${scene.address}/`);
      await page.getByText('Sessions of smsc/s1 move (drain, 1 a second').waitFor();
      assert.ok(await page.getByText('moved away 1').isVisible());
      assert.ok(await page.getByText('arrived 1').isVisible());
      await picture(page, name);
      assert.equal(await page.evaluate(CUT_OFF), 0);
      await page.goto(`http://${scene.address}/servers/smsc/s1`);
      await page.locator('.problems .note').waitFor();
      await picture(page, `${name}-server`);
      assert.deepEqual(complaints, []);
      assert.equal(
        await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        0,
      );
    }
  });

  it('weighs a server without scripts', async (t) => {
    const { scene, page } = await shown(t, { javaScriptEnabled: false });
    await page.locator('button[value=weight]').first().click();
    await page.locator('#question input[name=weight]').fill('7');
    await page.locator('#question button').click();
    await page.waitForURL('**/servers/smsc/s1');
    assert.equal(await scene.command('get weight smsc/s1'), '7 (initial 1)\n\n');
  });

  it('takes no orders from another site', async (t) => {
    const { scene, page } = await shown(t);
    const action = `http://${scene.address}/api/servers/smsc/s1`;
    const evil = `<form method="post" action="${action}"><input name="action" value="drain"><button>x</button></form>`;
    await page.route('http://evil.localhost/', (route) => route.fulfill({ contentType: 'text/html', body: evil }));
    await page.goto('http://evil.localhost/');
    await page.locator('button').click();
    const { reason } = await scene.log.seen('http-refused');
    assert.equal(reason, 'foreign-origin');
    assert.deepEqual(scene.log.of('command'), []);
  });

  it('shows an account that would be a script as what it is', async (t) => {
    const { scene, page, complaints } = await shown(t);
    await (await scene.sp()).logIn('<b>&"');
    await page.goto(`http://${scene.address}/accounts`);
    assert.equal(await page.locator('th a', { hasText: '<b>&"' }).textContent(), '<b>&"');
    await page.locator('th a', { hasText: '<b>&"' }).click();
    await page.waitForURL('**/sessions?**');
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.deepEqual(complaints, []);
  });
});
