// What `waymark/debug` says of events that the collector rejects, the network loses or the queue has no room for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inBrowser, settled, startTracker } from './host.mjs';
import { eventNamed, last, states } from './watched.mjs';

const rejecting = (...indices) => ({
  status: 200,
  body: JSON.stringify({ accepted: 1, duplicate: 0, rejected: indices.map((index) => ({ index, reason: 'odd' })) }),
});

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
