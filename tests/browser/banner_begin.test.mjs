// When the banner begins, over the real engine of consent on Chromium: on the next page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, part, serveBanner } from './banner_page.mjs';
import { launchBrowser } from './stage.mjs';

const plain = (script) => `<!doctype html><html lang="en"><title>x</title>${script}<p>Words`;

let browser;
let site;
before(async () => {
  site = await serveBanner({
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
