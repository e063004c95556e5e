// The request for erasure after a withdrawal: at once, again where that may help, and then no more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { inBrowser, options, settled } from './host.mjs';

/** Withdraws with something to erase. Resolves with the report, the old id, and the requests for erasure so far. */
async function withdraw(host, answer) {
  const tracker = createTracker(options({ consent: { erase: true } }));
  tracker.consent.set({ analytics: 'granted' });
  await tracker.ready;
  tracker.track('cart_opened');
  await tracker.flush();
  const { anonymous_id } = host.requests.at(-1).body;
  host.answer = answer;
  const report = tracker.consent.withdraw();
  assert.equal(report.erasure, 'pending');
  await settled();
  return { report, anonymous_id, asked: () => host.requests.filter(({ url }) => url.endsWith('/erasure')) };
}

test(
  'what the collector takes is sent',
  inBrowser(async (host) => {
    const { report, asked, anonymous_id } = await withdraw(host, () => ({ status: 202 }));
    assert.equal(report.erasure, 'sent');
    assert.deepEqual(asked()[0].body, { write_key: 'demo', anonymous_id });
    assert.deepEqual(host.timers, []);
  }),
);

for (const [what, answer] of [
  ['no answer', () => 'fail'],
  ['503', () => ({ status: 503 })],
  ['429', () => ({ status: 429 })],
])
  test(
    `after ${what} it is repeated later and later, with nothing kept for it, until it is taken`,
    inBrowser(async (host) => {
      const { report, asked, anonymous_id } = await withdraw(host, answer);
      for (const [ms, count] of [
        [999, 1],
        [1, 2],
        [4999, 2],
        [1, 3],
      ]) {
        await host.advance(ms);
        assert.deepEqual([report.erasure, asked().length], ['pending', count]);
      }
      assert.equal(host.timers.length, 1);
      assert.equal(host.timers[0].isUnref, true);
      for (const text of host.stored.values()) assert.ok(!text.includes(anonymous_id));
      host.answer = () => ({ status: 200 });
      await host.advance(25_000);
      assert.deepEqual([report.erasure, asked().length], ['sent', 4]);
      for (const { body, init } of asked()) {
        assert.deepEqual(body, { write_key: 'demo', anonymous_id });
        assert.equal(init.keepalive, true);
      }
      await host.advance(3_600_000);
      assert.equal(asked().length, 4);
    }),
  );

test(
  'a collector that stays away is asked five times',
  inBrowser(async (host) => {
    const { report, asked } = await withdraw(host, () => ({ status: 503 }));
    await host.advance(155_999);
    assert.deepEqual([report.erasure, asked().length], ['pending', 4]);
    await host.advance(1);
    assert.deepEqual([report.erasure, asked().length, host.timers], ['failed', 5, []]);
  }),
);

test(
  'a refusal is not repeated',
  inBrowser(async (host) => {
    const { report, asked } = await withdraw(host, () => ({ status: 403 }));
    assert.deepEqual([report.erasure, asked().length, host.timers], ['failed', 1, []]);
  }),
);

test(
  'it waits for as long as the collector asks for',
  inBrowser(async (host) => {
    const { report, asked } = await withdraw(host, () => ({ status: 429, headers: { 'retry-after': '60' } }));
    host.answer = () => ({ status: 200 });
    await host.advance(59_999);
    assert.equal(asked().length, 1);
    await host.advance(1);
    assert.deepEqual([report.erasure, asked().length], ['sent', 2]);
  }),
);
