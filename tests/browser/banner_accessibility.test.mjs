// The banner by rule, by keyboard and by eye: every view, as a region and as a dialog. The rules are those of axe-core
// for WCAG 2.0 to 2.2 A and AA and its best practices; what they cannot see is measured.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, calls, focused, openBanner, part, serveBanner, violations } from './banner_page.mjs';
import { looks, narrow, wide } from './looks.mjs';
import { launchBrowser } from './stage.mjs';

const everything = (value) => ({ functional: value, analytics: value, marketing: value });
const allLooks = {
  ...looks,
  'in forced colours': { viewport: wide, forcedColors: 'active' },
  // A window of 1280 by 900 pixels at 200 %.
  'at 200 % zoom': { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 },
  'with text of 200 %': { viewport: wide, large: true },
  '320 pixels wide with text of 200 %': { viewport: narrow, large: true },
  'from right to left': { viewport: wide, lang: 'ar' },
  'from right to left, 320 pixels wide': { viewport: narrow, lang: 'ar' },
};

let browser;
let site;
before(async () => {
  site = await serveBanner();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  site?.close();
});

async function open(t, { lang = 'en', large = false, ...look }, setting = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...look });
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  return openBanner(context, site.origin, { lang, large, locales: lang === 'en' ? [] : [lang], ...setting });
}

/** Presses the button of a part, whatever its words. */
const pressPart = (page, name) => part(page, name).click();

