// The live view in a real browser: rows as they arrive, filter, pause, reconnection, keyboard, narrow screens, content
// security policy, and the rules of axe-core. Proved by ./dev test.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { makeBatch, post, startCollector } from '../collector/collector_process.mjs';
import { launchBrowser } from './stage.mjs';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A browser whose pages write down what the policy forbids and what fails in them. Ended with the test. */
async function openBrowser(t, options = {}) {
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  await context.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  const faults = [];
  context.on('weberror', (error) => faults.push(error.error().message));
  return { context, faults };
}

/** The live view, connected. */
async function openLive(t, { args, path = '/live', ...options } = {}) {
  const collector = await startCollector(t, { args });
  const { context, faults } = await openBrowser(t, options);
  const page = await context.newPage();
  await page.goto(collector.url + path);
  await page.waitForSelector('#state[data-state=open]');
  return { collector, context, page, faults };
}

const titles = (page) => page.locator('#events li:visible .title').allTextContents();
const seqs = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('#events .preview')].map((one) => JSON.parse(one.textContent).number),
  );

async function waitForRows(page, count) {
  await page.waitForFunction((n) => document.querySelectorAll('#events li').length === n, count);
}

const named = (...names) => ({ events: names.map((event_name) => ({ event_name, properties: {} })) });

test('events and refusals appear as they arrive, as text, and are counted', async (t) => {
  const { collector, page, faults } = await openLive(t);
  assert.equal(await page.isVisible('#empty'), true);
  const batch = makeBatch({
    count: 2,
    session_id: 'session-0123456789',
    user_id: 'u_1',
    context: { page: { title: 'Shop' } },
  });
  await post(collector.url, batch);
  await post(collector.url, batch);
  await waitForRows(page, 2);
  await post(collector.url, named('<img src=x onerror=document.title=1>'));
  await post(collector.url, '{"events":[{"event_name":"bad_one","properties":{"a":1,"a":2}}]}');
  await waitForRows(page, 4);
  assert.deepEqual(await titles(page), [
    'rejected: duplicate_key',
    '<img src=x onerror=document.title=1>',
    'thing_done',
    'thing_done',
  ]);
  assert.equal(await page.locator('#events img').count(), 0);
  assert.equal(await page.isVisible('#empty'), false);

  const row = page.locator('#events li').nth(3);
  assert.match(await row.locator('.time').textContent(), /^\d\d:\d\d:\d\d\.\d{3}$/);
  assert.equal(await row.locator('.session').textContent(), '…456789');
  await row.locator('summary').click();
  assert.deepEqual(JSON.parse(await row.locator('pre').first().textContent()), batch.events[0].properties);
  assert.match(await row.locator('dl').textContent(), /user idu_1/);
  assert.match(await row.locator('.detail').textContent(), /"title": "Shop"/);

  const refusal = page.locator('#events li').first();
  await refusal.locator('summary').click();
  assert.match(await refusal.locator('.preview').textContent(), /^\/properties\/a$/);
  assert.equal(await refusal.locator('pre').textContent(), '{"event_name":"bad_one","properties":{"a":1,"a":2}}');

  await page.waitForFunction(() => document.getElementById('rejected').textContent === '1');
  assert.equal(await page.textContent('#accepted'), '3');
  assert.equal(await page.textContent('#duplicate'), '2');
  await page.waitForFunction(() => document.getElementById('per-minute').textContent === '3');
  assert.ok((await page.locator('#spark rect').count()) === 60);
  assert.deepEqual(faults, []);
});

