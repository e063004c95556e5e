// A consent platform's reports: what it grants, pauses, implies and denies, and what it finds on the next page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, stateOf, withConsent } from './host.mjs';

test(
  'a platform grants, pauses without deleting, and goes on',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.consent.report('cmp:test');
    assert.equal(tracker.track('early_event'), 'held');
    assert.equal(tracker.consent.status().mustAsk, false); // the platform asks
    tracker.consent.report('cmp:test', { analytics: 'granted' });
    await tracker.ready;
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['early_event']);
    const { anonymous_id } = host.requests[0].body;
    tracker.track('queued_event');
    tracker.consent.report('cmp:test');
    assert.equal(tracker.track('paused_event'), 'held');
    assert.equal(tracker.consent.get('analytics'), 'unknown');
    await host.advance(60_000);
    assert.deepEqual(host.sentNames, ['early_event']);
    assert.ok(host.stored.get(KEY).includes(anonymous_id));
    tracker.consent.report('cmp:test', { analytics: 'granted' });
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['early_event', 'queued_event', 'paused_event']);
    assert.equal(host.requests.at(-1).body.anonymous_id, anonymous_id);
    tracker.consent.report('cmp:test', { analytics: 'denied' });
    assert.equal(host.stored.has(KEY), false);
    assert.deepEqual(host.listeners, []);
  }),
);

test(
  'what a platform lets be without a choice is implied, and says so',
  inBrowser(async () => {
    const tracker = createTracker(options());
    tracker.consent.report('cmp:test', { analytics: 'implied', functional: 'granted', marketing: 'yes' });
    assert.equal(tracker.consent.get('analytics'), 'granted');
    assert.deepEqual(
      ['analytics', 'functional', 'marketing'].map((purpose) => stateOf(tracker, purpose).basis),
      ['implied', 'explicit', 'default'],
    );
    const { basis, source, mayProcess, mayStore, steps } = tracker.consent.explain('analytics');
    assert.deepEqual([basis, source, mayProcess, mayStore], ['implied', 'cmp:test', true, true]);
    assert.deepEqual(steps.at(-1), { rule: 'platform', reason: 'implied', value: 'granted' });
    tracker.consent.set({ analytics: 'implied' });
    assert.equal(stateOf(tracker, 'analytics').basis, 'implied', 'nobody can choose that');
    tracker.consent.set({ analytics: 'granted' });
    assert.deepEqual([stateOf(tracker, 'analytics').basis, stateOf(tracker, 'analytics').source], ['explicit', 'api']);
    await tracker.ready;
  }),
);

test(
  'what a platform granted is still there on the next page, and untouched until it speaks',
  inBrowser(async (host) => {
    const first = createTracker(options());
    first.consent.report('cmp:test', { analytics: 'granted' });
    await first.ready;
    first.track('cart_opened');
    await first.flush();
    const kept = host.stored.get(KEY);
    const next = createTracker(options());
    next.consent.report('cmp:test');
    assert.equal(host.stored.get(KEY), kept);
    next.consent.report('cmp:test', { analytics: 'granted' });
    await next.ready;
    next.track('cart_closed');
    await next.flush();
    const [one, two] = host.requests.map(({ body }) => body.anonymous_id);
    assert.equal(one, two);
  }),
);

test(
  'a report before init counts, and of many platforms each is heard',
  inBrowser(async () => {
    const { init, consent } = await import('../../js/dist/track.js?early');
    const told = [];
    consent.report('cmp:early', { analytics: 'denied' });
    consent.onChange((choices) => told.push(choices.analytics));
    init(withConsent({ mode: 'opt-out' }));
    assert.equal(consent.get('analytics'), 'denied');
    for (let i = 0; i < 20; ++i) consent.report('cmp:' + i, { functional: 'granted' });
    assert.equal(consent.get('functional'), 'unknown');
    assert.equal(consent.explain('functional').source, 'cmp:early');
    consent.report('cmp:9', { functional: 'denied' });
    consent.report('cmp:10', { functional: 'granted' });
    assert.equal(consent.get('functional'), 'denied', 'nobody takes back what another refused');
    consent.report('cmp:9', { functional: 'granted' });
    consent.report('cmp:early', { functional: 'granted' });
    assert.equal(consent.get('functional'), 'granted');
  }),
);
