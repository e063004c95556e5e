// A person's choices as a tracker keeps them: how long they hold, what asks again, what withdrawal deletes, who hears.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsent } from '../../js/dist/consent.js';
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
  'a choice that holds for part of a day is read again',
  inBrowser(async () => {
    createTracker(withConsent({ expiresAfterDays: 1 / 7 })).consent.set({ analytics: 'granted' });
    assert.equal(createTracker(withConsent({ expiresAfterDays: 1 / 7 })).consent.get('analytics'), 'granted');
  }),
);

test(
  'a grant ends where nothing is tracked too, and who listens is told',
  inBrowser(async (host) => {
    const consent = createConsent({ writeKey: 'demo', expiresAfterDays: 1 });
    consent.set({ analytics: 'granted' });
    const heard = [];
    consent.onChange(({ analytics }) => heard.push(analytics));
    host.nowMs += DAY_MS;
    assert.equal(consent.get('analytics'), 'unknown');
    assert.equal(consent.status().mustAsk, true);
    assert.deepEqual(heard, ['unknown']);
  }),
);

test(
  'who refused is not taken at their silence, when the refusal is out of date',
  inBrowser(async (host) => {
    const asked = { mode: 'opt-out', policyVersion: 1 };
    createTracker(withConsent(asked)).consent.set({ analytics: 'denied', storage: 'denied' });
    for (const [later, days] of [
      [{ ...asked, policyVersion: 2 }, 0],
      [asked, 181],
    ]) {
      host.nowMs += days * DAY_MS;
      const tracker = createTracker(withConsent(later));
      assert.equal(tracker.consent.get('analytics'), 'denied');
      assert.equal(tracker.track('cart_opened'), 'denied');
      assert.equal(tracker.consent.explain('functional').mayStore, false, 'storage stays refused');
      assert.equal(tracker.consent.status().mustAsk, true);
    }
    assert.equal(host.requests.length, 0);
  }),
);

test(
  'a withdrawal holds where storage is full',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    tracker.track('cart_opened');
    await tracker.flush();
    const room = host.stored.get(KEY).length;
    const { setItem } = localStorage;
    for (const most of [room, 10]) {
      // No entry may be longer than this, as where others have taken what is left.
      localStorage.setItem = (key, value) => {
        if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
        setItem(key, value);
      };
      const { stores } = tracker.consent.withdraw();
      assert.ok(stores.includes(`localStorage:${KEY}`));
      const next = createTracker(options());
      assert.notEqual(next.consent.get('analytics'), 'granted');
      assert.notEqual(next.track('cart_closed'), 'accepted');
      localStorage.setItem = setItem;
      tracker.consent.set({ analytics: 'granted' });
      await settled();
    }
  }),
);

test(
  'where storage is full for what is known of a visitor, the choice stays',
  inBrowser(async (host) => {
    const { setItem } = localStorage;
    localStorage.setItem = (key, value) => {
      if (value.includes('\n')) throw new DOMException('full', 'QuotaExceededError');
      setItem(key, value);
    };
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted' });
    await tracker.ready;
    assert.equal(tracker.track('cart_opened'), 'accepted');
    await tracker.flush();
    assert.deepEqual(host.storedChoices, { analytics: 'granted' });
  }),
);

test(
  'how long a choice holds can be set, up to 13 months',
  inBrowser(async (host) => {
    for (const [asked, days] of [
      [30, 30],
      [4000, 396],
      [undefined, 180],
      ['no number', 180],
      [-1, 180],
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
