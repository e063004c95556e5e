// Before a grant: nothing is sent, stored, listened to, waited for or read from the device.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, recordText, settled } from './host.mjs';

const seen = () => {
  const verdicts = [];
  return { verdicts, onVerdict: (info) => verdicts.push(info) };
};

test(
  'without a choice a tracker touches nothing but one stored record',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    assert.equal(tracker.track('cart_opened', { a: 1 }), 'held');
    assert.equal(tracker.page(), 'held');
    assert.equal(tracker.identify('u1'), 'held');
    assert.equal(tracker.group('g1'), 'held');
    tracker.reset();
    assert.deepEqual(await tracker.flush(), { acknowledged: 0, rejected: 0, dropped: 0, pending: 5 });
    tracker.consent.get('analytics');
    tracker.consent.onChange(() => {});
    await host.advance(3600_000);
    assert.deepEqual(host.requests, []);
    assert.equal(host.timersEverSet, 0);
    assert.deepEqual(host.listeners, []);
    assert.deepEqual(host.storageCalls, [['get', KEY]]);
    // The person's own signal, and nothing of the device.
    assert.deepEqual(host.deviceReads, ['navigator.globalPrivacyControl']);
  }),
);

test(
  'storage in memory is not even read',
  inBrowser(async (host) => {
    createTracker(options({ storage: 'memory' }));
    assert.deepEqual(host.storageCalls, []);
  }),
);

test(
  '100 calls are held, the next is refused, and all are replayed in order with their own times',
  inBrowser(async (host) => {
    const { verdicts, onVerdict } = seen();
    const tracker = createTracker(options({ onVerdict }));
    const startMs = host.nowMs;
    for (let i = 0; i < 100; ++i) {
      assert.equal(tracker.track('item_viewed', { i }), 'held');
      host.nowMs += 1000;
    }
    assert.equal(tracker.track('item_viewed', { i: 100 }), 'queue_full');
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    await tracker.flush();
    assert.equal(verdicts.length, 100);
    assert.ok(
      verdicts.every(
        ({ verdict, event_name, reason }) => verdict === 'accepted' && event_name === 'item_viewed' && reason === '',
      ),
    );
    const events = host.requests.flatMap(({ body }) => body.events);
    assert.deepEqual(
      events.map(({ properties }) => properties.i),
      [...Array(100).keys()],
    );
    assert.deepEqual(
      events.map(({ timestamp }) => Date.parse(timestamp)),
      [...Array(100).keys()].map((i) => startMs + i * 1000),
    );
  }),
);

test(
  'at most 64 Ki characters are held',
  inBrowser(async () => {
    const tracker = createTracker(options());
    assert.equal(tracker.track('file_opened', { text: 'x'.repeat(40_000) }), 'held');
    assert.equal(tracker.track('file_opened', { text: 'x'.repeat(30_000) }), 'queue_full');
    assert.equal(tracker.track('file_opened', { text: 'x'.repeat(20_000) }), 'held');
  }),
);

test(
  'what is held longer than 30 minutes is gone when the grant comes',
  inBrowser(async (host) => {
    const { verdicts, onVerdict } = seen();
    const tracker = createTracker(options({ onVerdict }));
    tracker.track('old_event');
    host.nowMs += 29 * 60_000;
    tracker.track('new_event');
    host.nowMs += 2 * 60_000;
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['new_event']);
    assert.deepEqual(
      verdicts.map(({ event_name, verdict, reason }) => [event_name, verdict, reason]),
      [
        ['old_event', 'denied', 'hold_expired'],
        ['new_event', 'accepted', ''],
      ],
    );
  }),
);

test(
  'whileUnknown drop denies at once',
  inBrowser(async () => {
    const tracker = createTracker(options({ consent: { whileUnknown: 'drop' } }));
    assert.equal(tracker.track('cart_opened'), 'denied');
  }),
);

test(
  'a refusal leaves one record, and what was held is gone',
  inBrowser(async (host) => {
    const { verdicts, onVerdict } = seen();
    const tracker = createTracker(options({ onVerdict }));
    tracker.track('cart_opened');
    tracker.track('offer_seen', {}, { purpose: 'marketing' });
    tracker.consent.set({ functional: 'denied', analytics: 'denied', marketing: 'denied' });
    await settled();
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      ['denied', 'denied'],
    );
    assert.equal(tracker.track('cart_opened'), 'denied');
    assert.equal((await tracker.flush()).pending, 0);
    assert.deepEqual([...host.stored.keys()], [KEY]);
    const refused = { functional: 'denied', analytics: 'denied', marketing: 'denied' };
    assert.equal(host.stored.get(KEY), recordText(refused, { purged: 1 }));
    assert.deepEqual([host.requests, host.listeners, host.timersEverSet], [[], [], 0]);
  }),
);

