// After a yes, what was held arrives; after it is taken back, nothing is kept and nothing is sent.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { assertRefusal } from './refusal.mjs';
import { browse, hideAndShow, openShop, order } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

const record = (page) => page.evaluate(() => localStorage.getItem('waymark:demo'));
const names = (events) => events.map(({ event_name }) => event_name);
const clientTimeMs = (event) => Date.parse(event.timestamp);

test('after a yes, the held events arrive once, in order, with their own times, and are seen live', async (t) => {
  const stage = await setStage(t);
  const context = await stage.newContext();
  const page = await context.newPage();
  const startedMs = Date.now();
  await openShop(page, stage.url());
  await browse(page);
  const browsedMs = Date.now();
  await sleep(1200);
  assert.deepEqual(await stage.events(), []);

  const live = await context.newPage();
  await live.goto(`${stage.wire.origin}/live`);
  const answeredMs = Date.now();
  await page.bringToFront();
  await page.click('#banner-accept');
  await page.click('.cart-link');
  await order(page);
  await hideAndShow(page); // sends what is queued

  const expected = [
    'page_viewed',
    'catalogue_viewed',
    'filter_applied',
    'search_performed',
    'sort_changed',
    'page_viewed',
    'product_viewed',
    'product_added',
    'product_added',
    'page_viewed',
    'cart_viewed',
    'page_viewed',
    'checkout_started',
    'page_viewed',
    'cart_viewed',
    'page_viewed',
    'product_viewed',
    'page_viewed',
    'cart_viewed',
    'page_viewed',
    'checkout_started',
    'checkout_completed',
    'page_viewed',
  ];
  const heldCount = 17;
  const events = await stage.eventsUntil(
    (all) => names(all).includes('checkout_completed') && all.length >= expected.length,
  );
  events.sort((a, b) => a.sequence - b.sequence);
  assert.deepEqual(names(events), expected);
  assert.equal(new Set(events.map(({ event_id }) => event_id)).size, events.length);

  for (const event of events.slice(0, heldCount)) {
    const timeMs = clientTimeMs(event);
    assert.ok(
      timeMs >= startedMs && timeMs <= browsedMs,
      `${event.event_name} at ${event.timestamp} keeps its own time`,
    );
  }
  for (const event of events.slice(heldCount)) assert.ok(clientTimeMs(event) >= answeredMs);

  const { properties } = events.find(({ event_name }) => event_name === 'checkout_completed');
  assert.deepEqual(Object.keys(properties).sort(), [
    'currency',
    'item_count',
    'order_id',
    'order_value',
    'payment_method',
  ]);
  assert.deepEqual([properties.order_value, properties.item_count, properties.payment_method], [84, 2, 'invoice']);

  await live.bringToFront();
  for (const name of ['checkout_completed', 'product_added', 'page_viewed'])
    await live.getByText(name).first().waitFor({ state: 'visible' });
  assert.deepEqual(context.pageErrors, []);
});

test('only the purposes that were chosen are recorded', async (t) => {
  const stage = await setStage(t);
  const page = await (await stage.newContext()).newPage();
  await openShop(page, stage.url());
  await page.click('#banner-choose');
  for (const purpose of ['analytics', 'functional', 'marketing'])
    assert.equal(await page.isChecked(`#purpose-${purpose}`), false);
  await page.check('#purpose-analytics');
  await page.click('#banner-save');
  await page.selectOption('#order', 'name');
  await page.click('text=See the ridge tent');
  await page.click('#add');
  await hideAndShow(page);
  const events = await stage.eventsUntil((all) => names(all).includes('product_added'));
  assert.ok(!names(events).includes('sort_changed'), 'functional was not granted');
  assert.ok(!names(events).includes('promotion_clicked'), 'marketing was not granted');
});

test('after a withdrawal nothing is sent and nothing is kept; a new yes begins with a new id', async (t) => {
  const stage = await setStage(t);
  const context = await stage.newContext();
  const page = await context.newPage();
  await openShop(page, stage.url());
  await page.click('#banner-accept');
  await page.click('.card-name a[href*="enamel-mug"]');
  await hideAndShow(page);
  const first = await stage.eventsUntil((all) => names(all).includes('product_viewed'));
  const anonymousId = first[0].anonymous_id;
  assert.match(anonymousId, /^[0-9a-f-]{36}$/);
  const cacheNames = () => page.evaluate(() => caches.keys());
  assert.ok((await record(page)).split('\n').length > 2, 'the id is kept while there is consent');
  assert.ok(!(await record(page)).includes(anonymousId), 'and sealed');
  assert.deepEqual(await cacheNames(), ['waymark:demo']);

  // Queued, and withdrawn before the queue is sent.
  await page.click('#privacy-choices');
  await page.evaluate(() => {
    document.getElementById('add').click();
    document.getElementById('banner-withdraw').click();
  });
  const sentBefore = stage.wire.batches().length;
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.ok(!kept.includes(anonymousId), `the id is gone from ${kept}`);
  assertRefusal(await record(page));
  assert.equal(await page.evaluate(() => localStorage.length), 1);
  assert.deepEqual(await cacheNames(), []);

  await browseAfterNo(page);
  await sleep(5600); // longer than the five seconds after which a queue is sent
  await page.reload();
  await page.waitForSelector('.detail, .grid');
  assert.equal(await page.isVisible('.banner'), false);
  assert.equal(stage.wire.batches().length, sentBefore, 'no batch after the withdrawal');

  await page.click('#privacy-choices');
  await page.click('#banner-accept');
  await page.click('.brand');
  await hideAndShow(page);
  const last = await stage.eventsUntil((all) => names(all).filter((name) => name === 'catalogue_viewed').length >= 2);
  const later = last.slice(first.length);
  assert.ok(later.length > 0);
  assert.ok(later.every(({ anonymous_id }) => /^[0-9a-f-]{36}$/.test(anonymous_id) && anonymous_id !== anonymousId));
  assert.ok(!names(last).includes('product_added'), 'what was queued at the withdrawal is gone');
  assert.deepEqual(context.pageErrors, []);
});

async function browseAfterNo(page) {
  await page.click('.brand');
  await page.check('input[name=category][value=wear]');
  await page.click('.card-name a[href*="wool-beanie"]');
}
