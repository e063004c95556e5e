// Fifty events, and the page is left at once: all are stored, none twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from './stage.mjs';

const eventCount = 50;

const leavingPage = (state) => `<!doctype html>
<title>Leaving</title>
<script type="module">
  import { consent, init, track } from './waymark/track.js';
  const tracker = init({
    writeKey: 'demo',
    endpoint: location.origin,
    consent: { defaults: { analytics: '${state}' }, whileUnknown: 'hold' },
  });
  window.trackAll = () => {
    for (let index = 0; index < ${eventCount}; index++) track('item_counted', { index, note: 'x'.repeat(40) });
  };
  window.grant = () => consent.set({ analytics: 'granted' });
  if ('${state}' === 'granted') await tracker.ready;
  document.title = 'Ready';
</script>`;

const files = {
  'granted.html': leavingPage('granted'),
  'unknown.html': leavingPage('unknown'),
  'next.html': '<!doctype html><title>Next</title>',
};

async function fiftyOnce(stage) {
  const events = await stage.eventsUntil((all) => all.length >= eventCount);
  const indices = events.map(({ properties }) => properties.index).sort((a, b) => a - b);
  assert.deepEqual(indices, [...Array(eventCount).keys()]);
  assert.equal(new Set(events.map(({ event_id }) => event_id)).size, eventCount);
}

/** Keeps the core from ever starting by itself, so that the page is surely left before it could. */
function neverReady() {
  WebAssembly.instantiate = WebAssembly.compile = () => new Promise(() => {});
}

async function openPage(t, name, { faults, before } = {}) {
  const stage = await setStage(t, { files, faults });
  const context = await stage.newContext();
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  await page.goto(stage.url(name));
  await page.waitForFunction(() => document.title === 'Ready');
  return { stage, context, page };
}

const ways = {
  'by a navigation in the same task': (page) =>
    page.evaluate(() => {
      window.trackAll();
      location.href = 'next.html';
    }),
  'by a reload in the same task': (page) =>
    page.evaluate(() => {
      window.trackAll();
      location.reload();
    }),
  'by closing the tab': async (page) => {
    await page.evaluate(() => window.trackAll());
    await page.close();
  },
};

for (const [way, leave] of Object.entries(ways))
  test(`left ${way}`, async (t) => {
    const { stage, page } = await openPage(t, 'granted.html');
    await leave(page);
    await fiftyOnce(stage);
  });

test('granted, tracked and left before the core could start', async (t) => {
  const { stage, page } = await openPage(t, 'unknown.html', { before: neverReady });
  await page.evaluate(() => {
    window.grant();
    window.trackAll();
    location.href = 'next.html';
  });
  await fiftyOnce(stage);
});

test('held, then granted and left before the core could start', async (t) => {
  const { stage, page } = await openPage(t, 'unknown.html', { before: neverReady });
  await page.evaluate(() => {
    window.trackAll();
    window.grant();
    location.href = 'next.html';
  });
  await fiftyOnce(stage);
});

test('left without an answer: nothing is sent', async (t) => {
  const { stage, page } = await openPage(t, 'unknown.html');
  await page.evaluate(() => {
    window.trackAll();
    location.href = 'next.html';
  });
  await page.waitForFunction(() => document.title === 'Next');
  await page.close();
  assert.deepEqual(stage.wire.batches(), []);
  assert.deepEqual(await stage.events(), []);
});

test('the count can fail: a collector that loses a batch is noticed', async (t) => {
  const { stage, page } = await openPage(t, 'granted.html', {
    faults: ({ method }) =>
      method === 'POST' ? { status: 200, body: '{"accepted":50,"duplicate":0,"rejected":[]}' } : undefined,
  });
  await page.evaluate(() => {
    window.trackAll();
    location.href = 'next.html';
  });
  await page.waitForFunction(() => document.title === 'Next');
  await assert.rejects(
    stage.eventsUntil((all) => all.length >= eventCount, 1000),
    /not arrived/,
  );
  assert.equal(stage.wire.batches().length, 1);
});
