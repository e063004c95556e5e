// A plan at run time: init({ plan }) in the package, --plan in the collector, and both together.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { createTracker } from '../../js/dist/track.js';
import { binary, list, makeDirectory, post, run, startCollector } from '../collector/collector_process.mjs';

const PLAN = {
  name: 'shop',
  version: 7,
  mode: 'reject',
  modes: { lenient: 'warn' },
  events: {
    checkout_completed: {
      description: 'An order was placed',
      owner: 'checkout',
      properties: {
        type: 'object',
        properties: {
          order_id: { type: 'string', pattern: '^ord_' },
          order_value: { type: 'number', minimum: 0 },
          contact: { type: 'string', format: 'email', pii: true },
          note: { type: 'string' },
        },
        required: ['order_id', 'note'],
        additionalProperties: false,
      },
    },
    theme_changed: { description: 'Colours were chosen', owner: 'design', purpose: 'functional' },
  },
  privacy: { properties: { contact: 'redact', note: 'drop' } },
};

function writePlan(t, plan = PLAN) {
  const directory = makeDirectory(t);
  const file = join(directory, 'tracking-plan.json');
  writeFileSync(file, JSON.stringify(plan, null, 2));
  return file;
}

/** The module that the command writes, imported. */
async function compile(t, plan = PLAN) {
  const file = writePlan(t, plan);
  const output = file.replace('tracking-plan.json', 'plan.mjs');
  execFileSync(binary, ['plan', 'compile', file, '-o', output, '--format', 'module']);
  return (await import(pathToFileURL(output).href)).plan;
}

async function start(t, options) {
  const verdicts = [];
  const tracker = createTracker({
    writeKey: 'demo',
    endpoint: 'http://127.0.0.1:9',
    storage: 'memory',
    consent: { defaults: { analytics: 'granted', functional: 'granted' } },
    onVerdict: (info) => verdicts.push(info),
    ...options,
  });
  t.after(() => tracker.consent.withdraw());
  await tracker.ready;
  return { tracker, verdicts };
}

test('the package refuses what breaks the plan, with path and rule', async (t) => {
  const { tracker } = await start(t, { plan: await compile(t) });
  assert.equal(tracker.track('checkout_completed', { order_id: 'ord_1', note: 'x' }), 'accepted');
  assert.equal(tracker.track('checkout_completed', { order_id: 'ord_1', note: 'x', order_value: -1 }), 'invalid');
  assert.equal(tracker.explain(), 'plan_violation at "/order_value": minimum');
  assert.equal(tracker.track('checkout_complete', {}), 'invalid');
  assert.equal(tracker.explain(), 'unplanned_event');
});

test('calls before the core runs are judged by the plan too', async (t) => {
  const plan = await compile(t);
  const verdicts = [];
  const tracker = createTracker({
    writeKey: 'demo',
    endpoint: 'http://127.0.0.1:9',
    storage: 'memory',
    plan,
    onVerdict: (info) => verdicts.push(info),
  });
  t.after(() => tracker.consent.withdraw());
  assert.equal(tracker.track('checkout_completed', { order_id: 'x', note: '' }), 'held');
  tracker.consent.set({ analytics: 'granted' });
  await tracker.ready;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(verdicts, [
    { verdict: 'invalid', event_name: 'checkout_completed', reason: 'plan_violation at "/order_id": pattern' },
  ]);
});

test("an event has the plan's purpose unless the call names another", async (t) => {
  const { tracker } = await start(t, {
    plan: await compile(t),
    consent: { defaults: { analytics: 'granted', functional: 'denied' } },
  });
  assert.equal(tracker.track('theme_changed'), 'denied');
  assert.equal(tracker.track('theme_changed', {}, { purpose: 'analytics' }), 'accepted');
});

test('a plan may name its own purposes', async (t) => {
  const plan = await compile(t, {
    ...PLAN,
    purposes: ['necessary', 'analytics', 'research'],
    events: { study_joined: { description: 'd', owner: 'o', purpose: 'research' } },
    privacy: {},
  });
  const { tracker } = await start(t, { plan, consent: { defaults: { research: 'granted' } } });
  assert.equal(tracker.consent.get('research'), 'granted');
  assert.equal(tracker.consent.get('functional'), 'unknown');
  assert.equal(tracker.track('study_joined'), 'accepted');
});