test('filter, kinds, pause and clear', async (t) => {
  const { collector, page } = await openLive(t);
  await post(collector.url, {
    events: [
      { event_name: 'cart_opened', properties: { colour: 'Red' } },
      { event_name: 'order_placed', properties: { colour: 'blue' } },
      { event_name: 'cart_closed', properties: 1 },
    ],
  });
  await waitForRows(page, 3);
  const filtered = async (words) => {
    await page.fill('#filter', words);
    return (await titles(page)).sort();
  };
  assert.deepEqual(await filtered('CART'), ['cart_opened', 'rejected: not_an_object']);
  assert.deepEqual(await filtered('colour red'), ['cart_opened']);
  assert.deepEqual(await filtered('no such word'), []);
  assert.match(await page.textContent('#empty'), /No row matches/);
  await filtered('');
  await page.check('input[value=rejected]');
  assert.deepEqual(await titles(page), ['rejected: not_an_object']);
  await page.check('input[value=event]');
  assert.deepEqual((await titles(page)).sort(), ['cart_opened', 'order_placed']);
  await page.check('input[value=all]');

  await page.fill('#filter', 'order');
  await post(collector.url, named('order_paid', 'cart_left'));
  await waitForRows(page, 5);
  assert.deepEqual((await titles(page)).sort(), ['order_paid', 'order_placed'], 'new rows are filtered too');
  await filtered('');

  await page.click('#pause');
  await post(collector.url, named('late_one', 'late_two'));
  await page.waitForFunction(() => document.getElementById('pause').textContent === 'Paused, 2 new');
  assert.equal((await titles(page)).length, 5);
  await page.click('#pause');
  await waitForRows(page, 7);
  assert.deepEqual((await titles(page)).slice(0, 2), ['late_two', 'late_one']);
  assert.equal(await page.textContent('#pause'), 'Pause');

  await page.click('#clear');
  assert.deepEqual(await titles(page), []);
  assert.equal(await page.isVisible('#empty'), true);
});

test('what is in the page is bounded: the newest 300 rows', async (t) => {
  const { collector, page } = await openLive(t);
  for (let first = 1; first <= 801; first += 200) await post(collector.url, makeBatch({ first, count: 200 }));
  await page.waitForFunction(() => document.getElementById('accepted').textContent === (1000).toLocaleString());
  await page.waitForFunction(() => document.querySelector('#events .preview')?.textContent.includes('1000'));
  assert.deepEqual(
    await seqs(page),
    Array.from({ length: 300 }, (_, i) => 1000 - i),
  );
  assert.equal(await page.isVisible('#bound'), true);
});

test('after a restart of the collector the view goes on where it was', { timeout: 60_000 }, async (t) => {
  const { collector, context, page } = await openLive(t);
  const asked = [];
  context.on('request', async (request) => {
    if (request.url().includes('/api/live')) asked.push((await request.allHeaders())['last-event-id']);
  });
  await post(collector.url, makeBatch({ count: 3 }));
  await post(collector.url, '{"events":[5]}');
  await waitForRows(page, 4);

  assert.equal((await collector.kill('SIGTERM')).status, 0);
  await page.waitForSelector('#state[data-state=lost]');
  assert.match(await page.textContent('#state'), /trying again/);
  const again = await startCollector(t, { data: collector.data, listen: new URL(collector.url).host });
  await post(again.url, makeBatch({ first: 4, count: 3 }));
  await page.waitForSelector('#state[data-state=open]');
  await waitForRows(page, 7);
  await post(again.url, makeBatch({ first: 7, count: 1 }));
  await waitForRows(page, 8);

  const numbers = await page.evaluate(() =>
    [...document.querySelectorAll('#events li[data-kind=event] .preview')].map(
      (one) => JSON.parse(one.textContent).number,
    ),
  );
  assert.deepEqual(numbers, [7, 6, 5, 4, 3, 2, 1], 'none is missing, none is there twice');
  assert.equal(await page.locator('#events li[data-kind=rejected]').count(), 1, 'nor a refusal');
  assert.equal(asked.at(-1), '3', 'the last seq is sent as Last-Event-ID');
});

test('an answer that ends an event stream for good is tried again', { timeout: 60_000 }, async (t) => {
  const collector = await startCollector(t);
  const { context } = await openBrowser(t);
  const page = await context.newPage();
  await post(collector.url, makeBatch({ count: 2 }));
  await page.goto(`${collector.url}/live`);
  await waitForRows(page, 2);
  const asked = [];
  let answers = 0;
  // As a proxy does while the collector behind it is away.
  await context.route('**/api/live*', (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('after'));
    return ++answers === 1 ? route.fulfill({ status: 502, body: '' }) : route.continue();
  });
  await collector.kill('SIGKILL');
  const again = await startCollector(t, { data: collector.data, listen: new URL(collector.url).host });
  await post(again.url, makeBatch({ first: 3, count: 1 }));
  await waitForRows(page, 3);
  assert.deepEqual(await seqs(page), [3, 2, 1]);
  assert.deepEqual(asked, [null, '2']);
});

