// What goes wrong around the tracker: a collector that is busy, an answer that is lost, a browser that forbids, a page that
// passes rubbish. Events arrive once, and nothing is thrown into the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from './stage.mjs';

const files = {
  'page.html': `<!doctype html><meta charset="utf-8"><title>Faults</title><script type="module">
    import * as waymark from './waymark/track.js';
    window.waymark = waymark;
    window.tracker = waymark.init({ writeKey: 'demo', endpoint: location.origin, consent: { defaults: { analytics: 'granted' } } });
    await tracker.ready;
    document.title = 'Ready';
  </script>`,
};

const isBatch = ({ method, path }) => method === 'POST' && path.startsWith('/api/analytics/batch');
const eventCount = 20;

async function openPage(t, { faults, before } = {}) {
  const stage = await setStage(t, { files, faults });
  const context = await stage.newContext();
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  const rejections = [];
  page.on('console', (message) => message.type() === 'error' && rejections.push(message.text()));
  await page.goto(stage.url('page.html'));
  await page.waitForFunction(() => document.title === 'Ready');
  return { stage, context, page, rejections };
}

const trackAndFlush = (page) =>
  page.evaluate(async (count) => {
    for (let index = 0; index < count; index++) window.waymark.track('item_counted', { index });
    return window.waymark.flush();
  }, eventCount);

function eachOnce(events) {
  assert.deepEqual(
    events.map(({ properties }) => properties.index).sort((a, b) => a - b),
    [...Array(eventCount).keys()],
  );
}

test('a collector that is busy and asks to wait gets all events later, once', async (t) => {
  const faults = (request, log) =>
    isBatch(request) && log.filter(isBatch).length < 2
      ? {
          status: 503,
          headers: { 'retry-after': '1', 'access-control-expose-headers': 'Retry-After' },
          body: '{"error":"queue_full"}',
        }
      : undefined;
  const { stage, context, page } = await openPage(t, { faults });
  const startedMs = Date.now();
  const counts = await trackAndFlush(page);
  assert.ok(Date.now() - startedMs >= 2000, 'Retry-After was kept, twice');
  assert.equal(counts.acknowledged, eventCount);
  eachOnce(await stage.events());
  assert.equal(stage.wire.batches().length, 3);
  assert.deepEqual(context.pageErrors, []);
});

test('an answer that is lost makes the batch travel again, and it is stored once', async (t) => {
  const faults = (request, log) => (isBatch(request) && log.filter(isBatch).length < 1 ? 'lose_answer' : undefined);
  const { stage, context, page } = await openPage(t, { faults });
  const counts = await trackAndFlush(page);
  assert.equal(counts.acknowledged, eventCount);
  assert.ok(stage.wire.batches().length >= 2, 'the batch was sent again');
  eachOnce(await stage.events());
  assert.deepEqual(context.pageErrors, []);
});

test('blocked storage: events arrive all the same', async (t) => {
  const before = () =>
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  const { stage, context, page } = await openPage(t, { before });
  assert.equal((await trackAndFlush(page)).acknowledged, eventCount);
  eachOnce(await stage.events());
  assert.deepEqual(context.pageErrors, []);
});

test('a fetch that throws is not thrown on into the page', async (t) => {
  const before = () => {
    window.unhandled = [];
    addEventListener('unhandledrejection', (event) => window.unhandled.push(String(event.reason)));
    window.fetchCalls = 0;
    window.fetch = () => {
      window.fetchCalls++;
      throw new TypeError('fetch is broken');
    };
  };
  const { stage, context, page } = await openPage(t, { before });
  const counts = await page.evaluate(async (count) => {
    for (let index = 0; index < count; index++) window.waymark.track('item_counted', { index });
    return window.waymark.flush({ timeoutMs: 1500 });
  }, eventCount);
  assert.deepEqual(counts, { acknowledged: 0, rejected: 0, dropped: 0, pending: eventCount });
  assert.ok((await page.evaluate(() => window.fetchCalls)) > 0, 'it was tried');
  assert.deepEqual(await page.evaluate(() => window.unhandled), []);
  assert.deepEqual(context.pageErrors, []);
  assert.deepEqual(await stage.events(), []);
});

test('hostile properties are invalid, and the events beside them arrive', async (t) => {
  const { stage, context, page } = await openPage(t);
  const verdicts = await page.evaluate(async () => {
    const cyclic = {};
    cyclic.self = cyclic;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const hostile = {
      cyclic,
      bigint: { value: 10n },
      revoked: revoked.proxy,
      getter: {
        get value() {
          throw new Error('getter');
        },
      },
      to_json: {
        toJSON() {
          throw new Error('toJSON');
        },
      },
      lone_surrogate: { value: '\ud800' },
      not_an_object: 'text',
      deep: JSON.parse('{"a":'.repeat(40) + '1' + '}'.repeat(40)),
      long: { value: 'x'.repeat(200_000) },
    };
    const given = {};
    for (const [name, properties] of Object.entries(hostile))
      given[name] = window.waymark.track('hostile_tried', properties);
    given.no_name = window.waymark.track('', {});
    given.no_text_name = window.waymark.track(Symbol('name'), {});
    given.good = window.waymark.track('good_tracked', { text: 'ü 𝄞 "\\', quote: '</script>' });
    await window.waymark.flush();
    return given;
  });
  const { good, ...bad } = verdicts;
  assert.equal(good, 'accepted');
  assert.deepEqual(bad, Object.fromEntries(Object.keys(bad).map((name) => [name, 'invalid'])));
  const events = await stage.eventsUntil((all) => all.length > 0);
  assert.deepEqual(
    events.map(({ event_name, properties }) => [event_name, properties]),
    [['good_tracked', { text: 'ü 𝄞 "\\', quote: '</script>' }]],
  );
  assert.deepEqual(context.pageErrors, []);
});
