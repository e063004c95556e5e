// The two examples of a banner in markup of one's own, plain and in React, on Chromium over a `consent` in memory.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import * as esbuild from 'esbuild';
import { button, calls, focused, serveBanner, violations } from './banner_page.mjs';
import { wide } from './looks.mjs';
import { launchBrowser } from './stage.mjs';

const everything = (value) => ({ functional: value, analytics: value, marketing: value });
const example = (name) => new URL(`../../examples/${name}`, import.meta.url);
const controls = `import { newConsentControls } from '/tests/js/consent_controls.mjs';
  window.violations = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
  window.consent = newConsentControls();`;

let browser;
let site;
before(async () => {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `
        import { StrictMode } from 'react';
        import { createRoot } from 'react-dom/client';
        import { ConsentBanner } from './ConsentBanner.jsx';
        const root = createRoot(document.getElementById('app'));
        window.leave = () => root.unmount();
        root.render(<StrictMode><ConsentBanner consent={window.consent} /><main><h1>Page</h1></main></StrictMode>);`,
      resolveDir: example('consent-react').pathname,
      loader: 'jsx',
    },
    bundle: true,
    jsx: 'automatic',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  });
  const own = await readFile(example('consent-own/index.html'), 'utf8');
  site = await serveBanner({
    '/own/index.html': own,
    '/own/style.css': await readFile(example('consent-own/style.css')),
    '/own/banner.js': await readFile(example('consent-own/banner.js')),
    '/own/waymark/banner.js': await readFile(new URL('../../js/dist/banner.js', import.meta.url)),
    '/own/main.js': `${controls} import { mountBanner } from './banner.js'; mountBanner(window.consent);`,
    '/react/index.html': await readFile(example('consent-react/index.html'), 'utf8'),
    '/react/main.js': `${controls} await import('./bundle.js');`,
    '/react/bundle.js': outputFiles[0].text,
  });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** The hash of the texts that are laid out in `selector`, each text node a line. */
async function hashOnScreen(page, selector) {
  const texts = await page.locator(selector).evaluate((root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const text = walker.currentNode.nodeValue.replace(/\s+/g, ' ').trim();
      if (text && range.getClientRects().length) found.push(text);
    }
    return found;
  });
  return createHash('sha256')
    .update(texts.map((text) => `${text}\n`).join(''))
    .digest('hex');
}

for (const [name, selector] of [
  ['own', '#consent'],
  ['react', '#app > section'],
])
  test(`${name}: ask, choose, leave without an answer, save, withdraw, each on the text that is shown`, async (t) => {
    const context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce' });
    context.setDefaultTimeout(10_000);
    t.after(() => context.close());
    const page = await context.newPage();
    const faults = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${site.origin}/${name}/index.html`);
    await button(page, 'Yes to all').waitFor();
    assert.deepEqual(await violations(page), []);

    await button(page, 'Choose').click();
    assert.equal(await focused(page), 'May we count?');
    const boxes = page.getByRole('checkbox');
    const ticked = () => boxes.evaluateAll((found) => found.map(({ checked, disabled }) => [checked, disabled]));
    const untouched = [[true, true], ...Array(3).fill([false, false])];
    assert.deepEqual(await ticked(), untouched);
    assert.deepEqual(await violations(page), []);
    await boxes.nth(1).check();
    await page.keyboard.press('Escape');
    await button(page, 'Choose').click();
    assert.deepEqual(await ticked(), untouched, 'what was not saved is forgotten');
    assert.deepEqual(await calls(page), []);

    await boxes.nth(2).check();
    const expected = await hashOnScreen(page, selector);
    await button(page, 'Save this').click();
    const [saved] = await calls(page);
    assert.deepEqual(saved.choices, { functional: 'denied', analytics: 'granted', marketing: 'denied' });
    assert.deepEqual(saved.decided, {
      source: 'user',
      notice: { hash: expected, locale: 'en', variant: `${name}-settings` },
    });
    assert.equal(await focused(page), 'Privacy choices');
    await button(page, 'Withdraw consent').click();
    await button(page, 'Withdraw consent').waitFor({ state: 'hidden' });
    assert.deepEqual((await calls(page))[1].choices, everything('denied'));

    await page.evaluate(() => window.consent.change({ functional: 'unknown' }));
    const first = await hashOnScreen(page, selector);
    await button(page, 'No to all').click();
    assert.deepEqual((await calls(page))[2].decided.notice, { hash: first, locale: 'en', variant: `${name}-first` });
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(faults, []);
    if (name !== 'react') return;
    await page.evaluate(() => window.leave());
    assert.equal(await page.evaluate(() => window.consent.listeners.size), 0, 'nothing follows the tracker any more');
  });
