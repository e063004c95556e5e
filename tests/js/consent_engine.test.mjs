// Consent as a tracker lives with it: signals, platforms, expiry, epochs, pauses, and what a withdrawal reports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, recordText, settled, startTracker } from './host.mjs';

const DAY_MS = 864e5;
const withConsent = (consent) => options({ consent });
const stateOf = (tracker, purpose) => tracker.consent.status().purposes.find((one) => one.purpose === purpose);

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
  'a report before init counts, and so does one of too many platforms',
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
  }),
);

test(
  'storage refused: events go with ids, and nothing is kept but the choice',
  inBrowser(async (host) => {
    const tracker = createTracker(options());
    tracker.consent.set({ analytics: 'granted', storage: 'denied' });
    await tracker.ready;
    tracker.track('cart_opened');
    await tracker.flush();
    assert.deepEqual(host.sentNames, ['cart_opened']);
    assert.equal(host.stored.get(KEY).includes('\n'), false);
    const { mayProcess, mayStore } = tracker.consent.explain('analytics');
    assert.deepEqual([mayProcess, mayStore], [true, false]);
  }),
);

test(
  'cookieless: events go at once without ids, and nothing is kept',
  inBrowser(async (host) => {
    const tracker = createTracker(withConsent({ whileUnknown: 'cookieless' }));
    tracker.page();
    await tracker.ready;
    await tracker.flush();
    const { body } = host.requests[0];
    assert.equal(body.profile, 'cookieless');
    for (const id of ['anonymous_id', 'session_id', 'user_id']) assert.equal(body[id], undefined);
    assert.equal(host.stored.size, 0);
    assert.equal(tracker.consent.explain('analytics').mayProcess, true);
    tracker.consent.set({ analytics: 'denied' });
    assert.equal(tracker.track('cart_opened'), 'denied');
  }),
);

test(
  'anonymous: no ids, no times, no texts, not even when all is granted',
  inBrowser(async (host) => {
    const tracker = await startTracker({ profile: 'anonymous' });
    tracker.identify('user_8x92j4k1');
    tracker.page();
    tracker.track('cart_opened', { items: 3, note: 'from Ann' });
    await tracker.flush();
    const text = JSON.stringify(host.requests.map(({ body }) => body));
    for (const word of ['Ann', 'user_8x92j4k1', 'anonymous_id', 'session_id', 'timestamp', 'sent_at', 'shop.example'])
      assert.equal(text.includes(word), false, word);
    assert.equal(host.requests[0].body.events.at(-1).properties.items, 3);
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

// Two trackers with one key stand for two tabs; the event that tells one of the other is dispatched by hand.
const tell = (host) => host.dispatch('storage', { key: KEY, newValue: host.stored.get(KEY) ?? null });

test(
  'a tab that slept through withdrawal and a new grant drops what it had, and deletes nothing of the new',
  inBrowser(async (host) => {
    const asleep = createTracker(options());
    asleep.consent.set({ analytics: 'granted' });
    await asleep.ready;
    host.answer = () => 'fail';
    asleep.track('old_event');
    await settled();
    const awake = createTracker(options());
    await awake.ready;
    awake.consent.withdraw();
    awake.consent.set({ analytics: 'granted' });
    await settled();
    awake.track('new_event');
    await settled();
    const kept = host.stored.get(KEY);
    host.answer = () => ({ status: 200 });
    tell(host);
    assert.equal(host.stored.get(KEY), kept);
    assert.equal(asleep.track('next_event'), 'accepted');
    await awake.flush();
    await asleep.flush();
    const arrived = host.requests.filter(({ body }) => body.events).flatMap(({ body }) => body.events);
    const names = arrived.map(({ event_name }) => event_name);
    assert.equal(names.includes('new_event') && names.includes('next_event'), true);
    assert.equal(names.filter((name) => name === 'old_event').length, 0);
  }),
);

test(
  'what another tab wrote is taken over, and not answered by writing',
  inBrowser(async (host) => {
    const one = await startTracker();
    const other = await startTracker();
    one.track('cart_opened');
    await one.flush();
    const kept = host.stored.get(KEY);
    other.track('offer_seen');
    await other.flush();
    host.stored.set(KEY, kept);
    const written = host.storageCalls.filter(([call]) => call === 'set').length;
    for (let i = 0; i < 3; ++i) tell(host);
    await settled();
    assert.equal(host.storageCalls.filter(([call]) => call === 'set').length, written);
    one.track('cart_closed');
    other.track('offer_closed');
    await one.flush();
    await other.flush();
    const idOf = (name) =>
      host.requests.find(({ body }) => body.events.some(({ event_name }) => event_name === name)).body.anonymous_id;
    assert.equal(idOf('cart_closed'), idOf('offer_closed'));
    assert.notEqual(idOf('offer_seen'), idOf('offer_closed'));
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

test(
  'a tab that wakes leaves the new state of another as it is, and hears of it no more often than it is told',
  inBrowser(async (host) => {
    const asleep = createTracker(options());
    asleep.consent.set({ analytics: 'granted' });
    await asleep.ready;
    asleep.track('old_event');
    await asleep.flush();
    const awake = createTracker(options());
    await awake.ready;
    awake.consent.withdraw();
    awake.consent.set({ analytics: 'granted' });
    awake.identify('user_new');
    await awake.flush();
    const kept = host.stored.get(KEY);
    assert.match(kept, /user_new/);
    const writes = () => host.storageCalls.filter(([how]) => how === 'set').length;
    const before = writes();
    tell(host);
    await settled();
    assert.equal(host.stored.get(KEY), kept);
    assert.equal(writes(), before);
    asleep.track('next_event');
    await asleep.flush();
    const { user_id } = host.requests.map(({ body }) => body).findLast(({ events }) => events);
    assert.equal(user_id, 'user_new', 'it goes on as the same person');
  }),
);
