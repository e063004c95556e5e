// What `waymark/debug` says of events and trackers, from the call to the answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clear, inspect } from '../../js/dist/debug.js';
import { createTracker } from '../../js/dist/track.js';
import { granted, inBrowser, options, settled, startTracker } from './host.mjs';
import { eventNamed, last, states } from './watched.mjs';

test(
  'a whole life: held, queued, sent, acknowledged',
  inBrowser(async (host) => {
    host.answer = undefined;
    const tracker = createTracker(options());
    assert.equal(last().state, 'waiting');
    tracker.track('cart_opened', { mail: 'ada@example.com' });
    const held = last().events[0];
    assert.deepEqual(held, {
      number: held.number,
      event_name: 'cart_opened',
      purpose: 'analytics',
      time: new Date(host.nowMs).toISOString(),
      state: 'held',
      verdict: 'held',
      reason: 'consent_unknown',
      explain: '',
    });
    await host.advance(1000);
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.deepEqual(states(), [['cart_opened', 'queued']]);
    assert.equal(last().events[0].verdict, 'accepted');
    assert.equal(last().events[0].properties, undefined, 'what was not sent is not shown');
    assert.equal(last().state, 'running');
    assert.equal(last().consent.analytics, 'granted');

    tracker.flush();
    await settled(3);
    const sent = last().events[0];
    assert.equal(sent.state, 'sent');
    assert.equal(sent.time, held.time);
    assert.equal(sent.sequence, host.requests[0].body.events[0].sequence);
    assert.deepEqual(sent.properties, host.requests[0].body.events[0].properties);
    assert.doesNotMatch(JSON.stringify(inspect().trackers.at(-1)), /ada@/);
    const [batch] = last().batches;
    assert.equal(batch.status, undefined);
    assert.equal(batch.bytes, Buffer.byteLength(JSON.stringify(host.requests[0].body)));
    assert.equal(batch.gzip_bytes, host.requests[0].init.body.length);

    await host.advance(70);
    host.requests[0].respond({ status: 200, body: '{}' });
    await settled();
    const done = last();
    assert.deepEqual(states(done), [['cart_opened', 'acknowledged']]);
    assert.equal(done.events[0].status, 200);
    assert.equal(done.events[0].batch, done.batches[0].number);
    assert.equal(done.batches[0].status, 200);
    assert.equal(done.batches[0].ms, 70);
    assert.deepEqual(done.totals, { accepted: 1, acknowledged: 1, rejected: 0, dropped: 0, wiped: 0 });
    assert.deepEqual(JSON.parse(JSON.stringify(done)), done, 'plain data');
  }),
);

test(
  'what the core refuses is dropped with its reason, and explain() says the same afterwards',
  inBrowser(async () => {
    const tracker = await startTracker({ names: 'reject', eventsPerMinute: 2 });
    assert.equal(tracker.track('Bad Name'), 'invalid');
    const explained = tracker.explain();
    const bad = eventNamed('Bad Name');
    assert.equal(bad.state, 'dropped');
    assert.equal(bad.verdict, 'invalid');
    assert.equal(bad.reason, 'name_style');
    assert.equal(bad.explain, explained);
    tracker.track('cart_opened', { toJSON: () => 7 });
    assert.equal(eventNamed('cart_opened').explain, tracker.explain());
    assert.equal(eventNamed('cart_opened').reason, 'not_an_object');
    tracker.track('one_more');
    assert.deepEqual(
      [eventNamed('one_more').verdict, eventNamed('one_more').reason, eventNamed('one_more').state],
      ['rate_limited', 'over_rate', 'dropped'],
    );
    await tracker.flush();
    assert.deepEqual(
      last()
        .batches[0].client_reports.map(({ reason }) => reason)
        .sort(),
      ['name_style', 'not_an_object', 'over_rate'],
    );
  }),
);

test(
  'a warning stands beside an accepted event',
  inBrowser(async () => {
    const tracker = await startTracker();
    tracker.track('Odd Name');
    assert.equal(last().events[0].state, 'queued');
    assert.equal(last().events[0].reason, 'name_style');
  }),
);

