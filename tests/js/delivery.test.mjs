// What goes out, when, and what becomes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, options, settled, startTracker } from './host.mjs';

/** Text that cannot be made much smaller. */
const noise = (length) => Array.from({ length }, () => String.fromCharCode(97 + Math.random() * 26)).join('');

test(
  'a batch is a POST without preflight, credentials or headers of its own',
  inBrowser(async (host) => {
    const tracker = await startTracker({ app: { name: 'shop', version: '1.2.0' } });
    tracker.track('cart_opened', { items: 3 });
    assert.deepEqual(host.requests, []);
    await host.advance(5000);
    const [{ url, init, body }] = host.requests;
    assert.equal(url, 'https://collect.example/api/analytics/batch');
    assert.equal(init.method, 'POST');
    assert.equal(init.credentials, 'omit');
    assert.equal(init.keepalive, true);
    assert.equal(init.headers, undefined);
    assert.equal(new Request(url, { method: 'POST', body: init.body }).headers.get('content-type'), null);
    assert.equal(body.write_key, 'demo');
    assert.equal(body.sdk.name, 'waymark-js');
    assert.equal(body.app_version, '1.2.0');
    assert.deepEqual(body.context.app, { name: 'shop' });
    assert.deepEqual(Object.keys(body.context.page), ['url', 'path', 'title', 'referrer']);
    assert.deepEqual(new Set(host.deviceReads), new Set(['navigator.globalPrivacyControl', 'navigator.locks']));
  }),
);

test(
  'one timer is pending however many events come',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    for (let i = 0; i < 50; ++i) {
      tracker.track('item_viewed', { i });
      await settled(2);
      assert.equal(host.timers.length, 1);
    }
    assert.equal(host.timersEverSet, 1);
  }),
);

test(
  '100 events go out at once, in one request',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    for (let i = 0; i < 100; ++i) tracker.track('item_viewed', { i });
    await settled(3);
    assert.equal(host.requests.length, 1);
    assert.equal(host.requests[0].body.events.length, 100);
  }),
);

test(
  '500 events in one task and the page is left: all are sent, none twice',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    for (let i = 0; i < 500; ++i) assert.equal(tracker.track('item_viewed', { i }), 'accepted');
    host.hide();
    host.dispatch('pagehide');
    const numbers = host.requests.flatMap(({ body }) => body.events.map(({ properties }) => properties.i));
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      [...Array(500).keys()],
    );
    await settled();
    assert.equal((await tracker.flush()).pending, 0);
    assert.equal(host.sentNames.length, 500);
  }),
);

test(
  'of what is under way at most 8 requests and 60 KiB are keepalive',
  inBrowser(async (host) => {
    host.answer = undefined;
    const tracker = await startTracker();
    for (let i = 0; i < 400; ++i) tracker.track('item_viewed', { text: noise(400) });
    host.hide();
    assert.ok(host.requests.length > 2);
    const kept = host.requests.filter(({ init }) => init.keepalive);
    assert.ok(kept.length >= 1 && kept.length <= 8);
    assert.ok(kept.reduce((sum, { init }) => sum + init.body.length, 0) <= 60 * 1024);
    assert.ok(host.requests.some(({ init }) => !init.keepalive));
    for (const request of host.requests) request.respond({ status: 200 });
    await settled();
    host.requests = [];
    tracker.track('item_viewed');
    host.hide();
    assert.equal(host.requests[0].init.keepalive, true);
    host.requests[0].respond({ status: 200 });
    await settled();
  }),
);

test(
  'after a refused keepalive request the next try goes without, and those after a success with it again',
  inBrowser(async (host) => {
    let mayKeepAlive = false;
    host.answer = ({ init }) => (init.keepalive && !mayKeepAlive ? 'fail' : { status: 200 });
    const tracker = await startTracker();
    tracker.track('cart_opened');
    const flushed = tracker.flush();
    await host.advance(2000);
    assert.equal((await flushed).acknowledged, 1);
    mayKeepAlive = true;
    tracker.track('cart_closed');
    assert.equal((await tracker.flush()).acknowledged, 1);
    assert.deepEqual(
      host.requests.map(({ init }) => init.keepalive),
      [true, false, true],
    );
  }),
);

test(
  'but with it while the page is hidden',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker();
    tracker.track('cart_opened');
    host.hide();
    await host.advance(2000);
    assert.ok(host.requests.length > 1);
    assert.ok(host.requests.every(({ init }) => init.keepalive));
  }),
);

test(
  'a failed batch is sent again with the same events, later',
  inBrowser(async (host) => {
    let isDown = true;
    host.answer = () => (isDown ? { status: 503 } : { status: 200 });
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await host.advance(5000);
    isDown = false;
    await host.advance(120_000);
    const [first, second] = host.requests.map(({ body }) => body);
    assert.equal(host.requests.length, 2);
    assert.deepEqual(second.events, first.events);
    assert.equal(second.instance_id, first.instance_id);
    assert.notEqual(second.sent_at, first.sent_at);
  }),
);

