// A person's choices as a tracker keeps them: how long they hold, what asks again, what withdrawal deletes, who hears.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, settled, startTracker, withConsent } from './host.mjs';

const DAY_MS = 864e5;

test(
  'a grant ends after 180 days, with the page open, and what was kept under it goes',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    tracker.track('cart_opened');
    await tracker.flush();
    assert.equal(host.stored.get(KEY).split('\n').length > 1, true);
    host.nowMs += 180 * DAY_MS - 1;
    assert.equal(tracker.track('cart_opened'), 'accepted');
    host.nowMs += 1;
    assert.equal(tracker.track('cart_closed'), 'held');
    assert.equal(tracker.consent.get('analytics'), 'unknown');
    assert.equal(tracker.consent.status().mustAsk, true);
    assert.equal(host.stored.get(KEY).split('\n').length, 1);
    assert.deepEqual([host.listeners, host.timers], [[], []]);
    const sent = host.requests.length;
    await host.advance(60_000);
    assert.equal(host.requests.length, sent);
  }),
);

test(
  'how long a choice holds can be set, up to 13 months',
  inBrowser(async (host) => {
    for (const [asked, days] of [
      [30, 30],
      [4000, 396],
      [undefined, 180],
    ]) {
      host.stored.clear();
      createTracker(withConsent({ expiresAfterDays: asked })).consent.set({ analytics: 'denied' });
      const { at, expires } = JSON.parse(host.stored.get(KEY)).choices.analytics;
      assert.equal(expires - at, days * DAY_MS);
    }
  }),
);

for (const [what, before, after] of [
  ['policy', { policyVersion: 1 }, { policyVersion: 2 }],
  ['notice', { noticeHash: 'aa' }, { noticeHash: 'bb' }],
])
  test(
    `another ${what} is asked for again, and deletes what was kept`,
    inBrowser(async (host) => {
      const old = createTracker(withConsent(before));
      old.consent.set({ analytics: 'granted' });
      await old.ready;
      old.track('cart_opened');
      await old.flush();
      assert.equal(createTracker(withConsent(before)).consent.get('analytics'), 'granted');
      const next = createTracker(withConsent(after));
      assert.equal(next.consent.get('analytics'), 'unknown');
      assert.equal(next.consent.status().mustAsk, true);
      assert.equal(host.stored.get(KEY).includes('\n'), false);
      await settled();
    }),
  );

test(
  'a withdrawal says what it deleted, and asks the collector to erase if that is wanted',
  inBrowser(async (host) => {
    const tracker = createTracker(withConsent({ erase: true }));
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    tracker.track('cart_opened');
    await tracker.flush();
    const { anonymous_id } = host.requests[0].body;
    host.answer = undefined;
    tracker.track('cart_closed');
    tracker.track('cart_left');
    void tracker.flush();
    const report = tracker.consent.withdraw({ source: 'user' });
    assert.deepEqual([report.requests, report.events, report.isErasureRequested], [1, 2, true]);
    assert.ok(report.memoryBytes >= 512 * 1024);
    assert.ok(report.stores.includes('localStorage:' + KEY));
    const erasure = host.requests.at(-1);
    assert.match(erasure.url, /\/api\/privacy\/erasure$/);
    assert.equal(erasure.init.keepalive, true);
    assert.deepEqual(erasure.body, { write_key: 'demo', anonymous_id });
    assert.equal(host.stored.get(KEY).includes(anonymous_id), false);
    assert.deepEqual(tracker.consent.withdraw(), {
      requests: 0,
      events: 0,
      stores: [],
      memoryBytes: 0,
      isErasureRequested: false,
    });
  }),
);

test(
  'nothing is asked of the collector unless it is configured',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    tracker.track('cart_opened');
    await tracker.flush();
    const sent = host.requests.length;
    assert.equal(tracker.consent.withdraw().isErasureRequested, false);
    assert.equal(host.requests.length, sent);
  }),
);

test(
  'decisions are told one by one, changes only when something changed',
  inBrowser(async () => {
    const tracker = createTracker(withConsent({ policyVersion: 7 }));
    const decisions = [];
    let changes = 0;
    tracker.consent.onDecision((decision) => decisions.push(decision));
    tracker.consent.onChange(() => ++changes);
    const notice = { hash: 'ab', locale: 'de', variant: 'banner' };
    for (let i = 0; i < 2; ++i) tracker.consent.set({ analytics: 'denied' }, { source: 'user', notice });
    tracker.consent.withdraw();
    assert.equal(changes, 2);
    assert.deepEqual(
      decisions.map(({ source, epoch, policy, isWithdrawal, notice }) => [source, epoch, policy, isWithdrawal, notice]),
      [
        ['user', 1, '7', false, notice],
        ['user', 2, '7', false, notice],
        ['api', 3, '7', true, undefined],
      ],
    );
    assert.equal(decisions[0].choices.analytics, 'denied');
  }),
);

test(
  'a choice is recorded by a tracker that is disabled, and starts nothing',
  inBrowser(async (host) => {
    const tracker = createTracker(options({ sampling: { rate: -1 } }));
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'disabled');
    tracker.consent.set({ analytics: 'denied' });
    await settled();
    assert.deepEqual(host.storedChoices, { analytics: 'denied' });
    assert.deepEqual([host.requests, host.listeners, host.timers], [[], [], []]);
  }),
);
