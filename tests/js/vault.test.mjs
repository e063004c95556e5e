// The seal of the core's state in localStorage: its key lies in a cache, and goes with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsent } from '../../js/dist/consent.js';
import { createTracker } from '../../js/dist/track.js';
import { inVault, KEY_URL, makeLocks } from './caches.mjs';
import { inBrowser, KEY, options, recordText, settled } from './host.mjs';

const erasing = (more) => options({ consent: { erase: true, ...more } });

/** Starts a tracker, grants if that is not done, and tracks. Resolves with it and with the id that it sent. */
async function visit(host, given = erasing()) {
  const tracker = createTracker(given);
  if (tracker.consent.get('analytics') !== 'granted') tracker.consent.set({ analytics: 'granted' });
  await tracker.ready;
  await settled();
  tracker.track('cart_opened');
  await tracker.flush();
  await settled();
  return { tracker, id: host.requests.at(-1).body.anonymous_id };
}

const linesOf = (host) => host.stored.get(KEY).split('\n');
const setsOf = (host) => host.storageCalls.filter(([verb]) => verb === 'set').length;

test(
  'the key lies in the cache, and neither it nor an id in localStorage; the next page goes on with the id',
  inVault(async (host, caches) => {
    const { id } = await visit(host);
    assert.match(caches.key, /^(\d+\.){7}\d+$/);
    assert.equal(linesOf(host)[1], '');
    for (const text of [id, caches.key]) assert.ok(!host.stored.get(KEY).includes(text));
    assert.ok(linesOf(host).length > 3, 'there is something sealed');
    assert.equal((await visit(host)).id, id);
    assert.deepEqual(
      host.timers.filter(({ atMs }) => atMs === host.nowMs + 1000),
      [],
    );
  }),
);

test(
  'before a grant no cache is looked for, and after a refusal neither',
  inVault(async (host, caches) => {
    const tracker = createTracker(erasing());
    tracker.track('cart_opened');
    await settled();
    tracker.consent.set({ analytics: 'denied' });
    await settled();
    createTracker(erasing()).consent.withdraw();
    await settled();
    assert.deepEqual(caches.calls, []);
  }),
);

test(
  'two tabs that start at once come to one key, and read each other',
  inVault(async (host, caches) => {
    await Promise.all([visit(host), visit(host)]);
    assert.equal(caches.calls.filter((call) => call === 'put').length, 1);
    const sent = host.requests.map(({ body }) => body.anonymous_id);
    assert.ok(sent.includes((await visit(host)).id));
  }),
);

test(
  'what is learned from another tab is not written again',
  inVault(async (host) => {
    const { tracker } = await visit(host);
    const other = await visit(host);
    const sets = setsOf(host);
    for (let i = 0; i < 5; i++) {
      host.dispatch('storage', { key: KEY });
      await settled();
    }
    assert.equal(setsOf(host), sets);
    host.nowMs += 3600_000; // a new session
    tracker.track('cart_opened');
    await tracker.flush();
    host.dispatch('storage', { key: KEY });
    await settled();
    const { session_id } = host.requests.at(-1).body.events[0];
    const written = host.stored.get(KEY);
    other.tracker.track('cart_closed');
    await other.tracker.flush();
    assert.equal(host.requests.at(-1).body.events[0].session_id, session_id);
    host.dispatch('storage', { key: KEY });
    await settled();
    assert.equal(host.stored.get(KEY).slice(0, 100), written.slice(0, 100));
  }),
);

for (const [what, spoil] of [
  ['is gone', (caches) => caches.all.delete(KEY)],
  ['is another', (caches) => caches.all.get(KEY).entries.set(KEY_URL, '1.2.3.4.5.6.7.8')],
  ['is none', (caches) => caches.all.get(KEY).entries.set(KEY_URL, 'x'.repeat(1000))],
  ['has too many words', (caches) => caches.all.get(KEY).entries.set(KEY_URL, '1.'.repeat(1000))],
])
  test(
    `a key that ${what} makes new ids`,
    inVault(async (host, caches) => {
      const { id } = await visit(host);
      spoil(caches);
      const next = await visit(host);
      assert.match(next.id, /^[0-9a-f-]{36}$/);
      assert.notEqual(next.id, id);
      assert.equal((await visit(host)).id, next.id);
      assert.deepEqual(host.errors, []);
    }),
  );

