// Consent after the core runs: each change is carried out in the same task, and withdrawal leaves nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, recordText, settled, startTracker } from './host.mjs';

test(
  'a grant is stored with the ids, and the next page goes on with them',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    tracker.track('cart_opened');
    await tracker.flush();
    assert.equal(host.storedChoices.analytics, 'granted');
    const next = createTracker(options());
    await next.ready;
    next.track('cart_closed');
    await next.flush();
    const [first, second] = host.requests.map(({ body }) => body);
    assert.equal(second.anonymous_id, first.anonymous_id);
    assert.notEqual(second.instance_id, first.instance_id);
  }),
);

test(
  'a grant without any event is stored too',
  inBrowser(async (host) => {
    createTracker(options()).consent.set({ analytics: 'granted' });
    assert.equal(host.storedChoices.analytics, 'granted');
    await settled();
  }),
);

test(
  'withdraw stops and erases all in the same task',
  inBrowser(async (host) => {
    const memories = [];
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (module) {
      const instance = new Instance(module);
      const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
      memories.push(new Uint8Array(memory.buffer));
      return instance;
    };
    try {
      host.answer = undefined;
      const tracker = await startTracker();
      tracker.identify('user_8x92j4k1');
      tracker.track('cart_opened', { secret_plan: 'zebra' });
      const flushed = tracker.flush();
      assert.equal(host.requests.length, 1);
      tracker.track('cart_closed');
      await settled();
      assert.ok(memories[0].some((byte) => byte));
      tracker.consent.withdraw();
      assert.equal(host.requests[0].aborted, true);
      assert.deepEqual(host.timers, []);
      assert.deepEqual(host.listeners, []);
      assert.ok(memories[0].every((byte) => !byte));
      assert.deepEqual([...host.stored.keys()], [KEY]);
      const refused = { necessary: 'denied', functional: 'denied', analytics: 'denied', marketing: 'denied' };
      assert.equal(host.stored.get(KEY), recordText(refused, { purged: 1 }));
      assert.equal((await flushed).acknowledged, 0);
      assert.equal(tracker.track('cart_opened'), 'denied');
      assert.equal(tracker.track('login_failed', {}, { purpose: 'necessary' }), 'denied');
      host.hide();
      await host.advance(24 * 3600_000);
      assert.equal(host.requests.length, 1);
      assert.equal(host.stored.size, 1);
    } finally {
      WebAssembly.Instance = Instance;
    }
  }),
);

test(
  'withdraw while the core is on its way',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.track('cart_opened');
    tracker.consent.set({ analytics: 'granted' });
    tracker.consent.withdraw();
    await settled();
    assert.deepEqual([host.requests, host.listeners, host.timers], [[], [], []]);
    assert.equal(tracker.track('cart_opened'), 'denied');
  }),
);

test(
  'denying every purpose is a withdrawal, but necessary events still work',
  inBrowser(async (host) => {
    host.answer = undefined;
    const tracker = await startTracker();
    tracker.track('cart_opened');
    tracker.flush();
    tracker.consent.set({ functional: 'denied', analytics: 'denied', marketing: 'denied' });
    assert.equal(host.requests[0].aborted, true);
    assert.deepEqual(host.listeners, []);
    host.answer = () => ({ status: 200 });
    assert.equal(tracker.track('login_failed', {}, { purpose: 'necessary' }), 'held');
    await settled();
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['cart_opened', 'login_failed']);
  }),
);

test(
  'a grant after a withdrawal begins anew, with other ids',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await tracker.flush();
    tracker.consent.withdraw();
    tracker.consent.set({ analytics: 'granted' });
    assert.equal(tracker.track('cart_closed'), 'held');
    await settled();
    await tracker.flush();
    const [first, second] = host.requests.map(({ body }) => body);
    assert.deepEqual(host.sentNames, ['cart_opened', 'cart_closed']);
    for (const id of ['anonymous_id', 'instance_id', 'session_id']) assert.notEqual(second[id], first[id], id);
  }),
);

test(
  'get and onChange tell the state',
  inBrowser(async () => {
    const tracker = createTracker(options());
    const told = [];
    const stop = tracker.consent.onChange((choices) => told.push(choices));
    assert.equal(tracker.consent.get('necessary'), 'granted');
    assert.equal(tracker.consent.get('analytics'), 'unknown');
    assert.equal(tracker.consent.get('toString'), 'unknown');
    tracker.consent.set({ analytics: 'denied' });
    stop();
    tracker.consent.set({ analytics: 'granted' });
    assert.deepEqual(told, [
      { necessary: 'granted', functional: 'unknown', analytics: 'denied', marketing: 'unknown' },
    ]);
    await tracker.ready;
  }),
);

for (const choices of [
  undefined,
  null,
  5,
  { analytics: 'yes' },
  { toString: 'granted' },
  {
    get analytics() {
      throw new Error('no');
    },
  },
])
  test(
    `set passes over ${typeof choices === 'object' && choices ? Object.keys(choices) : choices}`,
    inBrowser(async (host) => {
      const tracker = createTracker(options());
      tracker.consent.set(choices);
      assert.equal(tracker.consent.get('analytics'), 'unknown');
      assert.equal(host.stored.size, 0);
    }),
  );

test(
  'blocked storage is memory',
  inBrowser(async () => {
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'accepted');
    tracker.consent.withdraw();
    assert.equal(tracker.track('cart_opened'), 'denied');
  }),
);

test(
  'necessary cannot be denied by set',
  inBrowser(async () => {
    const tracker = createTracker(options());
    tracker.consent.set({ necessary: 'denied' });
    assert.equal(tracker.consent.get('necessary'), 'granted');
  }),
);

test(
  'reset gives another anonymous id and no user',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.identify('u1');
    tracker.reset();
    tracker.track('cart_opened');
    await tracker.flush();
    const owner = (name) => {
      for (const { body } of host.requests)
        for (const event of body.events) if (event.event_name === name) return { ...body, ...event };
    };
    assert.equal(owner('user_identified').user_id, 'u1');
    assert.equal(owner('cart_opened').user_id, undefined);
    assert.notEqual(owner('cart_opened').anonymous_id, owner('user_identified').anonymous_id);
  }),
);

test(
  'what the core holds for another purpose keeps the user and the page of its call',
  inBrowser(async (host) => {
    const tracker = await startTracker({ consent: { defaults: { functional: 'granted' } } });
    const go = (pathname) => {
      Object.assign(globalThis.location, { href: 'https://shop.example' + pathname, pathname });
      return tracker.page({}, { purpose: 'functional' });
    };
    assert.equal(go('/a'), 'accepted');
    assert.equal(tracker.track('held_early'), 'held');
    tracker.identify('u1', {}, { purpose: 'functional' });
    go('/b');
    assert.equal(tracker.page(), 'held');
    tracker.reset();
    go('/c');
    tracker.consent.set({ analytics: 'granted' });
    tracker.track('event_after');
    while ((await tracker.flush()).pending);
    assert.deepEqual(
      host.requests.flatMap(({ body }) =>
        body.events
          .filter(({ purpose }) => !purpose)
          .map(({ event_name }) => [event_name, body.user_id, body.context.page.path]),
      ),
      [
        ['held_early', undefined, '/a'],
        ['page_viewed', 'u1', '/b'],
        ['event_after', undefined, '/c'],
      ],
    );
  }),
);
