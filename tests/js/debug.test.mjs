// What `waymark/debug` says of events, from the call to the answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clear, inspect, subscribe, watch } from '../../js/dist/debug.js';
import { createTracker } from '../../js/dist/track.js';
import { granted, inBrowser, options, settled, startTracker } from './host.mjs';

const realTimeout = setTimeout;
watch();

const last = () => inspect().trackers.at(-1);
const states = (tracker = last()) => tracker.events.map(({ event_name, state }) => [event_name, state]);
const eventNamed = (name, tracker = last()) => tracker.events.find(({ event_name }) => event_name === name);
const rejecting = (...indices) => ({
  status: 200,
  body: JSON.stringify({ accepted: 1, duplicate: 0, rejected: indices.map((index) => ({ index, reason: 'odd' })) }),
});

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
  'held by the core while one purpose is unknown, then let go',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    assert.equal(tracker.track('ad_seen', {}, { purpose: 'marketing' }), 'held');
    assert.deepEqual(states(), [['ad_seen', 'held']]);
    assert.equal(last().events[0].reason, 'consent_unknown');
    await host.advance(1000);
    tracker.track('cart_opened');
    tracker.consent.set({ marketing: 'granted' });
    assert.deepEqual(states(), [
      ['ad_seen', 'queued'],
      ['cart_opened', 'queued'],
    ]);
    await tracker.flush();
    assert.deepEqual(states(), [
      ['ad_seen', 'acknowledged'],
      ['cart_opened', 'acknowledged'],
    ]);
    // The later call has the lower number, since the other was queued after it.
    assert.ok(eventNamed('ad_seen').sequence > eventNamed('cart_opened').sequence);
    assert.equal(eventNamed('ad_seen').purpose, 'marketing');
  }),
);

test(
  'the collector rejects by index',
  inBrowser(async (host) => {
    host.answer = () => rejecting(1);
    const tracker = await startTracker();
    for (const name of ['cart_opened', 'odd_event', 'cart_closed']) tracker.track(name);
    await tracker.flush();
    assert.deepEqual(states(), [
      ['cart_opened', 'acknowledged'],
      ['odd_event', 'dropped'],
      ['cart_closed', 'acknowledged'],
    ]);
    assert.equal(eventNamed('odd_event').reason, 'rejected');
    assert.deepEqual(last().totals, { accepted: 3, acknowledged: 2, rejected: 1, dropped: 0, wiped: 0 });
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
  'after a failure it is queued again with the status, and sent again',
  inBrowser(async (host) => {
    let status = 503;
    host.answer = () => ({ status });
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await host.advance(5000);
    const failed = last().events[0];
    assert.deepEqual([failed.state, failed.reason, failed.status], ['queued', 'retry', 503]);
    status = 200;
    await host.advance(120_000);
    const done = last().events[0];
    assert.deepEqual([done.state, done.reason, done.status], ['acknowledged', '', 200]);
    assert.equal(done.batch, failed.batch + 1);
    assert.deepEqual(
      last().batches.map((batch) => batch.status),
      [503, 200],
    );
  }),
);

test(
  'no answer within a minute counts as none, and a late one changes nothing',
  inBrowser(async (host) => {
    host.answer = undefined;
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await host.advance(5000);
    assert.equal(last().events[0].state, 'sent');
    await host.advance(60_000);
    assert.equal(last().batches[0].status, 0);
    host.requests[0].respond({ status: 200 });
    await host.advance(0);
    assert.notEqual(last().events[0].state, 'acknowledged');
    await host.advance(120_000);
    host.requests.at(-1).respond({ status: 200 });
    await settled();
    assert.equal(last().events[0].state, 'acknowledged');
    assert.equal(last().totals.acknowledged, 1);
  }),
);

test(
  'too large for the server, alone in its batch',
  inBrowser(async (host) => {
    host.answer = ({ body }) => ({ status: body.events.length ? 413 : 200 });
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await tracker.flush();
    const [event] = last().events;
    assert.deepEqual([event.state, event.reason, event.status], ['dropped', 'too_large_for_server', 413]);
    assert.equal(last().totals.dropped, 1);
  }),
);

test(
  'the one event that the server fails on is given up as undeliverable',
  inBrowser(async (host) => {
    host.answer = ({ body }) => ({ status: body.events.some(({ properties }) => properties.bad) ? 400 : 200 });
    const tracker = await startTracker();
    for (let i = 0; i < 20; ++i) tracker.track('item_viewed', i === 7 ? { i, bad: true } : { i });
    for (let turn = 0; turn < 200 && last().totals.dropped === 0; ++turn) {
      tracker.track('time_passed');
      await host.advance(60_000);
    }
    const dropped = last().events.filter(({ state }) => state === 'dropped');
    assert.equal(last().totals.dropped, 1);
    assert.deepEqual(
      dropped.map(({ reason, properties }) => [reason, properties.bad]),
      [['undeliverable', true]],
    );
  }),
);

test(
  'evicted: an event of a less important purpose makes room',
  inBrowser(async (host) => {
    host.answer = () => 'fail';
    const tracker = await startTracker({ consent: { defaults: { analytics: 'granted', marketing: 'granted' } } });
    tracker.track('cart_opened');
    await host.advance(5000); // it was sent, without an answer
    const noise = 'x'.repeat(8000);
    const big = Array.from({ length: 3 }, (_, i) => [`a${i}`, noise]);
    tracker.track('ad_seen', Object.fromEntries(big), { purpose: 'marketing' });
    tracker.track('ad_clicked', Object.fromEntries(big), { purpose: 'marketing' });
    for (let i = 0; i < 30; ++i) tracker.track('item_viewed', { i, ...Object.fromEntries(big) });
    assert.ok(last().totals.dropped > 0, 'the queue was full');
    host.answer = () => ({ status: 200 });
    void tracker.flush();
    await host.advance(3_600_000);
    const { totals, events } = last();
    const evicted = events.filter(({ reason }) => reason === 'evicted');
    assert.equal(evicted.length, totals.dropped);
    assert.ok(evicted.every(({ state }) => state === 'dropped'));
    assert.deepEqual(
      evicted.slice(0, 4).map(({ event_name }) => event_name),
      ['cart_opened', 'ad_seen', 'ad_clicked', 'item_viewed'],
    );
    assert.ok(events.every(({ state }) => state === 'dropped' || state === 'acknowledged'));
  }),
);

test(
  'consent is refused: what waits is dropped and its properties are forgotten',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.track('cart_opened', { size: 'large' });
    await tracker.flush();
    assert.deepEqual(eventNamed('cart_opened').properties, { size: 'large' });
    host.answer = undefined;
    tracker.track('cart_left');
    tracker.flush();
    await settled(3);
    tracker.track('cart_closed');
    tracker.track('ad_seen', {}, { purpose: 'marketing' });
    assert.deepEqual(states(), [
      ['cart_opened', 'acknowledged'],
      ['cart_left', 'sent'],
      ['cart_closed', 'queued'],
      ['ad_seen', 'held'],
    ]);
    tracker.consent.withdraw();
    assert.deepEqual(states(), [
      ['cart_opened', 'acknowledged'],
      ['cart_left', 'dropped'],
      ['cart_closed', 'dropped'],
      ['ad_seen', 'dropped'],
    ]);
    assert.ok(last().events.every(({ state, reason }) => state === 'acknowledged' || reason === 'consent_denied'));
    assert.doesNotMatch(JSON.stringify(last()), /large/);
    assert.equal(last().state, 'waiting');
    assert.equal(last().consent.necessary, 'denied');
    assert.equal(last().totals.wiped, 2);
  }),
);