for (const rest of ['\n', '\n1.2.3\n', '\n1\n\u1234\u0000', `\n${'1.'.repeat(30)}\nabc`, '\n\n\n', '\nabc'])
  test(
    `what is no sealed state is none: ${JSON.stringify(rest.slice(0, 12))}`,
    inVault(async (host) => {
      host.stored.set(KEY, recordText({ analytics: 'granted' }) + '\n' + rest.slice(0));
      const { id } = await visit(host);
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.equal((await visit(host)).id, id);
    }),
  );

for (const [what, answer] of [
  ['does not answer', () => new Promise(() => {})],
  ['rejects', () => Promise.reject(new DOMException('no', 'SecurityError'))],
])
  test(
    `where the cache ${what}, key and state stand in localStorage after a second, until it does`,
    inVault(async (host, caches) => {
      caches.answer = answer;
      const tracker = createTracker(erasing());
      tracker.consent.set({ analytics: 'granted' });
      await host.advance(1000);
      await tracker.ready;
      tracker.track('cart_opened');
      await tracker.flush();
      const { anonymous_id } = host.requests.at(-1).body;
      const [, key, id] = linesOf(host);
      assert.match(key, /^(\d+\.){7}\d+$/);
      assert.equal(id, anonymous_id);
      caches.answer = async () => {};
      globalThis.navigator.locks = makeLocks(); // another page
      assert.equal((await visit(host)).id, anonymous_id);
      assert.ok(!host.stored.get(KEY).includes(anonymous_id), 'from then on it is sealed');
      assert.ok(!host.stored.get(KEY).includes(key));
      assert.notEqual(caches.key, key);
    }),
  );

test(
  'a page waits a second for the key of a sealed state, and no longer',
  inVault(async (host, caches) => {
    const { id } = await visit(host);
    caches.answer = () => new Promise(() => {});
    const tracker = createTracker(erasing());
    let isReady = false;
    void tracker.ready.then(() => (isReady = true));
    await host.advance(999);
    assert.equal(isReady, false);
    tracker.track('cart_opened');
    await host.advance(1);
    await tracker.ready;
    await tracker.flush();
    assert.notEqual(host.requests.at(-1).body.anonymous_id, id);
  }),
);

test(
  'Firefox, whose errors name their file, has no cache',
  inVault(async (host, caches) => {
    Error.prototype.fileName = '';
    try {
      const { tracker, id } = await visit(host);
      assert.equal(linesOf(host)[2], id);
      assert.ok(!tracker.consent.withdraw().stores.includes(`cacheStorage:${KEY}`));
      assert.deepEqual(caches.calls, []);
    } finally {
      delete Error.prototype.fileName;
    }
  }),
);

test(
  'without caches all stands in localStorage',
  inBrowser(async (host) => {
    const { id } = await visit(host);
    const [, key, kept] = linesOf(host);
    assert.match(key, /^(\d+\.){7}\d+$/);
    assert.equal(kept, id);
  }),
);

test(
  'a withdrawal deletes the key and its cache, and a grant right after it makes another',
  inVault(async (host, caches) => {
    const { tracker, id } = await visit(host);
    const [old, cache] = [caches.key, caches.all.get(KEY)];
    const report = tracker.consent.withdraw();
    assert.deepEqual(report.stores.slice(0, 2), [`localStorage:${KEY}`, `cacheStorage:${KEY}`]);
    assert.equal(cache.entries.size, 0, 'this page has the cache open');
    assert.equal(caches.all.size, 0);
    assert.equal(linesOf(host).length, 1);
    assert.deepEqual(host.requests.at(-1).body, { write_key: 'demo', anonymous_id: id });
    tracker.consent.set({ analytics: 'granted' });
    await settled();
    tracker.track('cart_opened');
    await tracker.flush();
    assert.notEqual(host.requests.at(-1).body.anonymous_id, id);
    assert.match(caches.key, /^(\d+\.){7}\d+$/);
    assert.notEqual(caches.key, old);
  }),
);