test('what is no compiled plan disables the tracker, and says so', async (t) => {
  for (const table of ['', 'AAAA', '?', 'A'.repeat(200_000), new Uint8Array(9), 7]) {
    const { tracker } = await start(t, { plan: { table } });
    assert.equal(tracker.track('checkout_completed'), 'disabled');
    assert.match(tracker.explain(), /disabled: /);
  }
});

test('the collector refuses what breaks its plan, keeps the rest, and stores rule and path', async (t) => {
  const { url } = await startCollector(t, { args: ['--plan', writePlan(t)] });
  const { answer } = await post(url, {
    events: [
      { event_name: 'checkout_completed', properties: { order_id: 'ord_1', note: 'x' } },
      { event_name: 'checkout_completed', properties: { order_id: 'ord_2', note: 'x', order_value: -1 } },
      { event_name: 'checkout_complete' },
      { event_name: 'theme_changed' },
      { event_name: 'page_viewed' },
    ],
  });
  assert.equal(answer.accepted, 3);
  assert.deepEqual(answer.rejected, [
    { index: 1, reason: 'plan_violation', path: '/properties/order_value', rule: 'minimum' },
    { index: 2, reason: 'unplanned_event', path: '/event_name' },
  ]);
  const rejected = await list(url, { listing: 'rejected' });
  assert.deepEqual(
    rejected.map(({ reason, path, rule }) => [reason, path, rule]),
    [
      ['plan_violation', '/properties/order_value', 'minimum'],
      ['unplanned_event', '/event_name', undefined],
    ],
  );
  const events = await list(url);
  assert.deepEqual(events[0].properties, { order_id: 'ord_1' });
});

test('the collector takes a compiled plan, and the mode of an environment', async (t) => {
  const file = writePlan(t);
  const output = file.replace('.json', '.bin');
  execFileSync(binary, ['plan', 'compile', file, '-o', output, '--environment', 'lenient']);
  for (const args of [
    ['--plan', output],
    ['--plan', file, '--environment', 'lenient'],
  ]) {
    const { url } = await startCollector(t, { args });
    const { answer } = await post(url, { events: [{ event_name: 'checkout_complete' }] });
    assert.equal(answer.accepted, 1);
  }
});

test('a collector does not start with a plan that cannot be used', async (t) => {
  const broken = writePlan(t, { ...PLAN, version: 0 });
  for (const file of [broken, join(makeDirectory(t), 'missing.json'), fileURLToPath(import.meta.url)]) {
    const { status, stderr } = await run([
      'collect',
      '--data',
      makeDirectory(t),
      '--listen',
      '127.0.0.1:0',
      '--plan',
      file,
    ]);
    assert.equal(status, 2);
    assert.equal(stderr.trim().split('\n').length, 1);
    assert.ok(stderr.includes(file), stderr);
  }
});

test('package and collector with the same plan: what the one accepted and hid, the other takes', async (t) => {
  const { url } = await startCollector(t, { args: ['--plan', writePlan(t)] });
  const { tracker } = await start(t, { plan: await compile(t), endpoint: url });
  assert.equal(
    tracker.track('checkout_completed', { order_id: 'ord_1', note: 'ring twice', contact: 'ada@example.com' }),
    'accepted',
  );
  const counts = await tracker.flush();
  assert.deepEqual(counts, { acknowledged: 1, rejected: 0, dropped: 0, pending: 0 });
  const [event] = await list(url);
  assert.deepEqual(event.properties, { order_id: 'ord_1', contact: '[personal]' });
  assert.equal(event.plan_version, 7);
});

test('the compiled plan of a shop with 50 events has at most 8 KB in brotli', (t) => {
  const file = fileURLToPath(new URL('shop-plan.json', import.meta.url));
  assert.ok(Object.keys(JSON.parse(readFileSync(file, 'utf8')).events).length >= 50);
  const output = join(makeDirectory(t), 'plan.bin');
  execFileSync(binary, ['plan', 'compile', file, '-o', output]);
  const bytes = readFileSync(output);
  const size = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  t.diagnostic(`compiled plan: ${bytes.length} B, in brotli ${size} B`);
  assert.ok(size <= 8192, `${size} B`);
});