/** What is too small to hit (WCAG 2.5.8 asks for 24, here it is 44), or reaches out of the window (1.4.10). */
const misfits = (page) =>
  page.evaluate(() => {
    const found = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page scrolls sideways: ${scrollWidth}`);
    const inner = window.element.shadowRoot;
    const panel = inner.querySelector('[part="panel"]');
    if (panel.scrollWidth > panel.clientWidth) found.push(`the panel scrolls sideways: ${panel.scrollWidth}`);
    for (const control of inner.querySelectorAll('button, label, a')) {
      const { width, height, left, right } = control.getBoundingClientRect();
      if (width === 0) continue;
      const least = control.matches('a') ? 24 : 43.9;
      if (height < least || width < 24) found.push(`${control.textContent}: ${width} by ${height}`);
      if (left < 0 || right > clientWidth) found.push(`${control.textContent}: from ${left} to ${right}`);
    }
    return found;
  });

for (const [look, options] of Object.entries(allLooks))
  for (const isBlocking of [false, true])
    test(`a ${isBlocking ? 'dialog' : 'region'} keeps the rules ${look}`, async (t) => {
      const controls = { locked: { marketing: 'gpc' }, signals: ['gpc'] };
      const page = await open(t, options, { controls, options: { isBlocking } });
      const found = {};
      const check = async (view) => {
        const broken = [...(await violations(page)), ...(await misfits(page))];
        if (broken.length > 0) found[view] = broken;
      };
      await check('first');
      await pressPart(page, 'settings');
      await page.getByRole('switch').nth(2).check();
      await check('settings');
      await part(page, 'choice').last().click();
      await part(page, 'withdraw').waitFor();
      await check('after the choice');
      await pressPart(page, 'reopen');
      await check('settings again');
      assert.deepEqual(found, {});
    });

test('the rules can be broken by what a page may change: grey on grey, and buttons that are too small', async (t) => {
  const page = await open(t, { viewport: wide });
  assert.deepEqual([...(await violations(page)), ...(await misfits(page))], []);
  const restyle = (rule) =>
    page.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }, rule);
  await restyle('waymark-consent { --waymark-accent: #888; --waymark-on-accent: #999; }');
  assert.match((await violations(page)).join(), /color-contrast/);
  await restyle('waymark-consent::part(choice) { min-height: 0; height: 20px; padding: 0; }');
  assert.match((await misfits(page)).join(), /Accept all: [\d.]+ by 20/);
});

/** What follows from the words and the place: the place itself, and the size, which is compared apart. */
const ofPlace = /^(width|height|inline-size|block-size|(perspective|transform)-origin|top|left|right|bottom|inset-.*)$/;

for (const [look, options] of Object.entries(allLooks))
  test(`accept and reject are alike ${look}`, async (t) => {
    const page = await open(t, options);
    for (const isOpen of [false, true]) {
      if (isOpen) await pressPart(page, 'settings');
      await page.mouse.move(1, 1);
      const [reject, accept] = await part(page, 'choice').evaluateAll((buttons) =>
        buttons.slice(0, 2).map((element) => {
          const { width, height } = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          const properties = Array.from(style, (name) => [name, style.getPropertyValue(name)]);
          return { width, height, parts: element.part.value, properties };
        }),
      );
      assert.ok(Math.abs(accept.width - reject.width) < 0.1 && Math.abs(accept.height - reject.height) < 0.1);
      assert.equal(accept.parts, reject.parts);
      const [rejectStyle, acceptStyle] = [reject, accept].map(({ properties }) =>
        properties.filter(([name]) => !ofPlace.test(name)),
      );
      assert.ok(rejectStyle.length > 200, 'the style was read');
      assert.deepEqual(acceptStyle, rejectStyle);
    }
  });

/** Goes on with Tab until the focus has been at all of the page, or `limit` times. */
async function walk(page, limit, key = 'Tab') {
  const reached = [];
  for (let index = 0; index < limit; ++index) {
    await page.keyboard.press(key);
    reached.push(await focused(page));
  }
  return reached;
}

test('by keyboard alone, a region: first in order, no trap, choose, save, reopen, withdraw', async (t) => {
  const page = await open(t, { viewport: wide });
  const region = page.getByRole('region', { name: 'Your choice about your data' });
  assert.equal(await region.count(), 1);
  assert.equal(await focused(page), 'body', 'it takes no focus of itself');
  assert.deepEqual(await walk(page, 5), ['Privacy policy', 'Reject all', 'Accept all', 'Settings', 'A link']);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Privacy settings');
  assert.equal(await page.getByRole('region', { name: 'Privacy settings' }).count(), 1);
  assert.deepEqual(await walk(page, 4), ['Privacy policy', 'Functional', 'Analytics', 'Marketing']);
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Settings');
  await page.keyboard.press('Enter');
  await walk(page, 3);
  await page.keyboard.press('Space');
  assert.deepEqual(await walk(page, 4), ['Marketing', 'Reject all', 'Accept all', 'Save choices']);
  await page.keyboard.press('Enter');
  assert.deepEqual((await calls(page))[0].choices, { functional: 'denied', analytics: 'granted', marketing: 'denied' });
  assert.equal(await focused(page), 'Privacy choices');

  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Privacy settings');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Privacy choices');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.deepEqual((await calls(page))[1].choices, everything('denied'));
  assert.equal((await calls(page)).length, 2);
});

test('by keyboard alone, a dialog: the focus stays in it, Escape goes back, the focus returns', async (t) => {
  const page = await open(t, { viewport: wide }, { options: { isBlocking: true } });
  assert.equal(await page.getByRole('dialog', { name: 'Your choice about your data' }).count(), 1);
  assert.equal(await focused(page), 'Your choice about your data');
  const inside = new Set(await walk(page, 14));
  inside.delete('body'); // between the last and the first the browser's own controls are reached
  assert.deepEqual(inside, new Set(['Privacy policy', 'Reject all', 'Accept all', 'Settings']));
  await button(page, 'Settings').focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Privacy settings');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Settings');
  await page.keyboard.press('Escape');
  assert.equal(await part(page, 'panel').isVisible(), true);
  await button(page, 'Reject all').focus();
  await page.keyboard.press('Space');
  assert.deepEqual((await calls(page))[0].choices, everything('denied'));
  assert.equal(await focused(page), 'Privacy choices');
});

for (const isBlocking of [false, true])
  test(`opened by a button of the page, ${isBlocking ? 'a dialog' : 'a region'} gives the focus back to it`, async (t) => {
    const page = await open(
      t,
      { viewport: wide },
      { controls: { choices: everything('denied') }, options: { isBlocking } },
    );
    for (const leave of ['Escape', 'Back', 'Accept all']) {
      await page.focus('#own');
      await page.keyboard.press('Enter');
      assert.equal(await focused(page), 'Privacy settings');
      if (leave === 'Escape') await page.keyboard.press(leave);
      else await button(page, leave).press('Enter');
      assert.equal(await focused(page), 'Cookies', leave);
      const said = await part(page, 'announcement').textContent();
      assert.equal(said, leave === 'Accept all' ? 'Your choice is saved.' : '', 'without an answer nothing is said');
    }
    assert.equal((await calls(page)).length, 1);
  });

for (const [size, viewport] of Object.entries({ wide, narrow, low: { width: 640, height: 320 } }))
  test(`nothing that has the focus lies under the banner, ${size} (WCAG 2.4.11)`, async (t) => {
    const page = await open(t, { viewport });
    const hidden = [];
    let steps = 0;
    for (const view of ['first', 'after the choice']) {
      if (view !== 'first') await button(page, 'Reject all').click();
      await page.evaluate(() => {
        document.activeElement?.blur();
        scrollTo(0, 0);
      });
      for (let index = 0; index < 20; ++index) {
        await page.keyboard.press('Tab');
        const state = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === document.body || element.localName === 'waymark-consent') return undefined;
          const box = element.getBoundingClientRect();
          const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return over && element.contains(over) ? 'seen' : `${element.textContent} at ${box.top}`;
        });
        if (state) ++steps;
        if (state && state !== 'seen') hidden.push(`${view}: ${state}`);
      }
    }
    assert.ok(steps >= 24, `the walk went over the page: ${steps}`);
    assert.deepEqual(hidden, []);
  });

test('more room between letters, words and lines hides nothing (WCAG 1.4.12)', async (t) => {
  const page = await open(t, { viewport: narrow });
  await button(page, 'Settings').click();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }',
    );
    const inner = window.element.shadowRoot;
    inner.adoptedStyleSheets = [...inner.adoptedStyleSheets, sheet];
  });
  assert.deepEqual(await misfits(page), []);
  const cut = await page.evaluate(() =>
    Array.from(window.element.shadowRoot.querySelectorAll('button, label, p, h2'))
      .filter((element) => !element.matches('.announcement') && element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent),
  );
  assert.deepEqual(cut, []);
});

test('dark and light can be forced, nothing moves where motion is reduced, and forced colours show a switch', async (t) => {
  const paper = (page) => part(page, 'panel').evaluate((panel) => getComputedStyle(panel).backgroundColor);
  const light = await open(t, { viewport: wide, colorScheme: 'light' });
  const dark = await open(t, { viewport: wide, colorScheme: 'dark' });
  const papers = [await paper(light), await paper(dark)];
  assert.notEqual(papers[0], papers[1]);
  await light.evaluate(() => window.element.setAttribute('theme', 'dark'));
  await dark.evaluate(() => window.element.setAttribute('theme', 'light'));
  assert.deepEqual([await paper(light), await paper(dark)], papers.reverse());

  const page = await open(t, { viewport: wide, forcedColors: 'active' });
  await button(page, 'Settings').click();
  const analytics = page.getByRole('switch', { name: 'Analytics' });
  const colour = () => analytics.evaluate((input) => getComputedStyle(input).backgroundColor);
  const off = await colour();
  await analytics.check();
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  assert.notEqual(await colour(), off);
});
