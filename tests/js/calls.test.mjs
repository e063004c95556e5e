// Nothing that an application passes in makes a call throw, and each fault has words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as waymark from '../../js/dist/track.js';
import { granted, inBrowser, options, settled, startTracker } from './host.mjs';

const cycle = {};
cycle.self = cycle;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const hostile = {
  'a throwing getter': {
    get x() {
      throw new Error('no');
    },
  },
  'a cycle': cycle,
  'a BigInt': { n: 1n },
  'a revoked proxy': revoked.proxy,
  'a throwing toJSON': {
    toJSON() {
      throw null;
    },
  },
  'a toJSON that gives nothing': { toJSON() {} },
  'a string': 'text',
  'an array': [1, 2],
  'deep nesting': JSON.parse('{"a":'.repeat(2000) + '1' + '}'.repeat(2000)),
  'a lone surrogate': { text: '\ud800' },
  'too much text': { text: 'x'.repeat(200_000) },
  'too much text of two-byte characters': { text: 'ä'.repeat(40_000) },
};
for (const [what, properties] of Object.entries(hostile))
  test(
    `properties with ${what} are invalid, before and after the grant`,
    inBrowser(async (host) => {
      const verdicts = [];
      const tracker = waymark.createTracker(options({ onVerdict: ({ verdict }) => verdicts.push(verdict) }));
      const early = tracker.track('cart_opened', properties);
      tracker.consent.set({ analytics: 'granted' });
      await tracker.ready;
      await settled();
      if (early === 'held') assert.deepEqual(verdicts, ['invalid']);
      else assert.match(early, /invalid|queue_full/);
      assert.equal(tracker.track('cart_opened', properties), 'invalid');
      assert.match(tracker.explain(), /./);
      assert.equal(tracker.track('cart_opened'), 'accepted');
      assert.equal(tracker.explain(), '');
      await tracker.flush();
      assert.deepEqual(host.sentNames, ['cart_opened']);
    }),
  );

for (const id of [undefined, null, '', 5, {}, 'x'.repeat(65), 'x'.repeat(100_000)])
  test(
    `the id ${String(id).slice(0, 20)} is invalid and counted, and nobody is identified`,
    inBrowser(async (host) => {
      const tracker = await startTracker();
      const isLong = typeof id === 'string' && id !== '';
      const reason = isLong ? 'id_too_long' : 'name_missing';
      tracker.identify('u1');
      assert.equal(tracker.identify(id), 'invalid');
      assert.equal(tracker.explain(), isLong ? 'id_too_long at "user_id"' : reason);
      tracker.track('cart_opened');
      await tracker.flush();
      const { body } = host.requests.at(-1);
      assert.deepEqual([host.sentNames, body.user_id], [['user_identified', 'cart_opened'], undefined]);
      assert.deepEqual(
        body.client_reports.map(({ reason, purpose, count }) => [reason, purpose, count]),
        [[reason, 'analytics', 1]],
      );
      if (!isLong) assert.equal(tracker.group(id), 'invalid');
    }),
  );

test(
  'an id that was refused before the core runs leaves nobody identified either',
  inBrowser(async (host) => {
    const tracker = waymark.createTracker(options());
    for (const id of ['u1', 'x'.repeat(65)]) tracker.identify(id);
    tracker.track('cart_opened');
    tracker.identify('u2');
    tracker.identify('');
    tracker.track('cart_closed');
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    while ((await tracker.flush()).pending);
    assert.deepEqual(
      host.requests.flatMap(({ body }) => body.events.map(({ event_name }) => [event_name, body.user_id])),
      [
        ['user_identified', 'u1'],
        ['cart_opened', undefined],
        ['user_identified', 'u2'],
        ['cart_closed', undefined],
      ],
    );
  }),
);

