// The two examples of a banner in markup of one's own, plain and in React, as they stand: on Chromium, over the real
// tracker and the real collector.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import * as esbuild from 'esbuild';
import { button, focused, violations } from './banner_page.mjs';
import { wide } from './looks.mjs';
import { assertRefusal } from './refusal.mjs';
import { setStage } from './stage.mjs';

const example = (name) => new URL(`../../examples/${name}`, import.meta.url);
const read = (name) => readFile(example(name), 'utf8');

async function bundle(contents) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: example('consent-react').pathname, loader: 'jsx' },
    bundle: true,
    jsx: 'automatic',
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  });
  return outputFiles[0].text;
}

let files;
before(async () => {
  files = {
    'index.html': await read('consent-own/index.html'),
    'style.css': await read('consent-own/style.css'),
    'banner.js': await read('consent-own/banner.js'),
    'main.js': await read('consent-own/main.js'),
    'favicon.ico': '',
    'consent.js': "export { consent } from './waymark/track.js';",
    'react/index.html': await read('consent-react/index.html'),
    // What the tests look at besides comes after the example, from the same package.
    'react/main.js': await bundle("import './main.jsx'; export { consent } from 'waymark';"),
    'react/consent.js': "export { consent } from './main.js';",
    'strict/index.html': await read('consent-react/index.html'),
    'strict/main.js': await bundle(`
      import { StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { createTracker } from 'waymark';
      import { ConsentBanner } from './ConsentBanner.jsx';
      const { consent } = createTracker({ writeKey: 'demo', endpoint: location.origin });
      window.followers = 0;
      const counted = { ...consent, onChange(listener) {
        const leave = consent.onChange(listener);
        window.followers++;
        return () => { window.followers--; leave(); };
      } };
      const root = createRoot(document.getElementById('app'));
      window.leave = () => root.unmount();
      root.render(<StrictMode><ConsentBanner consent={counted} /></StrictMode>);`),
  };
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

/** Opens an example; what it decides is in `decisions()`, what goes wrong in `faults`. */
async function openExample(t, path) {
  const stage = await setStage(t, { files });
  const context = await stage.newContext({ viewport: wide, reducedMotion: 'reduce' });
  await context.addInitScript(() => {
    window.violations = [];
    window.decisions = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
  });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(stage.url(path));
  await button(page, 'Yes to all').waitFor();
  const record = () => page.evaluate(() => localStorage.getItem('waymark:demo'));
  return { stage, page, faults, record, decisions: () => page.evaluate(() => window.decisions) };
}

for (const [name, path, selector] of [
  ['own', 'index.html', '#consent'],
  ['react', 'react/index.html', '#app > section'],
])
  test(`${name}: ask, choose, leave without an answer, save, withdraw, each on the text that is shown`, async (t) => {
    const { stage, page, faults, record, decisions } = await openExample(t, path);
    await page.evaluate(
      async (module) => {
        const { consent } = await import(module);
        window.consent = consent;
        consent.onDecision((decision) => window.decisions.push(decision));
      },
      new URL('consent.js', stage.url(path)).href,
    );
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
    assert.deepEqual(await decisions(), []);
    assert.equal(await record(), null);
    assert.deepEqual(stage.wire.batches(), []);

    await boxes.nth(2).check();
    const expected = await hashOnScreen(page, selector);
    await button(page, 'Save this').click();
    const [saved] = await decisions();
    assert.deepEqual(saved.choices, {
      necessary: 'granted',
      functional: 'denied',
      analytics: 'granted',
      marketing: 'denied',
    });
    assert.equal(saved.source, 'user');
    assert.deepEqual(saved.notice, { hash: expected, locale: 'en', variant: `${name}-settings` });
    assert.equal(await focused(page), 'Privacy choices');
    const [viewed, ...more] = await stage.eventsUntil((all) => all.length > 0);
    assert.deepEqual([viewed.event_name, viewed.consent, more], ['page_viewed', ['analytics'], []]);

    await button(page, 'Withdraw consent').click();
    await button(page, 'Withdraw consent').waitFor({ state: 'hidden' });
    assertRefusal(await record());
    assert.ok(!(await record()).includes(viewed.anonymous_id));

    await page.evaluate(() => window.consent.set({ functional: 'unknown' }));
    const first = await hashOnScreen(page, selector);
    await button(page, 'No to all').click();
    const last = (await decisions()).at(-1);
    assert.deepEqual(last.notice, { hash: first, locale: 'en', variant: `${name}-first` });
    assertRefusal(await record());
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(faults, []);
    assert.equal((await stage.events()).length, 1);
  });

test('react: in strict mode too one follower, and none when the banner is gone', async (t) => {
  const { page, faults } = await openExample(t, 'strict/index.html');
  assert.equal(await page.evaluate(() => window.followers), 1);
  await button(page, 'No to all').click();
  await button(page, 'Privacy choices').waitFor();
  await page.evaluate(() => window.leave());
  assert.equal(await page.evaluate(() => window.followers), 0, 'nothing follows the tracker any more');
  assert.deepEqual(faults, []);
});
