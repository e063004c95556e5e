// The banner by keyboard, by eye and by rule. The rules are those of axe-core for WCAG 2.2 A and AA and its best practices.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { checkedLooks, narrow, wide } from './looks.mjs';
import { openShop, order } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

/** The rules that the page breaks, each with where. */
async function violations(page) {
  await page.evaluate(axe.source);
  const { violations: broken } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return broken.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

for (const [look, options] of Object.entries(checkedLooks))
  test(`every view keeps the rules ${look}`, async (t) => {
    const stage = await setStage(t);
    const page = await (await stage.newContext({ ...options, reducedMotion: 'reduce' })).newPage();
    const found = {};
    const check = async (view) => {
      const broken = await violations(page);
      if ((await page.evaluate(() => document.documentElement.scrollWidth)) > options.viewport.width)
        broken.push('1.4.10: the page scrolls sideways');
      if (broken.length > 0) found[view] = broken;
    };

    await openShop(page, stage.url());
    await check('catalogue with banner');
    await page.click('#banner-choose');
    await check('settings');
    await page.check('#purpose-analytics');
    await page.click('#banner-save');
    await check('catalogue');
    await page.click('#privacy-choices');
    await check('settings again');
    await page.click('#banner-close');
    await page.click('.card-name a[href*="trail-boots"]');
    await page.click('#add');
    await check('product');
    await page.click('.cart-link');
    await check('cart');
    await page.click('text=Go to checkout');
    await page.click('#order-now');
    await check('checkout with faults');
    await page.goBack();
    await order(page);
    await check('confirmation');
    assert.deepEqual(found, {});
  });

test('the rules can be broken: axe reports a button without a name and grey on grey', async (t) => {
  const stage = await setStage(t, {
    files: {
      'broken.html':
        '<!doctype html><html lang="en"><title>x</title><main><h1 style="color:#888;background:#999">Hard</h1><button></button></main>',
    },
  });
  const page = await (await stage.newContext()).newPage();
  await page.goto(stage.url('broken.html'));
  assert.deepEqual((await violations(page)).map((line) => line.split(':')[0]).sort(), [
    'button-name',
    'color-contrast',
  ]);
});

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element === document.body ? 'body' : element.id || element.textContent.trim().slice(0, 40);
  });

async function press(page, key, times = 1) {
  for (let index = 0; index < times; index++) await page.keyboard.press(key);
}

test('by keyboard alone: choose by purpose, save, open again, withdraw', async (t) => {
  const stage = await setStage(t);
  const page = await (await stage.newContext({ viewport: wide })).newPage();
  await openShop(page, stage.url());
  const banner = page.getByRole('region', { name: 'May we count?' });
  await banner.waitFor({ state: 'visible' });

  const first = [];
  for (let index = 0; index < 5; index++) {
    await press(page, 'Tab');
    first.push(await focused(page));
  }
  assert.deepEqual(first.slice(0, 4), ['Skip to content', 'banner-reject', 'banner-accept', 'banner-choose']);
  assert.equal(first[4], 'Cairn', 'the banner does not trap the focus');

  await press(page, 'Shift+Tab');
  await press(page, 'Enter');
  assert.equal(await page.getAttribute('#banner-choose', 'aria-expanded'), 'true');
  assert.equal(await focused(page), 'purpose-analytics');
  await press(page, 'Escape');
  assert.equal(await page.isVisible('#banner-settings'), false);
  assert.equal(await banner.isVisible(), true, 'Escape is no answer');
  assert.equal(await focused(page), 'banner-choose');

  await press(page, 'Enter');
  await press(page, 'Space');
  assert.equal(await page.isChecked('#purpose-analytics'), true);
  await press(page, 'Tab', 5);
  assert.equal(await focused(page), 'banner-save');
  await press(page, 'Enter');
  assert.equal(await banner.isVisible(), false);
  assert.match(await page.textContent('#announcement'), /saved/);

  await page.focus('#privacy-choices');
  await press(page, 'Enter');
  assert.equal(await focused(page), 'banner-title');
  assert.deepEqual(
    await Promise.all(['analytics', 'functional', 'marketing'].map((purpose) => page.isChecked(`#purpose-${purpose}`))),
    [true, false, false],
  );
  await press(page, 'Escape');
  assert.equal(await focused(page), 'privacy-choices', 'the focus goes back to where it came from');

  await press(page, 'Enter');
  await press(page, 'Tab', 4);
  assert.equal(await focused(page), 'banner-withdraw');
  await press(page, 'Enter');
  assert.match(await page.textContent('#announcement'), /withdrawn/);
  assert.equal(
    await page.evaluate(() => JSON.parse(localStorage.getItem('waymark:demo')).choices.analytics.value),
    'denied',
  );
});