test(
  'a page that is too long is left out, and nothing else',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.page();
    for (const length of [5000, 100_000]) {
      globalThis.location.href = globalThis.location.pathname = '/' + 'x'.repeat(length);
      assert.equal(tracker.page({ length }), 'accepted');
    }
    tracker.track('cart_opened');
    await tracker.flush();
    const [first, second] = host.requests.map(({ body }) => body);
    assert.ok(first.context.page);
    assert.deepEqual(
      second.events.map(({ event_name, properties }) => [event_name, properties.length]),
      [
        ['page_viewed', 5000],
        ['page_viewed', 100_000],
        ['cart_opened', undefined],
      ],
    );
    assert.deepEqual([second.context, second.client_reports], [{}, []]);
  }),
);

test(
  'an event says its group, whatever the traits say',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    assert.equal(tracker.group('g1', { group_id: 'other', size: 5 }), 'accepted');
    assert.equal(
      tracker.group('g1', {
        get x() {
          throw new Error('no');
        },
      }),
      'invalid',
    );
    await tracker.flush();
    assert.deepEqual(host.requests[0].body.events[0].properties, { group_id: 'g1', size: 5 });
  }),
);

for (const name of [undefined, null, '', 5, {}, Symbol('x'), 'x'.repeat(65)])
  test(
    `the event name ${String(name).slice(0, 20)} is invalid`,
    inBrowser(async () => {
      const tracker = await startTracker();
      assert.equal(tracker.track(name), 'invalid');
    }),
  );

test(
  'a toJSON that withdraws consent in the middle of a call does no harm',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    const properties = { toJSON: () => (tracker.consent.withdraw(), {}) };
    assert.equal(tracker.track('cart_opened', properties), 'denied');
    assert.deepEqual(host.listeners, []);
  }),
);

test(
  'an unknown purpose is denied',
  inBrowser(async () => {
    const tracker = await startTracker();
    assert.equal(tracker.track('cart_opened', {}, { purpose: 'world_domination' }), 'denied');
    assert.equal(tracker.explain(), 'unknown_purpose');
  }),
);

test(
  'names: reject refuses what is not object_action',
  inBrowser(async () => {
    const tracker = await startTracker({ names: 'reject' });
    assert.equal(tracker.track('Cart Opened'), 'invalid');
    assert.equal(tracker.explain(), 'name_style');
  }),
);

test(
  'eventsPerMinute and sampling reach the core',
  inBrowser(async () => {
    const limited = await startTracker({ eventsPerMinute: 2, storage: 'memory' });
    assert.deepEqual(
      [1, 2, 3].map(() => limited.track('cart_opened')),
      ['accepted', 'accepted', 'rate_limited'],
    );
    const sampled = await startTracker({ sampling: { rate: 0, always: ['order_paid'] }, storage: 'memory' });
    assert.deepEqual(
      ['cart_opened', 'order_paid'].map((name) => sampled.track(name)),
      ['sampled_out', 'accepted'],
    );
  }),
);

const endpoints = {
  'https://collect.example': true,
  'https://collect.example/base///': true,
  'http://localhost:8787': true,
  'http://127.0.0.1:8787': true,
  'http://127.8.9.1': true,
  'http://[::1]:8787': true,
  'http://collect.example': false,
  'http://localhost.example': false,
  'http://127.0.0.1.example': false,
  'http://128.0.0.1': false,
  'ftp://localhost': false,
  'collect.example': false,
  '': false,
};
for (const [endpoint, isAllowed] of Object.entries(endpoints))
  test(
    `endpoint ${endpoint || '(empty)'} is ${isAllowed ? 'used' : 'refused'}`,
    inBrowser(async (host) => {
      const tracker = await startTracker({ endpoint });
      assert.equal(tracker.track('cart_opened'), isAllowed ? 'accepted' : 'disabled');
      await tracker.flush();
      assert.equal(host.requests.length, isAllowed ? 1 : 0);
      if (isAllowed) assert.equal(host.requests[0].url, endpoint.replace(/\/+$/, '') + '/api/analytics/batch');
      else assert.match(tracker.explain(), /^disabled: ./);
    }),
  );

