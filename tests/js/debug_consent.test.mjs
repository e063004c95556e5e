// What `waymark/debug` says of events that wait for consent, and of those that a refusal drops.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from '../../js/dist/debug.js';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, options, settled, startTracker } from './host.mjs';
import { eventNamed, last, states } from './watched.mjs';

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
