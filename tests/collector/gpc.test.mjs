// Global Privacy Control at the collector: what the header denies is not stored, whatever the batch says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, metric, post, run, startCollector } from './collector_process.mjs';

const batch = {
  write_key: 'demo',
  consent: ['analytics', 'marketing'],
  events: [
    { event_name: 'offer_seen', purpose: 'marketing', properties: { text: 'canary' } },
    { event_name: 'thing_done' },
    { event_name: 'bad_offer', purpose: 'marketing', properties: 'canary' },
    { event_name: 'bad_thing', properties: 'canary' },
  ],
};
const withSignal = (value) => ({ headers: { 'sec-gpc': value } });
const denied = (index) => ({ index, reason: 'gpc_denied', path: '/purpose' });

test('Sec-GPC: 1 refuses marketing, counts it and keeps nothing of it', async (t) => {
  const { url } = await startCollector(t);
  const { status, answer } = await post(url, batch, withSignal('1'));
  assert.equal(status, 200);
  assert.equal(answer.accepted, 1);
  assert.deepEqual(answer.rejected.slice(0, 2), [denied(0), denied(2)]);
  assert.deepEqual(
    (await list(url)).map(({ event_name }) => event_name),
    ['thing_done'],
  );
  const rejected = await list(url, { listing: 'rejected' });
  assert.deepEqual(
    rejected.map(({ reason, raw }) => [reason, raw]),
    [['not_an_object', '']],
  );
  assert.equal(await metric(url, 'waymark_events_rejected_total{reason="gpc_denied"}'), 2);
  const only = await post(url, { events: [batch.events[0]] }, withSignal('1'));
  assert.deepEqual(only.answer, { accepted: 0, duplicate: 0, rejected: [denied(0)] });
  const single = await post(url, { event: 'offer_seen', purpose: 'marketing' }, { path: '/event', ...withSignal('1') });
  assert.deepEqual([single.status, single.answer.error], [400, 'gpc_denied']);
});

test('no other value is the signal', async (t) => {
  const { url } = await startCollector(t);
  for (const value of ['0', '', 'true', '1;q=1', '01', '?1', '1, 1'])
    assert.equal((await post(url, batch, withSignal(value))).answer.accepted, 2, value);
  assert.equal((await post(url, batch)).answer.accepted, 2);
});

test('--gpc-purpose says what it denies; none: nothing', async (t) => {
  const other = await startCollector(t, { args: ['--gpc-purpose', 'analytics', '--gpc-purpose', 'ads'] });
  const { answer } = await post(other.url, batch, withSignal('1'));
  assert.equal(answer.accepted, 1, 'what names no purpose is analytics');
  assert.deepEqual(
    (await list(other.url)).map(({ event_name }) => event_name),
    ['offer_seen'],
  );
  const none = await startCollector(t, { args: ['--gpc-purpose', 'none'] });
  assert.equal((await post(none.url, batch, withSignal('1'))).answer.accepted, 2);
  const policy = async (url) => (await fetch(`${url}/.well-known/gpc.json`)).json();
  assert.deepEqual(await policy(other.url), { gpc: true });
  assert.deepEqual(await policy(none.url), { gpc: false });
});

test('an event is of the purpose that the plan gives it, even if it says another', async (t) => {
  const plan = join(makeDirectory(t), 'plan.json');
  const events = { offer_seen: { purpose: 'marketing' }, thing_done: { purpose: 'analytics' } };
  writeFileSync(plan, JSON.stringify({ name: 'x', version: 1, events }));
  const { url } = await startCollector(t, { args: ['--plan', plan] });
  const sent = [
    { event_name: 'offer_seen' },
    { event_name: 'offer_seen', purpose: 'analytics' },
    { event_name: 'thing_done', purpose: 'marketing' },
    { event_name: 'thing_done' },
  ];
  const { answer } = await post(url, { events: sent }, withSignal('1'));
  assert.deepEqual(answer.rejected, [denied(0), denied(1), denied(2)]);
});

test('purposes that cannot be meant are refused at the start', async (t) => {
  const data = makeDirectory(t);
  for (const flags of [['none', 'marketing'], [''], ['p'.repeat(33)], Array.from({ length: 17 }, (_, i) => `p${i}`)]) {
    const args = flags.flatMap((purpose) => ['--gpc-purpose', purpose]);
    const { status, stderr } = await run(['collect', '--listen', '127.0.0.1:0', '--data', data, ...args]);
    assert.equal(status, 2);
    assert.match(stderr, /^waymark collect: --gpc-purpose [^\n]+\n$/);
  }
});