const badOptions = {
  nothing: undefined,
  null: null,
  'a number': 5,
  'no write key': { endpoint: 'https://collect.example' },
  'enabled false': options({ enabled: false }),
  'a throwing getter': {
    get writeKey() {
      throw new Error('no');
    },
  },
  'a throwing value': options({
    app: {
      get version() {
        throw new Error('no');
      },
    },
  }),
  'a thrown null': {
    get writeKey() {
      throw null;
    },
  },
};
for (const [what, bad] of Object.entries(badOptions))
  test(
    `init with ${what} gives a disabled tracker`,
    inBrowser(async (host) => {
      const tracker = waymark.createTracker(bad);
      await tracker.ready;
      assert.equal(tracker.track('cart_opened'), 'disabled');
      assert.match(tracker.explain(), /^disabled/);
      tracker.consent.set({ analytics: 'granted' });
      tracker.consent.withdraw();
      tracker.reset();
      assert.deepEqual(await tracker.flush(), { acknowledged: 0, rejected: 0, dropped: 0, pending: 0 });
      assert.deepEqual([host.requests, host.listeners, host.stored.size, host.errors], [[], [], 0, []]);
    }),
  );

test(
  'options that the core refuses disable the tracker, and debug says so',
  inBrowser(async (host) => {
    const tracker = waymark.createTracker(granted({ sampling: { rate: -1 }, debug: true }));
    assert.equal(tracker.track('cart_opened'), 'held');
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'disabled');
    assert.match(tracker.explain(), /bad_config/);
    assert.equal(host.errors.length, 1);
    assert.deepEqual(host.listeners, []);
  }),
);

test(
  'what listeners throw is caught',
  inBrowser(async (host) => {
    const fail = () => {
      throw new Error('mine');
    };
    const tracker = waymark.createTracker(options({ onVerdict: fail, debug: true }));
    tracker.consent.onChange(fail);
    tracker.track('cart_opened');
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    await settled();
    assert.equal(tracker.track('cart_closed'), 'accepted');
    assert.equal(host.errors.length, 2);
  }),
);

test(
  'without debug the tracker is silent',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker({
      onVerdict: () => {
        throw 1;
      },
    });
    tracker.track('cart_opened', { n: 1n });
    tracker.track('cart_opened');
    const flushed = tracker.flush({ timeoutMs: 1000 });
    await host.advance(60_000);
    assert.equal((await flushed).pending, 1);
    assert.deepEqual(host.errors, []);
  }),
);

test(
  'init starts the one tracker; a second init changes nothing',
  inBrowser(async (host) => {
    assert.equal(waymark.track('cart_opened'), 'disabled');
    const first = waymark.init(granted({ writeKey: 'first' }));
    assert.equal(waymark.init(options({ writeKey: 'second' })), first);
    await first.ready;
    const { track } = waymark;
    assert.equal(track('cart_opened'), 'accepted');
    assert.equal(waymark.page(), 'accepted');
    assert.equal(waymark.identify('u1', { plan: 'pro' }), 'accepted');
    assert.equal(waymark.group('g1'), 'accepted');
    assert.equal((await waymark.flush()).acknowledged, 4);
    assert.ok(host.requests.every(({ body }) => body.write_key === 'first'));
    waymark.consent.withdraw();
  }),
);

test(
  'two trackers are apart',
  inBrowser(async (host) => {
    const a = await startTracker({ writeKey: 'a' });
    const b = await startTracker({ writeKey: 'b' });
    a.track('from_a');
    b.track('from_b');
    a.consent.withdraw();
    await b.flush();
    assert.deepEqual(
      host.requests.map(({ body }) => body.write_key),
      ['b'],
    );
    assert.equal(b.track('from_b'), 'accepted');
  }),
);