for (const [look, options] of Object.entries(checkedLooks))
  test(`accept and reject are alike ${look}`, async (t) => {
    const stage = await setStage(t);
    const page = await (await stage.newContext(options)).newPage();
    await openShop(page, stage.url());
    await page.mouse.move(0, 0);
    for (const open of [false, true]) {
      if (open) await page.click('#banner-choose');
      await page.mouse.move(0, 0);
      await page.waitForTimeout(250); // hover colours fade
      const [reject, accept] = await page.evaluate(() =>
        ['banner-reject', 'banner-accept'].map((id) => {
          const button = document.getElementById(id);
          const { width, height, top } = button.getBoundingClientRect();
          const style = getComputedStyle(button);
          const names = [
            'color',
            'backgroundColor',
            'borderColor',
            'borderWidth',
            'borderRadius',
            'fontSize',
            'fontWeight',
            'opacity',
            'textDecorationLine',
            'cursor',
            'boxShadow',
          ];
          return { width, height, top, ...Object.fromEntries(names.map((name) => [name, style[name]])) };
        }),
      );
      assert.deepEqual(accept, reject);
      assert.ok(reject.width >= 44 && reject.height >= 44, 'large enough for a finger (WCAG 2.5.8 asks for 24)');
    }
  });

for (const [size, viewport] of Object.entries({ wide, narrow, low: { width: 640, height: 320 } }))
  test(`the banner hides nothing that has the focus, ${size} (WCAG 2.4.11)`, async (t) => {
    const stage = await setStage(t);
    const page = await (await stage.newContext({ viewport, reducedMotion: 'reduce' })).newPage();
    await openShop(page, stage.url());
    const hidden = [];
    const seen = new Set();
    for (let index = 0; index < 60; index++) {
      await press(page, 'Tab');
      const state = await page.evaluate(() => {
        const element = document.activeElement;
        const banner = document.querySelector('.banner');
        const a = element.getBoundingClientRect();
        const b = banner.getBoundingClientRect();
        const over = getComputedStyle(banner).position === 'fixed' && !banner.contains(element);
        const outside = a.bottom <= 0 || a.top >= innerHeight;
        return {
          name:
            element === document.body ? 'body' : element.id || element.textContent.trim().slice(0, 30) || element.value,
          covered: outside || (over && a.top >= b.top && a.bottom <= b.bottom),
        };
      });
      if (state.name === 'body') break;
      seen.add(state.name);
      if (state.covered) hidden.push(state.name);
    }
    assert.ok(seen.has('privacy-choices') && seen.size > 20, `the walk went to the end: ${[...seen]}`);
    assert.deepEqual(hidden, []);
  });

test('reduced motion: nothing moves; forced colours: the state of a switch is seen', async (t) => {
  const stage = await setStage(t);
  const page = await (await stage.newContext({ reducedMotion: 'reduce', forcedColors: 'active' })).newPage();
  await openShop(page, stage.url());
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await page.click('#banner-choose');
  const colour = () =>
    page.evaluate(() => getComputedStyle(document.getElementById('purpose-analytics')).backgroundColor);
  const off = await colour();
  await page.check('#purpose-analytics');
  assert.notEqual(await colour(), off);
});