test(
  'consent is refused before the core was started; then granted: the same tracker goes on',
  inBrowser(async () => {
    const tracker = createTracker(options());
    tracker.track('cart_opened');
    tracker.track('ad_seen', {}, { purpose: 'marketing' });
    const { length } = inspect().trackers;
    tracker.consent.set({ analytics: 'denied' });
    assert.deepEqual(states(), [
      ['cart_opened', 'dropped'],
      ['ad_seen', 'held'],
    ]);
    assert.deepEqual(
      [eventNamed('cart_opened').verdict, eventNamed('cart_opened').reason],
      ['denied', 'consent_denied'],
    );
    tracker.consent.set({ analytics: 'granted', marketing: 'granted' });
    await settled();
    tracker.track('cart_opened');
    await tracker.flush();
    assert.deepEqual(states(), [
      ['cart_opened', 'dropped'],
      ['ad_seen', 'acknowledged'],
      ['cart_opened', 'acknowledged'],
    ]);
    assert.equal(inspect().trackers.length, length);
  }),
);

test(
  'counts go on over a withdrawal and a new grant, though the core is another',
  inBrowser(async () => {
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await tracker.flush();
    tracker.consent.withdraw();
    tracker.consent.set({ analytics: 'granted', necessary: 'granted' });
    await settled();
    tracker.track('cart_closed');
    await tracker.flush();
    assert.equal(last().totals.acknowledged, 2);
    assert.deepEqual(states(), [
      ['cart_opened', 'acknowledged'],
      ['cart_closed', 'acknowledged'],
    ]);
  }),
);

