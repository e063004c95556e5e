// Watching by `waymark/debug`: whom it tells and when, and that it changes nothing of what it watches.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subscribe } from '../../js/dist/debug.js';
import { createTracker } from '../../js/dist/track.js';
import { granted, inBrowser, options, settled, startTracker } from './host.mjs';
import { last, states } from './watched.mjs';

const realTimeout = setTimeout;

test(
  'a listener is called once for all of a task, never within a call, and no more when it stopped',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    await settled();
    let calls = 0;
    const stop = subscribe(() => ++calls);
    for (let i = 0; i < 10; ++i) tracker.track('item_viewed', { i });
    assert.equal(calls, 0);
    await settled(2);
    assert.equal(calls, 1);
    const waiting = createTracker(options());
    await settled(2);
    calls = 0;
    waiting.track('cart_opened');
    await settled(2);
    assert.equal(calls, 0);
    assert.equal(
      host.timers.some(({ atMs }) => atMs - host.nowMs > 5000),
      false,
    );
    await new Promise((resolve) => realTimeout(resolve, 700));
    assert.ok(calls > 0, 'a call that waits is noticed');
    stop();
    calls = 0;
    tracker.track('item_viewed');
    await settled(2);
    assert.equal(calls, 0);
  }),
);

test(
  'what goes wrong in watching is said, and does the tracker no harm',
  inBrowser(async (host) => {
    const tracker = await startTracker();
    const { toISOString } = Date.prototype;
    Date.prototype.toISOString = () => {
      throw new RangeError('no such date');
    };
    try {
      assert.equal(tracker.track('cart_opened'), 'accepted');
      await tracker.flush();
    } finally {
      Date.prototype.toISOString = toISOString;
    }
    assert.deepEqual(host.sentNames, ['cart_opened']);
    assert.equal(last().state, 'running');
    assert.equal(last().fault, 'watching failed: RangeError: no such date');
    tracker.track('cart_closed');
    assert.deepEqual(states(), [['cart_closed', 'queued']]);
  }),
);

test(
  'watched or not, the same goes out',
  inBrowser(async (host) => {
    const run = async (make) => {
      host.requests = [];
      let status = 500;
      host.answer = () => ({ status });
      const tracker = make(granted({ names: 'reject' }));
      await tracker.ready;
      const verdicts = ['cart_opened', 'Bad Name', 'cart_closed'].map((name) => [
        tracker.track(name),
        tracker.explain(),
      ]);
      await host.advance(5000);
      status = 200;
      await host.advance(300_000);
      tracker.consent.withdraw();
      const startMs = host.requests.length && Date.parse(host.requests[0].body.events[0].timestamp);
      return {
        verdicts,
        bodies: host.requests.map(({ body }) => [
          body.events.map(({ timestamp, ...event }) => ({ ...event, ms: Date.parse(timestamp) - startMs })),
          body.client_reports,
        ]),
      };
    };
    const symbol = Symbol.for('waymark.watch');
    const watcher = globalThis[symbol];
    delete globalThis[symbol];
    const plain = await run(createTracker);
    globalThis[symbol] = watcher;
    host.stored.clear();
    const watched = await run(createTracker);
    assert.deepEqual(watched.verdicts, plain.verdicts);
    assert.deepEqual(watched.bodies.flat(2), plain.bodies.flat(2));
  }),
);
