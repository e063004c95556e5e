// What goes out and what is kept while storage is refused, without ids (cookieless), and anonymously.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, startTracker, withConsent } from './host.mjs';

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
