// Several tabs and one consent record: what a tab takes over of another, and what it leaves as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsent } from '../../js/dist/consent.js';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, settled, startTracker } from './host.mjs';

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

test(
  'a choice is made on what stands on the device, also where this tab has not heard of it',
  inBrowser(async (host) => {
    const deaf = createTracker(options());
    const other = createTracker(options());
    other.consent.set({ analytics: 'granted', functional: 'granted' });
    await other.ready;
    other.track('old_event');
    await other.flush();
    const { epoch } = JSON.parse(host.stored.get(KEY).split('\n')[0]);
    deaf.consent.set({ analytics: 'denied' });
    const [line, ...rest] = host.stored.get(KEY).split('\n');
    assert.ok(JSON.parse(line).epoch > epoch, 'the epoch goes on');
    assert.deepEqual(host.storedChoices, { analytics: 'denied', functional: 'granted' });
    assert.ok(rest.length > 0, 'functional may still store');
    deaf.consent.set({ functional: 'denied' });
    assert.equal(host.stored.get(KEY).split('\n').length, 1, 'what the other tab kept is gone');
  }),
);

test(
  'a withdrawal in another tab is not undone by a choice in one that has not heard of it',
  inBrowser(async (host) => {
    const one = createConsent({ writeKey: 'demo' });
    one.set({ functional: 'granted' });
    const deaf = createConsent({ writeKey: 'demo' });
    one.withdraw();
    deaf.set({ marketing: 'denied' });
    assert.equal(createTracker(options()).consent.get('functional'), 'denied');
    host.stored.delete(KEY);
    deaf.set({ marketing: 'granted' });
    const { functional } = host.storedChoices;
    assert.equal(functional, 'denied', 'an entry that somebody deleted takes back no refusal');
  }),
);

test(
  'what this tab had before a withdrawal in another goes when it chooses',
  inBrowser(async (host) => {
    const deaf = createTracker(options());
    deaf.consent.set({ analytics: 'granted' });
    await deaf.ready;
    deaf.track('old_event');
    const other = createTracker(options());
    await other.ready;
    other.consent.withdraw();
    deaf.consent.set({ analytics: 'granted' });
    await deaf.ready;
    await settled();
    deaf.track('new_event');
    await deaf.flush();
    await host.advance(60_000);
    assert.equal(host.sentNames.includes('new_event'), true);
    assert.equal(host.sentNames.includes('old_event'), false);
  }),
);
