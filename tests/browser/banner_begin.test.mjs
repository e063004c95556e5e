// When the banner begins, over real trackers on Chromium: before `init`, before the page has a body, and on the next page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { button, part, serveBanner } from './banner_page.mjs';
import { launchBrowser } from './stage.mjs';

const plain = (script) => `<!doctype html><html lang="en"><title>x</title>${script}<p>Words`;
const options = "{ writeKey: 'demo', endpoint: location.origin, storage: 'memory' }";

/** As a classic script, which runs before the rest of the page is read. */
async function bundle(contents) {
  const resolveDir = fileURLToPath(new URL('../../', import.meta.url));
  const { outputFiles } = await esbuild.build({ stdin: { contents, resolveDir }, bundle: true, write: false });
  return outputFiles[0].text;
}

let browser;
let site;
before(async () => {
  site = await serveBanner({
    '/bare.html': plain(''),
    '/early.html': plain('<script src="/early.js"></script>'),
    '/early.js': await bundle(`
      import { createConsent } from './js/dist/consent.js';
      import { showBanner } from './js/dist/banner.js';
      window.hadBody = Boolean(document.body);
      const consent = createConsent({ writeKey: 'demo' });
      window.first = showBanner({ consent, text: { title: 'First' } });
      window.second = showBanner({ consent, text: { title: 'Second' } });`),
    '/subset.html': plain('<script type="module" src="/subset.js"></script>'),
    '/subset.js': `
      import { createConsent } from '/js/dist/consent.js';
      import { showBanner } from '/js/dist/banner.js';
      showBanner({ consent: createConsent({ writeKey: 'demo' }), purposes: ['analytics', 'marketing'] });`,
  });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  site?.close();
});

async function open(t, path) {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  t.after(() => context.close());
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', ({ message }) => page.faults.push(message));
  await page.goto(site.origin + path);
  return page;
}

test('an answer for some purposes holds on the next page', async (t) => {
  const page = await open(t, '/subset.html');
  await button(page, 'Accept all').click();
  for (let pages = 0; pages < 2; ++pages) {
    await page.reload();
    await button(page, 'Privacy choices').waitFor();
    assert.equal(await part(page, 'panel').isVisible(), false);
  }
  await button(page, 'Withdraw consent').click();
  await page.reload();
  await button(page, 'Privacy choices').waitFor();
  assert.equal(await part(page, 'panel').isVisible(), false);
});

test('shown before init, it is built when the tracker begins', async (t) => {
  for (const purposes of [undefined, ['analytics']]) {
    const page = await open(t, '/bare.html');
    const children = await page.evaluate(async (purposes) => {
      const { showBanner } = await import('/js/dist/banner.js');
      window.tracking = await import('/js/dist/track.js');
      window.element = showBanner({ consent: window.tracking.consent, purposes });
      window.element.open();
      return window.element.shadowRoot.childElementCount;
    }, purposes);
    assert.equal(children, 0);
    await page.evaluate(`window.tracking.init(${options})`);
    await button(page, 'Settings').click();
    assert.equal(await page.getByRole('switch').count(), purposes?.length ?? 4);
    await button(page, 'Reject all').click();
    assert.equal(await page.evaluate(() => window.tracking.consent.get('analytics')), 'denied');
    assert.deepEqual(page.faults, []);
  }
});

test('a purpose that the tracker turns out not to have is an error of the page, and nothing is shown', async (t) => {
  const page = await open(t, '/bare.html');
  const fault = page.waitForEvent('pageerror');
  await page.evaluate(
    async (tracking) => {
      const { showBanner } = await import('/js/dist/banner.js');
      const { consent, init } = await import('/js/dist/track.js');
      showBanner({ consent, purposes: ['profiling'] });
      init({ ...tracking, endpoint: location.origin });
    },
    { writeKey: 'demo', storage: 'memory' },
  );
  assert.match((await fault).message, /no purpose "profiling". Name some of: necessary, functional/);
  assert.equal(await page.evaluate(() => document.querySelector('waymark-consent').shadowRoot.childElementCount), 0);
});

test('removed before init, it is not built', async (t) => {
  const page = await open(t, '/bare.html');
  const children = await page.evaluate(
    async (tracking) => {
      const { showBanner } = await import('/js/dist/banner.js');
      const { consent, init } = await import('/js/dist/track.js');
      const element = showBanner({ consent });
      element.remove();
      init({ ...tracking, endpoint: location.origin });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return element.shadowRoot.childElementCount;
    },
    { writeKey: 'demo', storage: 'memory' },
  );
  assert.equal(children, 0);
});

test('shown before the page has a body, it comes when the page is read, once and with the last options', async (t) => {
  const page = await open(t, '/early.html');
  await button(page, 'Accept all').waitFor();
  assert.equal(await page.evaluate(() => window.hadBody), false);
  assert.equal(
    await page.evaluate(() => window.first === window.second && document.body.firstChild === window.first),
    true,
  );
  assert.equal(await page.locator('waymark-consent').count(), 1);
  assert.equal(await part(page, 'title').textContent(), 'Second');
  assert.deepEqual(page.faults, []);
});

test('options that were set before the element was defined and the tracker began are shown once', async (t) => {
  const page = await open(t, '/bare.html');
  const counts = await page.evaluate(
    async (tracking) => {
      const { defineBanner } = await import('/js/dist/banner.js');
      const { consent, init } = await import('/js/dist/track.js');
      const sheets = document.adoptedStyleSheets.length;
      const element = document.createElement('early-consent');
      element.options = { consent };
      document.body.append(element);
      defineBanner('early-consent');
      init({ ...tracking, endpoint: location.origin });
      await new Promise((resolve) => setTimeout(resolve, 200));
      return [element.shadowRoot.childElementCount, document.adoptedStyleSheets.length - sheets];
    },
    { writeKey: 'demo', storage: 'memory' },
  );
  assert.deepEqual(counts, [3, 1]);
});

test('a name that is none of an element is refused in words', async (t) => {
  const page = await open(t, '/bare.html');
  const fault = await page.evaluate(async () => {
    const { defineBanner } = await import('/js/dist/banner.js');
    try {
      defineBanner('Bad');
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  });
  assert.equal(fault, 'TypeError: tag: "Bad" is no element\'s name. Give one like waymark-consent');
});
