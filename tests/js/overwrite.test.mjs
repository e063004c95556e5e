// What makes WebKit write over what a withdrawal deleted: a filler for a moment, in no other browser, and never for good.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, KEY, options, settled, startTracker } from './host.mjs';

const FILLER = `${KEY}\n\n`;

/** Each of WebKit's errors says in which script it was made. */
const inWebKit = (body, isWebKit = true) =>
  inBrowser(async (host) => {
    if (isWebKit) Error.prototype.sourceURL = '';
    // Its names can be listed, as those of a browser can.
    const methods = globalThis.localStorage;
    globalThis.localStorage = new Proxy(methods, {
      ownKeys: () => [...host.stored.keys()],
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
    });
    try {
      await body(host);
    } finally {
      delete Error.prototype.sourceURL;
    }
  });

async function withdraw() {
  const tracker = await startTracker();
  tracker.track('cart_opened');
  await tracker.flush();
  tracker.consent.withdraw();
  return tracker;
}

test(
  'more than 1000 pages are filled, and deleted after 0.8 s',
  inWebKit(async (host) => {
    await withdraw();
    assert.ok(host.stored.get(FILLER).length * 2 > 1000 * 4096);
    assert.equal(host.timers.length, 1);
    await host.advance(799);
    assert.ok(host.stored.has(FILLER));
    await host.advance(1);
    assert.deepEqual([...host.stored.keys()], [KEY]);
    assert.equal(host.stored.get(KEY).includes('\n'), false);
    assert.deepEqual(host.timers, []);
  }),
);

test(
  'a page that finds the filler of one that is gone deletes it',
  inWebKit(async (host) => {
    await withdraw();
    host.timers = [];
    createTracker(options());
    await host.advance(800);
    assert.deepEqual([...host.stored.keys()], [KEY]);
    assert.equal(host.stored.get(KEY).includes('\n'), false);
  }),
);

test(
  'a grant in between keeps what is new, with a key of its own',
  inWebKit(async (host) => {
    const tracker = await withdraw();
    tracker.consent.set({ analytics: 'granted' });
    await settled();
    tracker.track('cart_closed');
    await tracker.flush();
    const kept = host.stored.get(KEY);
    const [, key, id] = kept.split('\n');
    assert.match(key, /^(\d+\.){7}\d+$/);
    assert.equal(id, host.requests.at(-1).body.anonymous_id);
    await host.advance(800);
    assert.equal(host.stored.get(KEY).split('\n')[2], id);
  }),
);

test(
  'without room nothing is filled',
  inWebKit(async (host) => {
    const { set } = host.stored;
    host.stored.set = (name, text) => {
      if (text.length > 1e6) throw new DOMException('full', 'QuotaExceededError');
      return set.call(host.stored, name, text);
    };
    await withdraw();
    assert.deepEqual([[...host.stored.keys()], host.timers], [[KEY], []]);
    assert.equal(host.stored.get(KEY).includes('\n'), false);
  }),
);

test(
  'in another browser nothing is filled',
  inWebKit(async (host) => {
    await withdraw();
    assert.deepEqual([[...host.stored.keys()], host.timers], [[KEY], []]);
  }, false),
);
