// A tracker and a collector, with nothing pretended between them: what consent leaves at both ends.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createTracker } from '../../js/dist/track.js';
import { keepReceipts } from '../../js/dist/receipts.js';
import { list, makeDirectory, post, run, startCollector } from './collector_process.mjs';

const stored = new Map();
globalThis.localStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => void stored.set(key, value),
  removeItem: (key) => void stored.delete(key),
};

/** Waits until `look` gives something true, for five seconds at most. */
async function until(look, what) {
  for (const end = Date.now() + 5000; ;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `${what} did not come`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

const notice = { hash: 'c'.repeat(64), locale: 'de', variant: 'banner' };
const receiptsAt = (url) => list(url, { listing: 'consent/receipts' });

test('refusal, grant, withdrawal: receipts at the collector, events only while granted, and none after erasure', async (t) => {
  stored.clear();
  const { url } = await startCollector(t);
  const tracker = createTracker({ writeKey: 'demo', endpoint: url, consent: { erase: true, policyVersion: 2 } });
  const kept = keepReceipts({ consent: tracker.consent, endpoint: url, writeKey: 'demo' });
  assert.equal(tracker.track('thing_done'), 'held');
  assert.deepEqual([...stored.keys()], []);

  tracker.consent.set({ analytics: 'denied', marketing: 'denied' }, { source: 'user', notice });
  const [refusal] = await until(
    async () => (await receiptsAt(url))[0] && receiptsAt(url),
    'the receipt of the refusal',
  );
  assert.equal(refusal.receipt.choices.analytics, 'denied');
  assert.deepEqual(await list(url), []);
  assert.deepEqual([...stored.keys()].sort(), ['waymark-receipts:demo', 'waymark:demo']);

  tracker.consent.set({ analytics: 'granted' }, { source: 'user', notice });
  tracker.track('cart_opened');
  await tracker.flush();
  const [event] = await list(url);
  assert.equal(event.event_name, 'cart_opened');
  const receipts = await until(
    async () => ((await receiptsAt(url)).length === 2 ? receiptsAt(url) : 0),
    'the second receipt',
  );
  const whole = JSON.stringify(receipts);
  for (const id of ['anonymous_id', 'session_id', 'instance_id']) assert.equal(whole.includes(event[id]), false, id);

  const report = tracker.consent.withdraw({ source: 'user' });
  assert.equal(report.isErasureRequested, true);
  await until(async () => (await list(url)).length === 0, 'the erasure');
  const late = { write_key: 'demo', anonymous_id: event.anonymous_id, events: [{ event_name: 'cart_opened' }] };
  assert.equal((await post(url, late)).answer.rejected[0].reason, 'erased');

  tracker.consent.set({ analytics: 'granted' }, { source: 'user', notice });
  tracker.track('cart_opened');
  await tracker.flush();
  const [again] = await list(url);
  assert.notEqual(again.anonymous_id, event.anonymous_id, 'another id, which is not refused');

  await until(async () => (await receiptsAt(url)).length === 4, 'the last receipts');
  assert.deepEqual(
    (await receiptsAt(url)).map(({ flag, receipt }) => [flag, receipt.is_withdrawal, receipt.policy_version]),
    [
      [undefined, false, '2'],
      [undefined, false, '2'],
      [undefined, true, '2'],
      [undefined, false, '2'],
    ],
  );
  const exported = await kept.export();
  const chain = JSON.parse(exported);
  assert.equal(chain.length, 4);
  assert.deepEqual(kept.verify(chain), { isValid: true });
  const file = join(makeDirectory(t), 'export.json');
  writeFileSync(file, exported);
  assert.equal((await run(['receipts', 'verify', file])).stdout, '4 receipts of 1 subjects are as they were made\n');
  writeFileSync(file, exported.replace('"denied"', '"denjed"'));
  assert.equal((await run(['receipts', 'verify', file])).status, 1);
  tracker.consent.withdraw();
});

test('receipts that the collector could not take wait for the next page', async (t) => {
  stored.clear();
  const first = await startCollector(t);
  await first.kill('SIGTERM');
  const page = (endpoint) => {
    const tracker = createTracker({ writeKey: 'demo', endpoint });
    return [tracker.consent, keepReceipts({ consent: tracker.consent, endpoint, writeKey: 'demo' })];
  };
  const [consent] = page(first.url);
  consent.set({ analytics: 'denied' });
  consent.set({ marketing: 'denied' });
  await new Promise((go) => setTimeout(go, 100));
  const { url } = await startCollector(t);
  const [, kept] = page(url);
  await until(async () => (await receiptsAt(url)).length === 2, 'the receipts');
  await until(() => JSON.parse(stored.get('waymark-receipts:demo')).unsent.length === 0, 'the note of it');
  assert.deepEqual(kept.verify(JSON.parse(await kept.export())), { isValid: true });
});

test('a collector that the tracker tells little keeps little', async (t) => {
  stored.clear();
  const { url } = await startCollector(t);
  const options = { endpoint: url, app: { name: 'shop', version: '1.2.0' } };
  const consent = { defaults: { analytics: 'granted' } };
  const anonymous = createTracker({ ...options, writeKey: 'a', profile: 'anonymous', consent });
  anonymous.track('size_chosen', { size: 5, text: 'canary' });
  await anonymous.flush();
  const cookieless = createTracker({ ...options, writeKey: 'b', consent: { whileUnknown: 'cookieless' } });
  cookieless.track('thing_done');
  await cookieless.flush();
  const [one, two] = await list(url);
  assert.equal(one.received_at.slice(10), 'T00:00:00.000Z');
  assert.equal(one.properties.size, 5);
  assert.equal(JSON.stringify(one).includes('canary'), false);
  assert.match(two.visitor_key, /^[0-9a-f]{32}$/);
  for (const row of [one, two])
    for (const id of ['anonymous_id', 'user_id', 'session_id', 'instance_id', 'sequence'])
      assert.equal(row[id], undefined, id);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.doesNotMatch(metrics, /stripped_members_total\{/, 'a tracker sends nothing that has to be taken away');
  anonymous.consent.withdraw();
  cookieless.consent.withdraw();
});