test(
  'a call that waited too long for consent has expired',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.track('cart_opened');
    inspect();
    host.nowMs += 31 * 60_000;
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.deepEqual(states(), [['cart_opened', 'dropped']]);
    assert.equal(last().events[0].reason, 'hold_expired');
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

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function newRandom(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

for (let seed = 1; seed <= 20; ++seed)
  test(
    `whatever the network does, the states are those of the core's counts (${seed})`,
    inBrowser(async (host) => {
      const random = newRandom(seed);
      // The core's entropy is what its retries are spread by.
      host.saved.set('crypto', Object.getOwnPropertyDescriptor(globalThis, 'crypto'));
      const sameEntropy = { getRandomValues: (words) => words.map((_, place) => (words[place] = random() * 2 ** 32)) };
      Object.defineProperty(globalThis, 'crypto', { value: sameEntropy, configurable: true });
      const pick = (...values) => values[Math.floor(random() * values.length)];
      const isPoison = ({ properties }) => properties.poison;
      let isWell = false;
      host.answer = ({ body }) => {
        if (body.events.some(isPoison)) return { status: pick(400, 500, 413) };
        if (isWell || random() < 0.4) return random() < 0.3 && body.events.length ? rejecting(0) : { status: 200 };
        return pick('fail', { status: 503 }, { status: 429 }, { status: 500 }, { status: 413 }, { status: 404 });
      };
      const tracker = await startTracker({ names: 'reject', consent: { defaults: { analytics: 'granted' } } });
      for (let i = 0; i < 80; ++i) {
        const purpose = random() < 0.2 ? 'marketing' : 'analytics';
        if (random() < 0.1) tracker.track('Bad Name');
        else tracker.track('item_viewed', random() < 0.05 ? { i, poison: true } : { i }, { purpose });
        if (random() < 0.1) host.dispatch('pagehide');
        if (random() < 0.1) await host.advance(random() * 20_000);
        if (i === 60) tracker.consent.set({ marketing: pick('granted', 'denied') });
        if (i === 70 && random() < 0.3) tracker.consent.set({ marketing: 'denied' });
      }
      isWell = true;
      for (let turn = 0; turn < 60; ++turn) {
        if (turn % 3 === 0 && last().events.length < 100) tracker.track('time_passed');
        await host.advance(1_800_000);
      }
      const { events, totals, fault } = last();
      assert.equal(fault, '');
      assert.ok(events.length < 100 || events[0].number === 1, 'all are listed');
      const count = (wanted) => events.filter(wanted).length;
      const taken = events.filter(({ verdict }) => verdict === 'accepted');
      const consent = count(({ reason, verdict }) => reason === 'consent_denied' && verdict === 'accepted');
      assert.deepEqual(
        {
          accepted: taken.length,
          acknowledged: count(({ state }) => state === 'acknowledged'),
          rejected: count(({ reason }) => reason === 'rejected'),
          dropped: count(({ reason }) => ['undeliverable', 'too_large_for_server', 'evicted'].includes(reason)),
          wiped: consent,
        },
        totals,
      );
      // What was given up is what the server cannot take.
      for (const { reason, properties } of events)
        if (reason === 'undeliverable') assert.equal(properties.poison, true);
    }),
  );

test(
  'a listener is called once for all of a task, never within a call, and no more when it stopped',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    await settled();
    let calls = 0;
    const stop = subscribe(() => ++calls);
    for (let i = 0; i < 10; ++i) tracker.track('item_viewed', { i });
    assert.equal(calls, 0);
    await settled(2);
    assert.equal(calls, 1);
    const waiting = createTracker(options());
    await settled(2);
    calls = 0;
    waiting.track('cart_opened');
    await settled(2);
    assert.equal(calls, 0);
    assert.equal(
      host.timers.some(({ atMs }) => atMs - host.nowMs > 5000),
      false,
    );
    await new Promise((resolve) => realTimeout(resolve, 700));
    assert.ok(calls > 0, 'a call that waits is noticed');
    stop();
    calls = 0;
    tracker.track('item_viewed');
    await settled(2);
    assert.equal(calls, 0);
  }),
);

test(
  'what goes wrong in watching is said, and does the tracker no harm',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    const { toISOString } = Date.prototype;
    Date.prototype.toISOString = () => {
      throw new RangeError('no such date');
    };
    try {
      assert.equal(tracker.track('cart_opened'), 'accepted');
      await tracker.flush();
    } finally {
      Date.prototype.toISOString = toISOString;
    }
    assert.deepEqual(host.sentNames, ['cart_opened']);
    assert.equal(last().state, 'running');
    assert.equal(last().fault, 'watching failed: RangeError: no such date');
    tracker.track('cart_closed');
    assert.deepEqual(states(), [['cart_closed', 'queued']]);
  }),
);

test(
  'watched or not, the same goes out',
  inBrowser(async (host) => {
    const run = async (make) => {
      host.requests = [];
      let status = 500;
      host.answer = () => ({ status });
      const tracker = make(granted({ names: 'reject' }));
      await tracker.ready;
      const verdicts = ['cart_opened', 'Bad Name', 'cart_closed'].map((name) => [
        tracker.track(name),
        tracker.explain(),
      ]);
      await host.advance(5000);
      status = 200;
      await host.advance(300_000);
      tracker.consent.withdraw();
      const startMs = host.requests.length && Date.parse(host.requests[0].body.events[0].timestamp);
      return {
        verdicts,
        bodies: host.requests.map(({ body }) => [
          body.events.map(({ timestamp, ...event }) => ({ ...event, ms: Date.parse(timestamp) - startMs })),
          body.client_reports,
        ]),
      };
    };
    const symbol = Symbol.for('waymark.watch');
    const watcher = globalThis[symbol];
    delete globalThis[symbol];
    const plain = await run(createTracker);
    globalThis[symbol] = watcher;
    host.stored.clear();
    const watched = await run(createTracker);
    assert.deepEqual(watched.verdicts, plain.verdicts);
    assert.deepEqual(watched.bodies.flat(2), plain.bodies.flat(2));
  }),
);