test(
  'a tracker that is disabled says why',
  inBrowser(async () => {
    createTracker(options({ endpoint: 'http://collect.example' }));
    assert.equal(last().state, 'disabled');
    assert.equal(last().fault, 'disabled: endpoint must be https or loopback');
    const tracker = createTracker(options({ sampling: { rate: -1 } }));
    tracker.track('cart_opened');
    inspect();
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.equal(last().state, 'disabled');
    assert.deepEqual([last().events[0].verdict, last().events[0].state], ['disabled', 'dropped']);
  }),
);

/** A storage whose keys can be listed, as a browser's. */
class Stored {
  getItem(key) {
    return this[key] ?? null;
  }
  setItem(key, value) {
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}

test(
  'restored from a journal: listed with its number, sent and acknowledged',
  inBrowser(async (host) => {
    Object.defineProperty(globalThis, 'localStorage', { value: new Stored(), configurable: true });
    host.answer = () => 'fail';
    const gone = await startTracker();
    gone.track('cart_opened', { text: 'a "quoted" {brace}', inner: { event_name: 'x' } });
    gone.track('cart_closed');
    host.hide();
    await settled();
    const before = last();
    assert.deepEqual(states(before), [
      ['cart_opened', 'queued'],
      ['cart_closed', 'queued'],
    ]);
    host.document.visibilityState = 'visible';
    host.listeners = [];
    host.timers = [];

    host.answer = () => ({ status: 200 });
    const tracker = await startTracker();
    await settled();
    assert.deepEqual(states(), [
      ['cart_opened', 'queued'],
      ['cart_closed', 'queued'],
    ]);
    assert.ok(last().events.every(({ restored }) => restored));
    assert.deepEqual(
      last().events.map(({ sequence, time }) => [sequence, time]),
      before.events.map(({ sequence, time }) => [sequence, time]),
    );
    tracker.track('page_opened');
    await tracker.flush();
    await host.advance(5000);
    assert.deepEqual(states(), [
      ['cart_opened', 'acknowledged'],
      ['cart_closed', 'acknowledged'],
      ['page_opened', 'acknowledged'],
    ]);
    assert.deepEqual(last().events[0].properties, { text: 'a "quoted" {brace}', inner: { event_name: 'x' } });
  }),
);

test(
  'two trackers are told apart',
  inBrowser(async () => {
    const first = await startTracker({ writeKey: 'first' });
    const second = await startTracker({ writeKey: 'second' });
    first.track('cart_opened');
    second.track('page_opened');
    await second.flush();
    const [one, two] = inspect().trackers.slice(-2);
    assert.deepEqual([one.writeKey, states(one)], ['first', [['cart_opened', 'queued']]]);
    assert.deepEqual([two.writeKey, states(two)], ['second', [['page_opened', 'acknowledged']]]);
  }),
);

test(
  'the last 100 events, 20 batches and 10 trackers; the totals count all',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    for (let i = 0; i < 500; ++i) tracker.track('item_viewed', { i });
    assert.equal(last().events.length, 100);
    await tracker.flush();
    const { events, totals } = last();
    assert.ok(events.every(({ state, properties }, place) => state === 'acknowledged' && properties.i === 400 + place));
    assert.equal(totals.acknowledged, 500);
    for (let i = 0; i < 25; ++i) {
      tracker.track('item_viewed', { i });
      await tracker.flush();
    }
    assert.equal(last().batches.length, 20);
    assert.equal(last().batches.at(-1).number, host.requests.length);
    clear();
    assert.deepEqual([last().events, last().batches, last().totals.acknowledged], [[], [], 525]);
    for (let i = 0; i < 12; ++i) createTracker(granted({ writeKey: `key${i}` }));
    assert.equal(inspect().trackers.length, 10);
    await settled();
  }),
);

test(
  'reports take numbers too: events after them are still known, among others of the same millisecond',
  inBrowser(async () => {
    const tracker = await startTracker({ names: 'reject' });
    for (let round = 0; round < 5; ++round) {
      for (let i = 0; i < 4; ++i) {
        tracker.track('Bad Name');
        tracker.track('item_viewed', { round, i });
      }
      await tracker.flush();
    }
    const good = last().events.filter(({ verdict }) => verdict === 'accepted');
    assert.deepEqual(
      good.map(({ properties, state }) => [properties.round * 4 + properties.i, state]),
      good.map((_, place) => [place, 'acknowledged']),
    );
    assert.equal(new Set(good.map(({ sequence }) => sequence)).size, 20);
  }),
);
