// What a browser signals and a region asks for, in the consent of a tracker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, recordText, settled, stateOf, withConsent } from './host.mjs';

function withSignal(name, value, body) {
  return inBrowser(async (host) => {
    Object.defineProperty(globalThis, 'navigator', { configurable: true, writable: true, value: { [name]: value } });
    await body(host);
  });
}

test(
  'Global Privacy Control denies marketing, whatever was chosen, and says so',
  withSignal('globalPrivacyControl', true, async (host) => {
    host.stored.set(KEY, recordText({ analytics: 'granted', marketing: 'granted' }));
    const tracker = createTracker(options());
    assert.equal(tracker.consent.get('analytics'), 'granted');
    assert.equal(tracker.consent.get('marketing'), 'denied');
    assert.deepEqual(tracker.consent.status().signals, ['gpc']);
    assert.deepEqual([stateOf(tracker, 'marketing').isLocked, stateOf(tracker, 'marketing').source], [true, 'gpc']);
    tracker.consent.set({ marketing: 'granted' });
    assert.equal(tracker.track('offer_seen', {}, { purpose: 'marketing' }), 'denied');
    await tracker.ready;
    const { steps, mayProcess, mayStore } = tracker.consent.explain('marketing');
    assert.deepEqual(steps, [{ rule: 'signal', reason: 'gpc', value: 'denied' }]);
    assert.deepEqual([mayProcess, mayStore], [false, false]);
  }),
);

test(
  'only `false` switches Global Privacy Control off: a mistake does not',
  withSignal('globalPrivacyControl', true, async (host) => {
    for (const gpc of [undefined, null, true, {}, [], ['marketting'], 'marketing', 5]) {
      host.stored.clear();
      const tracker = createTracker(withConsent({ mode: 'opt-out', gpc }));
      tracker.consent.set({ marketing: 'granted' });
      assert.equal(tracker.consent.get('marketing'), 'denied', JSON.stringify(gpc));
      assert.deepEqual(tracker.consent.status().signals, ['gpc']);
    }
  }),
);

test(
  'a mode that is none asks first, and says so',
  inBrowser(async () => {
    for (const mode of ['optout', 'OPT-OUT', 5, null]) {
      const tracker = createTracker(withConsent({ mode }));
      assert.equal(tracker.consent.get('analytics'), 'unknown');
      assert.equal(tracker.consent.status().mode, 'opt-in');
    }
  }),
);

test(
  'Global Privacy Control can be given another meaning, or none',
  withSignal('globalPrivacyControl', true, async () => {
    const all = createTracker(withConsent({ mode: 'opt-out', gpc: ['analytics', 'marketing'] }));
    assert.deepEqual([all.consent.get('analytics'), all.consent.get('functional')], ['denied', 'granted']);
    const none = createTracker(options({ writeKey: 'other', consent: { mode: 'opt-out', gpc: false } }));
    assert.equal(none.consent.get('marketing'), 'granted');
    await all.ready;
    await none.ready;
  }),
);

for (const value of [false, undefined, 'true', 1])
  test(
    `Global Privacy Control is on only if it is true: ${value}`,
    withSignal('globalPrivacyControl', value, async () => {
      const tracker = createTracker(withConsent({ mode: 'opt-out' }));
      assert.equal(tracker.consent.get('marketing'), 'granted');
      await tracker.ready;
    }),
  );

test(
  'Do Not Track counts where it is asked for',
  withSignal('doNotTrack', '1', async () => {
    assert.equal(createTracker(withConsent({ mode: 'opt-out', dnt: true })).consent.get('analytics'), 'denied');
    const deaf = createTracker(options({ writeKey: 'other', consent: { mode: 'opt-out' } }));
    assert.equal(deaf.consent.get('analytics'), 'granted');
    await deaf.ready;
  }),
);

test(
  'a region decides by its most exact name, and one that is not listed asks first',
  inBrowser(async () => {
    const regions = { US: 'opt-out', 'US-CA': 'notice', DE: 'opt-in' };
    const modeIn = (region, more) => createTracker(withConsent({ regions, region, ...more })).consent.status().mode;
    assert.deepEqual(
      ['US-NY', 'US-CA', 'DE', 'FR', undefined].map((region) => modeIn(region)),
      ['opt-out', 'notice', 'opt-in', 'opt-in', 'opt-in'],
    );
    assert.equal(modeIn('FR', { mode: 'opt-out' }), 'opt-in');
    await settled();
  }),
);