test('by keyboard alone', async (t) => {
  const { collector, page } = await openLive(t);
  await post(collector.url, named('first_one', 'second_one'));
  await waitForRows(page, 2);
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: at } = document;
      return at.id || at.value || at.querySelector?.('.title')?.textContent || at.textContent.trim() || at.tagName;
    });
  const seen = [];
  for (let index = 0; index < 7; ++index) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  assert.deepEqual(seen, ['Skip to the events', 'filter', 'all', 'pause', 'clear', 'second_one', 'first_one']);

  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#events li').nth(1).locator('details').getAttribute('open'), '');
  await page.waitForSelector('#events pre');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'PRE', 'long properties scroll by keyboard');
  await post(collector.url, named('third_one'));
  await waitForRows(page, 3);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'PRE', 'a new row does not take the focus');

  await page.keyboard.press('/');
  assert.equal(await focused(), 'filter');
  await page.keyboard.type('a/b second');
  assert.equal(await page.inputValue('#filter'), 'a/b second', 'in the field it is a letter');
  await page.fill('#filter', 'second');
  assert.deepEqual(await titles(page), ['second_one']);
  await page.fill('#filter', '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(), 'rejected');
  assert.deepEqual(await titles(page), []);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await page.getAttribute('#pause', 'aria-pressed'), 'true');

  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'events', 'the skip link leads to the list');
});

for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 320])
    test(`${width} pixels wide in ${colorScheme} colours: no rule is broken, nothing scrolls sideways`, async (t) => {
      const { collector, page, faults } = await openLive(t, {
        viewport: { width, height: 640 },
        colorScheme,
        reducedMotion: 'reduce',
        args: ['--read-key', 'secret'],
        path: '/live?key=secret',
      });
      const check = async (view) => {
        assert.deepEqual(await page.evaluate(() => window.violations), [], view);
        const beyond = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.ok(beyond <= 0, `${view}: ${beyond} pixels too wide (WCAG 1.4.10)`);
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
        const broken = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
        );
        assert.deepEqual(broken, [], view);
        assert.ok(passes.length > 15, `${view}: the rules were looked at`);
      };
      await check('empty');
      const long = 'w'.repeat(60);
      await post(collector.url, {
        session_id: 's'.repeat(64),
        events: [
          { event_name: `thing_${long.slice(0, 50)}`, properties: { [long]: long.repeat(4), number: 123456 } },
          { event_name: 'thing_done', properties: { text: long.repeat(20) } },
          { event_name: 'thing_done', properties: [long] },
        ],
      });
      await waitForRows(page, 3);
      for (const summary of await page.locator('#events summary').all()) await summary.click();
      await check('rows open');
      await page.fill('#filter', 'nothing like this');
      await page.click('#pause');
      await check('filtered and paused');
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, summary')]
          .map((one) => ({ name: one.id || one.value || one.tagName, box: one.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
          .map(({ name }) => name),
      );
      assert.deepEqual(small, [], 'targets are large enough (WCAG 2.5.8)');
      assert.deepEqual(faults, []);
      await page.goto(`${collector.url}/live`);
      await check('the page that asks for the key');
      await page.fill('#key', 'secret');
      await page.click('button');
      await page.waitForSelector('#state[data-state=open]');
    });

test('the policy is in force: what is not the page’s own does not run', async (t) => {
  const { page } = await openLive(t);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.body.append(style);
    const image = document.createElement('img');
    image.src = 'https://other.example/x.png';
    document.body.append(image);
    fetch('https://other.example/').catch(() => {});
  });
  await page.waitForFunction(() => window.violations.length >= 4);
  const directives = await page.evaluate(() => window.violations.map((one) => one.split(' ')[0]).sort());
  assert.deepEqual(directives, ['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.isVisible('h1'), true);
});

test('forced colours: what is on is told from what is off; reduced motion: nothing moves', async (t) => {
  const { collector, page } = await openLive(t, { forcedColors: 'active', reducedMotion: 'reduce' });
  await post(collector.url, named('thing_done'));
  await waitForRows(page, 1);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  const colour = () => page.evaluate(() => getComputedStyle(document.getElementById('pause')).backgroundColor);
  const off = await colour();
  await page.click('#pause');
  await page.mouse.move(0, 0);
  assert.notEqual(await colour(), off);
  const [on, other] = await page.evaluate(() =>
    ['all', 'event'].map(
      (value) => getComputedStyle(document.querySelector(`input[value=${value}] + span`)).backgroundColor,
    ),
  );
  assert.notEqual(on, other);
});
