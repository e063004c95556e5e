// The overlay of `waymark/debug` in the shop, under its content security policy: by rule, by keyboard, by eye.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import axe from 'axe-core';
import { checkedLooks, wide } from './looks.mjs';
import { browse, openShop } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

const shop = await readFile(new URL('../../examples/shop/index.html', import.meta.url), 'utf8');
const tag = '<script type="module" src="shop.js"></script>';
const files = {
  'watched.html': shop.replace(tag, `<script type="module" src="watched.js"></script>${tag}`),
  'watched.js': `
    import * as debug from './waymark/debug.js';
    globalThis.debug = debug;
    globalThis.refusals = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => refusals.push(violatedDirective));
    debug.watch();
    if (!location.search.includes('quiet')) debug.showOverlay();`,
};

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page) {
  await page.evaluate(axe.source);
  const broken = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), rules);
  return broken.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** The rows of the list, as the person reads them. */
const rows = (page) =>
  page
    .locator('waymark-overlay tbody tr')
    .evaluateAll((found) => found.map((row) => [row.querySelector('span').textContent, row.cells[2].textContent]));

/** What the shop tracks when it is opened, the newest first. */
const first = [
  ['catalogue_viewed', 'held'],
  ['page_viewed', 'held'],
];

async function openWatched(t, options) {
  const stage = await setStage(t, { files });
  const context = await stage.newContext(options);
  const page = await context.newPage();
  await openShop(page, stage.url('watched.html'));
  const toggle = page.getByRole('button', { name: /^Waymark: / });
  await toggle.waitFor();
  return { stage, context, page, toggle };
}

for (const [look, options] of Object.entries(checkedLooks))
  test(`the overlay keeps the rules ${look}`, async (t) => {
    const { context, page, toggle } = await openWatched(t, { ...options, reducedMotion: 'reduce' });
    assert.deepEqual(await violations(page), [], 'closed');
    await toggle.click();
    assert.deepEqual(await rows(page), first);
    assert.deepEqual(await violations(page), [], 'held');
    await page.evaluate(async () => {
      const { consent, flush, track } = await import('./waymark/track.js');
      consent.set({ analytics: 'granted' });
      await flush();
      track('Bad Name', { a: 1 });
      track('item_viewed', []);
      track('cart_opened');
    });
    await page.getByText('not_an_object').first().waitFor();
    await page.locator('waymark-overlay summary').last().click();
    assert.deepEqual(
      (await rows(page)).map(([, state]) => state),
      ['queued', 'dropped', 'queued', 'acknowledged', 'acknowledged'],
    );
    assert.deepEqual(await violations(page), [], 'with all states');
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= options.viewport.width);
    const box = await page.locator('waymark-overlay .panel').boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= options.viewport.width, JSON.stringify(box));
    for (const button of await page.locator('waymark-overlay button').all())
      assert.ok((await button.boundingBox()).height >= 24, 'large enough to hit (WCAG 2.5.8)');
    assert.deepEqual(await page.evaluate(() => globalThis.refusals), []);
    assert.deepEqual(context.pageErrors, []);
  });

test('its styles are there under a policy without unsafe-inline, and it asks nothing of the network', async (t) => {
  const { page, toggle } = await openWatched(t, { viewport: wide });
  assert.match(await page.locator('meta[http-equiv]').getAttribute('content'), /style-src 'self';/);
  assert.equal(await page.locator('waymark-overlay').evaluate((host) => getComputedStyle(host).position), 'fixed');
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  await toggle.click();
  await page.waitForTimeout(1500); // its own interval has come round
  assert.deepEqual(requests, []);
});