test(
  'a withdrawal before the key is found asks for erasure of the old id, and deletes the key',
  inVault(async (host, caches) => {
    const { id } = await visit(host);
    for (const turns of [0, 1, 20]) {
      const waiting = [];
      caches.answer = () => new Promise((resolve) => waiting.push(resolve));
      const tracker = createTracker(erasing());
      await settled(turns);
      const sent = host.requests.length;
      const [line, ...rest] = host.stored.get(KEY).split('\n');
      const { key } = caches;
      const report = tracker.consent.withdraw();
      assert.deepEqual([report.isErasureRequested, report.erasure], [true, 'pending']);
      assert.deepEqual([caches.all.size, linesOf(host).length], [0, 1]);
      assert.equal(host.requests.length, sent);
      caches.answer = async () => {};
      for (const goOn of waiting) goOn();
      await settled();
      assert.deepEqual(host.requests.at(-1).body, { write_key: 'demo', anonymous_id: id });
      assert.equal(host.requests.length, sent + 1);
      assert.equal(report.erasure, 'sent');
      assert.deepEqual([caches.all.size, linesOf(host).length], [0, 1]);
      // As it was, once more.
      host.stored.set(KEY, [line, ...rest].join('\n'));
      await (await caches.open(KEY)).put(KEY_URL, new Response(key));
    }
  }),
);

test(
  'a withdrawal whose key is gone asks nothing of the collector, and says so',
  inVault(async (host, caches) => {
    await visit(host);
    caches.all.clear();
    const sent = host.requests.length;
    const report = createTracker(erasing()).consent.withdraw();
    await settled();
    assert.deepEqual([report.isErasureRequested, report.erasure, host.requests.length], [true, 'failed', sent]);
  }),
);

test(
  'a withdrawal while the key is made leaves none',
  inVault(async (host, caches) => {
    for (const call of ['match', 'open', 'put']) {
      host.stored.clear();
      let goOn;
      caches.answer = (name) => (name === call ? new Promise((resolve) => (goOn = resolve)) : undefined);
      const tracker = createTracker(erasing());
      tracker.consent.set({ analytics: 'granted' });
      await settled();
      const cache = caches.all.get(KEY);
      tracker.consent.withdraw();
      caches.answer = async () => {};
      goOn();
      await settled();
      assert.deepEqual([call, caches.all.size, cache?.entries.size ?? 0], [call, 0, 0]);
      assert.deepEqual([call, linesOf(host).length], [call, 1]);
    }
  }),
);

test(
  'a grant while the core runs: the state is written when the key is there',
  inVault(async (host, caches) => {
    const given = options({ consent: { whileUnknown: 'cookieless' } });
    const tracker = createTracker(given);
    await tracker.ready;
    await settled();
    assert.deepEqual(caches.calls, []);
    let goOn;
    caches.answer = () => new Promise((resolve) => (goOn = resolve));
    tracker.consent.set({ analytics: 'granted' });
    tracker.track('cart_opened');
    await settled();
    assert.equal(linesOf(host).length, 1);
    caches.answer = async () => {};
    goOn();
    await settled();
    await tracker.flush();
    const { anonymous_id } = host.requests.at(-1).body;
    assert.match(anonymous_id, /^[0-9a-f-]{36}$/);
    assert.equal((await visit(host, given)).id, anonymous_id);
  }),
);

test(
  'a tab that is told of a withdrawal forgets the key, deletes its file and opens nothing',
  inVault(async (host, caches) => {
    await visit(host); // it has made the key
    const cache = caches.all.get(KEY);
    const from = caches.calls.length;
    const record = recordText({ analytics: 'denied' }, { epoch: 2, purged: 2 });
    host.stored.set(KEY, record);
    host.dispatch('storage', { key: KEY });
    await settled();
    assert.deepEqual([...new Set(caches.calls.slice(from))], ['delete entry']);
    assert.equal(cache.entries.size, 0);
    assert.equal(host.stored.get(KEY), record);
  }),
);

test(
  'a page that has found the key and not made it deletes its file too',
  inVault(async (host, caches) => {
    await visit(host);
    const { tracker } = await visit(host);
    const cache = caches.all.get(KEY);
    host.listeners.length = 0; // the other is gone
    tracker.consent.withdraw();
    assert.equal(cache.entries.size, 0);
    assert.equal(caches.all.size, 0);
  }),
);

test(
  'consent without a tracker deletes the cache too',
  inVault(async (host, caches) => {
    await visit(host);
    const consent = createConsent({ writeKey: 'demo' });
    assert.ok(consent.withdraw().stores.includes(`cacheStorage:${KEY}`));
    assert.equal(caches.all.size, 0);
    assert.equal(linesOf(host).length, 1);
  }),
);
