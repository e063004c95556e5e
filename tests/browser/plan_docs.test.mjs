// The page that `waymark plan docs --format html` writes, in a real browser: readable by everyone, and nothing runs.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { launchBrowser } from './stage.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const waymark = resolve(process.env.WAYMARK_BIN ?? join(root, 'build/release/native/cli/waymark'));
const shop = join(root, 'tests/plan/shop-plan.json');

/** The address of the page of a plan, which is a file or a value. */
function pageOf(t, plan) {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-docs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = typeof plan === 'string' ? plan : join(folder, 'plan.json');
  if (file !== plan) writeFileSync(file, JSON.stringify(plan));
  execFileSync(waymark, ['plan', 'docs', '--format', 'html', '-o', join(folder, 'plan.html'), file]);
  return String(pathToFileURL(join(folder, 'plan.html')));
}

async function launch(t) {
  const browser = await launchBrowser();
  t.after(() => browser.close());
  return browser;
}

test('the page keeps the rules of accessibility, wide and narrow, light and dark', async (t) => {
  const address = pageOf(t, shop);
  const browser = await launch(t);
  for (const colorScheme of ['light', 'dark'])
    for (const width of [1280, 320]) {
      // Its own policy forbids scripts, axe's too, so that is set aside for the inspection.
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(address);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        window.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      );
      const broken = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
      assert.deepEqual(broken, [], `${colorScheme}, ${width} pixels`);
      const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(scrolled <= width, `at ${width} pixels it scrolls sideways: ${scrolled}`);
      await context.close();
    }
});

test('links lead to their headings, by keyboard too', async (t) => {
  const page = await (await launch(t)).newPage();
  await page.goto(pageOf(t, shop));
  const dead = await page.$$eval('a[href^="#"]', (links) =>
    links.map((link) => decodeURIComponent(link.hash.slice(1))).filter((id) => !document.getElementById(id)),
  );
  assert.deepEqual(dead, []);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#main$/);
});

test('texts of a plan stay texts, and nothing is fetched', async (t) => {
  const nasty = `</code></p><script>document.title='run'</script><img src=https://example.com/x onerror=alert(1)>`;
  const events = { [nasty.slice(0, 60)]: { description: nasty, owner: nasty } };
  const context = await (await launch(t)).newContext({ bypassCSP: true });
  const page = await context.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  const address = pageOf(t, { name: 'shop', version: 1, naming: 'off', description: nasty, events });
  await page.goto(address);
  assert.equal(await page.title(), 'shop: tracking plan');
  assert.deepEqual(requests, [address]);
  assert.equal(await page.locator('script, img').count(), 0);
  assert.ok((await page.textContent('main')).includes(nasty));
});