test('by keyboard alone: open, read on, pause, clear, close', async (t) => {
  const { page, toggle } = await openWatched(t, { viewport: wide });
  await toggle.focus();
  await page.keyboard.press('Enter');
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document.querySelector('waymark-overlay').shadowRoot;
      return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent;
    });
  const reached = [];
  for (let index = 0; index < 4; ++index) {
    await page.keyboard.press('Tab');
    reached.push(await focused());
  }
  assert.deepEqual(reached, ['Pause', 'Clear', 'Copy as JSON', 'Events']);

  const pause = page.getByRole('button', { name: 'Pause' });
  await pause.focus();
  await page.keyboard.press('Space');
  assert.equal(await pause.getAttribute('aria-pressed'), 'true');
  const track = (name) => page.evaluate(async (given) => (await import('./waymark/track.js')).track(given), name);
  await track('while_paused');
  await page.waitForTimeout(1000);
  assert.deepEqual(await rows(page), first);
  await page.keyboard.press('Space');
  assert.deepEqual(await rows(page), [['while_paused', 'held'], ...first]);
  await page.evaluate(async () => (await import('./waymark/track.js')).consent.set({ analytics: 'granted' }));
  await page.getByRole('button', { name: 'Clear' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await rows(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  assert.match(await focused(), /^Waymark: /);
});

test('a list that is open follows the events, and what is opened in it stays open', async (t) => {
  const { page, toggle } = await openWatched(t, { viewport: wide });
  await page.click('#banner-accept');
  await toggle.click();
  await page.evaluate(async () => (await import('./waymark/track.js')).flush());
  await page.locator('waymark-overlay summary').last().click();
  assert.equal(await page.locator('waymark-overlay details[open]').count(), 1);
  await page.evaluate(async () => (await import('./waymark/track.js')).track('cart_opened'));
  await page.getByText('cart_opened').waitFor();
  assert.deepEqual((await rows(page))[0], ['cart_opened', 'queued']);
  await page.evaluate(async () => (await import('./waymark/track.js')).flush());
  await page.waitForFunction(
    () =>
      document.querySelector('waymark-overlay').shadowRoot.querySelector('tbody tr').cells[2].textContent ===
      'acknowledged',
  );
  assert.equal(await page.locator('waymark-overlay details[open]').count(), 1);
});

test('copy as JSON: to the clipboard, or as selected text where that is forbidden', async (t) => {
  const { context, page, toggle } = await openWatched(t, { viewport: wide });
  await toggle.click();
  const copy = page.getByRole('button', { name: 'Copy as JSON' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await copy.click();
  await page.getByText('Copied.').waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.trackers[0].events[0].event_name, 'page_viewed');
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await copy.click();
  const text = page.getByRole('textbox', { name: 'Events as JSON' });
  await text.waitFor();
  assert.equal(JSON.parse(await text.inputValue()).trackers.length, 1);
  assert.equal(
    await text.evaluate(({ selectionStart, selectionEnd, value }) => selectionEnd - selectionStart === value.length),
    true,
  );
});

test('a second call gives the same overlay; one that was removed can be shown again', async (t) => {
  const { page } = await openWatched(t, { viewport: wide });
  const found = await page.evaluate(() => {
    const { showOverlay } = globalThis.debug;
    const first = showOverlay();
    const isSame = showOverlay() === first;
    first.remove();
    const left = document.querySelectorAll('waymark-overlay').length;
    document.body.append(first);
    first.remove();
    showOverlay();
    return [isSame, left, document.querySelectorAll('waymark-overlay').length];
  });
  assert.deepEqual(found, [true, 0, 1]);
});

test('over a whole visit every event that the collector has is acknowledged, with what it has of it', async (t) => {
  const { stage, page, context } = await openWatched(t, { viewport: wide });
  await page.click('#banner-accept');
  await browse(page);
  await page.evaluate(async () => (await import('./waymark/track.js')).flush());
  const { trackers } = await page.evaluate(() => globalThis.debug.inspect());
  const [{ events, totals, state, fault }] = trackers;
  assert.deepEqual([state, fault], ['running', '']);
  const stored = await stage.eventsUntil((found) => found.length >= totals.acknowledged);
  assert.ok(stored.length > 8);
  const key = ({ sequence, event_name, properties }) => JSON.stringify([sequence, event_name, properties]);
  assert.deepEqual(events.map(key).sort(), stored.map(key).sort());
  assert.ok(events.every((event) => event.state === 'acknowledged'));
  assert.deepEqual(context.pageErrors, []);
});

test('the fallback core is watched too', async (t) => {
  const stage = await setStage(t, {
    files: { ...files, 'watched.html': files['watched.html'].replace(" 'wasm-unsafe-eval'", '') },
  });
  const page = await (await stage.newContext()).newPage();
  await openShop(page, stage.url('watched.html'));
  await page.click('#banner-accept');
  await page.evaluate(async () => {
    const { flush, init } = await import('./waymark/track.js');
    await init({}).ready;
    await flush();
  });
  const { trackers } = await page.evaluate(() => globalThis.debug.inspect());
  assert.equal(trackers[0].events[0].state, 'acknowledged');
});

test('watching without the overlay puts nothing on the page', async (t) => {
  const stage = await setStage(t, { files });
  const page = await (await stage.newContext()).newPage();
  await openShop(page, stage.url('watched.html?quiet'));
  assert.equal(await page.locator('waymark-overlay').count(), 0);
  assert.equal(await page.evaluate(() => globalThis.debug.inspect().trackers[0].events[0].state), 'held');
});