test(
  'a choice that is only unknown stores nothing',
  inBrowser(async (host) => {
    createTracker(options()).consent.set({ analytics: 'unknown' });
    assert.equal(host.stored.size, 0);
  }),
);

test(
  'a stored refusal holds on the next page, a stored grant starts the core',
  inBrowser(async (host) => {
    host.stored.set(KEY, recordText({ analytics: 'denied' }));
    assert.equal(createTracker(options()).track('cart_opened'), 'denied');
    host.stored.set(KEY, recordText({ analytics: 'granted' }));
    const tracker = createTracker(options());
    assert.equal(tracker.consent.get('analytics'), 'granted');
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'accepted');
  }),
);

test(
  'a stored refusal outweighs a granted default',
  inBrowser(async (host) => {
    host.stored.set(KEY, recordText({ analytics: 'denied' }));
    const tracker = createTracker(options({ consent: { defaults: { analytics: 'granted' } } }));
    assert.equal(tracker.track('cart_opened'), 'denied');
    await settled();
    assert.deepEqual(host.listeners, []);
  }),
);

for (const record of [
  'null',
  '[]',
  '{"choices":5}',
  recordText({ analytics: 'perhaps' }),
  ' ' + recordText({ analytics: 'granted' }),
  ']]]',
  'x'.repeat(100_000),
])
  test(
    `a stored record that is not ours grants nothing, until the next choice: ${record.slice(0, 40)}`,
    inBrowser(async (host) => {
      host.stored.set(KEY, record);
      const tracker = createTracker(options());
      assert.equal(tracker.consent.get('analytics'), 'denied');
      assert.equal(tracker.track('cart_opened'), 'denied');
      assert.equal(tracker.consent.status().mustAsk, true);
      tracker.consent.set({ analytics: 'granted' });
      await tracker.ready;
      assert.equal(tracker.track('cart_opened'), 'accepted', tracker.explain());
    }),
  );

test(
  'a necessary event starts the core, which still reads nothing of the device',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    assert.equal(tracker.track('login_failed', {}, { purpose: 'necessary' }), 'held');
    await tracker.ready;
    assert.equal(tracker.track('login_failed', {}, { purpose: 'necessary' }), 'accepted');
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['login_failed', 'login_failed']);
    // The person's own signal, and nothing of the device.
    assert.deepEqual(host.deviceReads, ['navigator.globalPrivacyControl']);
    assert.equal(host.stored.size, 0);
  }),
);

test(
  'an event of a purpose that is still unknown is held by the running core, then decided',
  inBrowser(async (host) => {
    const { verdicts, onVerdict } = seen();
    const tracker = createTracker(options({ onVerdict }));
    tracker.consent.set({ functional: 'granted' });
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'held');
    assert.equal(tracker.track('offer_seen', {}, { purpose: 'marketing' }), 'held');
    tracker.consent.set({ analytics: 'granted', marketing: 'denied' });
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['cart_opened']);
    assert.deepEqual(verdicts.map(({ event_name, verdict }) => [event_name, verdict]).sort(), [
      ['cart_opened', 'accepted'],
      ['offer_seen', 'denied'],
    ]);
  }),
);

test(
  'the core is started before the page can be left, and what is queued then goes out in the same task',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.track('cart_opened');
    tracker.consent.set({ analytics: 'granted' });
    await undefined; // a page is left in another task, and so after all microtasks of this one
    await undefined;
    await undefined;
    await undefined;
    assert.deepEqual(host.requests, []);
    host.hide();
    assert.deepEqual(host.sentNames, ['cart_opened']);
    await settled();
    assert.equal(tracker.track('cart_closed'), 'accepted');
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['cart_opened', 'cart_closed']);
  }),
);

test(
  'page() says where it was called, not where the grant came',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.page();
    globalThis.location.href = 'https://shop.example/other';
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    await tracker.flush();
    const { body } = host.requests[0];
    const page = (body.events[0].context ?? body.context).page;
    assert.equal(page.url.split('?')[0], 'https://shop.example/cart');
    assert.equal(page.title, 'Shop');
  }),
);
