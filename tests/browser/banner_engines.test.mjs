// The banner on three engines, by keyboard alone and under a policy that allows nothing but the site's own files: the most
// important of what banner.test.mjs and banner_accessibility.test.mjs show on Chromium.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveBanner } from './banner_page.mjs';
import { runOnEngines, until } from './delivery_visit.mjs';
import { launch } from './engines.mjs';

const everything = (value) => ({ functional: value, analytics: value, marketing: value });

/** Opens the banner's page; what is started ends with the test. */
async function open(t, engine, options = {}) {
  const site = await serveBanner();
  const profile = await mkdtemp(join(tmpdir(), 'waymark-banner-'));
  const browser = await launch(engine, profile);
  t.after(async () => {
    await browser.close();
    site.close();
    await rm(profile, { recursive: true, force: true });
  });
  const page = await browser.openPage();
  await page.goto(`${site.origin}/en.html?setting=${encodeURIComponent(JSON.stringify({ options }))}`);
  await until(page, () => window.isReady === true);
  return { site, page };
}

/** What has the focus, by its words. */
const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element === document.body ? 'body' : (element.labels?.[0] ?? element).textContent.trim();
  });

/** Presses `key` until the element of these words has the focus, at most 12 times. */
async function tabTo(page, words, key = 'Tab') {
  const passed = [];
  while (passed.at(-1) !== words) {
    assert.ok(passed.length < 12, `no '${words}' in ${passed.join(', ')}`);
    await page.press(key);
    passed.push(await focused(page));
  }
}

const calls = (page) => page.evaluate(() => window.consent.calls.map(({ choices }) => choices));
const isShown = (page, name) =>
  page.evaluate(
    (name) => document.querySelector('waymark-consent').shadowRoot.querySelector(`[part="${name}"]`).checkVisibility(),
    name,
  );

/** Fails if the banner broke the policy; at last the page does so itself, to show that it is seen. */
async function assertPolicyKept(page, site) {
  const seen = () => page.evaluate(() => window.violations);
  // Firefox and WebKit ask for an icon of the site by themselves.
  const reports = site.reports.filter(
    (text) => !JSON.parse(text)['csp-report']['blocked-uri'].endsWith('/favicon.ico'),
  );
  assert.deepEqual([(await seen()).filter((directive) => directive !== 'img-src'), reports], [[], []]);
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await until(page, () => window.violations.some((directive) => directive.startsWith('style-src')));
}

const scenarios = {
  async 'by keyboard: settings, leave, accept, withdraw, reject; the focus returns, the policy is kept'(t, engine) {
    const { site, page } = await open(t, engine);
    assert.equal(await isShown(page, 'panel'), true);
    assert.equal(await focused(page), 'body', 'a region does not take the focus');
    await tabTo(page, 'Settings');
    await page.press('Enter');
    assert.equal(await focused(page), 'Privacy settings');
    await tabTo(page, 'Analytics');
    await page.press('Space');
    await page.press('Escape');
    assert.equal(await focused(page), 'Settings', 'the focus returns');
    assert.deepEqual(await calls(page), [], 'leaving is no answer');

    await page.press('Enter');
    await tabTo(page, 'Analytics');
    await page.press('Space');
    await tabTo(page, 'Save choices');
    await page.press('Enter');
    await until(page, () => window.consent.calls.length === 1);
    assert.deepEqual(await calls(page), [{ functional: 'denied', analytics: 'granted', marketing: 'denied' }]);
    assert.equal(await isShown(page, 'panel'), false);
    assert.equal(await focused(page), 'Privacy choices');

    await tabTo(page, 'Withdraw consent');
    await page.press('Enter');
    await until(page, () => window.consent.calls.length === 2);
    assert.deepEqual((await calls(page))[1], everything('denied'));
    assert.equal(await focused(page), 'Privacy choices', 'not lost with the button');
    await page.press('Enter');
    await tabTo(page, 'Accept all');
    await page.press('Space');
    await until(page, () => window.consent.calls.length === 3);
    assert.deepEqual((await calls(page))[2], everything('granted'));
    await assertPolicyKept(page, site);
  },

  async 'a dialog keeps the focus until it is answered'(t, engine) {
    const { site, page } = await open(t, engine, { isBlocking: true });
    await until(page, () => window.element.shadowRoot.querySelector('dialog').matches(':modal'));
    const title = await focused(page);
    const passed = [];
    for (let presses = 0; presses < 10; presses++) {
      await page.press('Tab');
      passed.push(await focused(page));
    }
    assert.ok(!passed.some((words) => words === 'A link' || words === 'Cookies'), `${passed}`);
    for (const words of ['Reject all', 'Accept all', 'Settings'])
      assert.ok(passed.includes(words), `${words} in ${passed}`);
    for (let presses = 0; presses < 3; presses++) await page.press('Escape');
    await until(page, () => window.element.shadowRoot.querySelector('dialog').matches(':modal'));
    assert.deepEqual(await calls(page), []);
    await tabTo(page, 'Reject all', 'Shift+Tab');
    await page.press('Enter');
    await until(page, () => window.consent.calls.length === 1);
    assert.deepEqual(await calls(page), [everything('denied')]);
    assert.equal(await isShown(page, 'panel'), false);
    assert.notEqual(await focused(page), title);
    await assertPolicyKept(page, site);
  },
};

runOnEngines(scenarios, {}, [
  'by keyboard: settings, leave, accept, withdraw, reject; the focus returns, the policy is kept',
]);