test(
  'Retry-After is kept to, even when the network comes back',
  inBrowser(async (host) => {
    let isBusy = true;
    host.answer = () => (isBusy ? { status: 429, headers: { 'retry-after': '600' } } : { status: 200 });
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await host.advance(5000);
    isBusy = false;
    host.dispatch('online');
    await host.advance(590_000);
    assert.equal(host.requests.length, 1);
    await host.advance(20_000);
    assert.equal(host.requests.length, 2);
  }),
);

test(
  'online tries at once what waits for the network',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await host.advance(5000);
    await host.advance(400_000);
    const before = host.requests.length;
    host.answer = () => ({ status: 200 });
    host.dispatch('online');
    await settled();
    assert.equal(host.requests.length, before + 1);
    assert.equal((await tracker.flush()).pending, 0);
  }),
);

test(
  'a page that comes back from the back/forward cache goes on',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.track('cart_opened');
    host.hide();
    host.dispatch('pagehide', { persisted: true });
    await settled();
    host.document.visibilityState = 'visible';
    host.dispatch('pageshow', { persisted: true });
    tracker.track('cart_closed');
    await host.advance(5000);
    assert.deepEqual(host.sentNames, ['cart_opened', 'cart_closed']);
  }),
);

test(
  'never unload or beforeunload',
  inBrowser(async (host) => {
    await startTracker();
    assert.deepEqual(host.listeners.map(({ type }) => type).sort(), [
      'online',
      'pagehide',
      'pageshow',
      'storage',
      'visibilitychange',
    ]);
  }),
);

test(
  'flush counts what was acknowledged and what was rejected',
  inBrowser(async (host) => {
    host.answer = () => ({
      status: 200,
      body: JSON.stringify({ accepted: 2, duplicate: 0, rejected: [{ index: 1, reason: 'too_odd', path: '' }] }),
    });
    const tracker = await startTracker();
    for (const name of ['cart_opened', 'odd_event', 'cart_closed']) tracker.track(name);
    assert.deepEqual(await tracker.flush(), { acknowledged: 2, rejected: 1, dropped: 0, pending: 0 });
  }),
);

test(
  'flush of nothing resolves at once',
  inBrowser(async () => {
    const tracker = await startTracker();
    assert.deepEqual(await tracker.flush(), { acknowledged: 0, rejected: 0, dropped: 0, pending: 0 });
  }),
);

test(
  'flush gives up waiting when its time is over, and the event is still delivered',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker();
    tracker.track('cart_opened');
    let counts;
    tracker.flush({ timeoutMs: 3000 }).then((result) => (counts = result));
    await host.advance(2999);
    assert.equal(counts, undefined);
    await host.advance(2);
    assert.deepEqual(counts, { acknowledged: 0, rejected: 0, dropped: 0, pending: 1 });
    host.answer = () => ({ status: 200 });
    host.dispatch('online');
    assert.equal((await tracker.flush()).pending, 0);
  }),
);

test(
  'flush waits for a core that is still on its way',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.track('cart_opened');
    tracker.consent.set({ analytics: 'granted' });
    assert.equal((await tracker.flush()).acknowledged, 1);
    assert.deepEqual(host.sentNames, ['cart_opened']);
  }),
);

test(
  'an answer of any size or kind acknowledges by its status alone',
  inBrowser(async (host) => {
    for (const body of ['', 'ok', '<html>', '{"rejected":', 'x'.repeat(300_000), '\u0000\ud800']) {
      host.answer = () => ({ status: 200, body });
      const tracker = await startTracker({ storage: 'memory' });
      tracker.track('cart_opened');
      assert.equal((await tracker.flush()).acknowledged, 1, body.slice(0, 20));
      tracker.consent.withdraw();
    }
  }),
);

test(
  'an answer that breaks off after its status does not send the batch twice',
  inBrowser(async (host) => {
    globalThis.fetch = async () => {
      host.requests.push(1);
      return { status: 200, headers: new Headers(), text: () => Promise.reject(new TypeError('broken off')) };
    };
    const tracker = await startTracker();
    tracker.track('cart_opened');
    assert.equal((await tracker.flush()).acknowledged, 1);
    assert.equal(host.requests.length, 1);
  }),
);

test(
  'a fetch that is replaced or removed later does not matter',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    globalThis.fetch = () => {
      throw new Error('wrapped');
    };
    tracker.track('cart_opened');
    assert.equal((await tracker.flush()).acknowledged, 1);
    assert.equal(host.requests.length, 1);
  }),
);

test(
  'a collector that is down for a day: one timer, few requests, nothing lost',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker();
    for (let hour = 0; hour < 24; ++hour) {
      tracker.track('hour_passed', { hour });
      await host.advance(3600_000);
      assert.equal(host.timers.length, 1);
    }
    const distinct = host.requests.length;
    assert.ok(distinct < 400, `${distinct} requests`);
    host.answer = () => ({ status: 200 });
    host.requests = [];
    host.dispatch('online');
    assert.equal((await tracker.flush()).pending, 0);
    const hours = host.requests.flatMap(({ body }) => body.events.map(({ properties }) => properties.hour));
    assert.deepEqual(hours, [...Array(24).keys()]);
  }),
);
