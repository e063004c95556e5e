// A page that asks first with waymark/consent and then hands its consent to a tracker: one consent, of which both speak.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsent } from '../../js/dist/consent.js';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, settled } from './host.mjs';

test(
  'the tracker goes on with the consent that it is given, and ends with it',
  inBrowser(async (host) => {
    const consent = createConsent({ writeKey: 'demo' });
    consent.set({ analytics: 'granted' });
    const tracker = createTracker(options({ consent }));
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'accepted');
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['cart_opened']);

    const report = consent.withdraw();
    assert.equal(tracker.consent.get('analytics'), 'denied');
    assert.equal(tracker.track('cart_closed'), 'denied');
    assert.ok(report.memoryBytes > 0, 'what the tracker deleted is in the report');
    assert.equal(host.stored.get(KEY).split('\n').length, 1, 'the record alone');
    await host.advance(60_000);
    assert.deepEqual(host.sentNames, ['cart_opened']);
    assert.deepEqual([host.listeners, host.timers], [[], []]);
  }),
);

test(
  'what is chosen by the tracker is known to the consent that it was given',
  inBrowser(async () => {
    const consent = createConsent({ writeKey: 'demo' });
    const tracker = createTracker(options({ consent }));
    const heard = [];
    consent.onChange(({ analytics }) => heard.push(analytics));
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    await settled();
    assert.equal(consent.get('analytics'), 'granted');
    tracker.consent.withdraw();
    assert.equal(consent.get('analytics'), 'denied');
    assert.deepEqual(heard, ['granted', 'denied']);
  }),
);
