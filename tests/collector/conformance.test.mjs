// What the collector does with events that break its plan, and how it says so.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, metric, post, startCollector } from './collector_process.mjs';

const SECTION = { type: 'object', properties: { width: { type: 'integer' } }, required: ['width'] };
const PLAN = {
  name: 'shop',
  version: 7,
  events: {
    order_placed: {
      description: 'd',
      owner: 'o',
      properties: { properties: { value: { type: 'number', minimum: 0 } }, required: ['value'] },
    },
  },
  context: {
    type: 'object',
    properties: { screen: SECTION, page: { properties: { title: { type: 'string', pattern: '^[a-z ]*$' } } } },
    required: ['screen'],
  },
  privacy: { properties: { trail: 'drop' } },
};

async function start(t, mode, plan = PLAN) {
  const file = join(makeDirectory(t), 'plan.json');
  writeFileSync(file, JSON.stringify({ ...plan, mode }));
  return (await startCollector(t, { args: ['--plan', file] })).url;
}

const order = (value, more = {}) => ({ event_name: 'order_placed', properties: { value }, ...more });
const violations = (url, mode, reason) =>
  metric(url, `waymark_plan_violations_total{mode="${mode}",reason="${reason}"}`);

test('in the mode warn all is stored, and what breaks the plan says so', async (t) => {
  const url = await start(t, 'warn');
  const { answer } = await post(url, {
    events: [order(1), order(-1), { event_name: 'thing_done' }, order('x'), order(2)],
  });
  assert.deepEqual(answer, { accepted: 5, duplicate: 0, rejected: [] });
  assert.deepEqual(
    (await list(url)).map((event) => event.plan_violation),
    [
      undefined,
      { reason: 'plan_violation', path: '/properties/value', rule: 'minimum' },
      { reason: 'unplanned_event', path: '/event_name' },
      { reason: 'plan_violation', path: '/properties/value', rule: 'type' },
      undefined,
    ],
  );
  assert.equal(await violations(url, 'warn', 'plan_violation'), 2);
  assert.equal(await violations(url, 'warn', 'unplanned_event'), 1);
});

test('what trackers tell of by themselves is in every plan', async (t) => {
  const experiments = { layout: { variants: { control: 50, wide: 50 } } };
  const url = await start(t, 'reject', { ...PLAN, context: undefined, experiments });
  const events = [
    { event_name: 'metric_recorded', properties: { metrics: { 'api.latency.ms': { count: 1, sum: 2.5 } } } },
    { event_name: 'crash_reported', properties: { signal: 11, frames: [[0, 4096]] } },
    { event_name: 'session_ended', properties: { status: 'abnormal', duration_ms: 12 } },
    { event_name: 'experiment_exposed', properties: { experiment: 'layout', variant: 'wide' } },
  ];
  assert.deepEqual((await post(url, { events })).answer, { accepted: 4, duplicate: 0, rejected: [] });
  const anonymous = { profile: 'anonymous', instance_id: 'a'.repeat(32), consent: ['analytics'] };
  const numbered = events.map((event, i) => ({ ...event, sequence: i + 1 }));
  const { answer } = await post(url, { ...anonymous, events: numbered });
  assert.deepEqual(answer, { accepted: 4, duplicate: 0, rejected: [] });
  const rows = await list(url);
  for (const half of [rows.slice(0, 4), rows.slice(4)]) {
    assert.deepEqual(
      half.map(({ properties }) => properties),
      events.map(({ properties }) => properties),
    );
  }
  const wrong = [
    { event_name: 'session_ended', properties: { status: 'fine' } },
    { event_name: 'experiment_exposed', properties: { experiment: 'layout', variant: 'green' } },
  ];
  const refused = (await post(url, { events: wrong })).answer;
  assert.deepEqual(
    refused.rejected.map(({ reason, path }) => [reason, path]),
    [
      ['plan_violation', '/properties/status'],
      ['plan_violation', '/properties/variant'],
    ],
  );
});

test('a redelivery counts no violation again', async (t) => {
  const url = await start(t, 'warn');
  const batch = {
    instance_id: 'f'.repeat(32),
    events: [order(-1, { sequence: 1, timestamp: '2024-11-14T10:23:45Z' })],
  };
  assert.equal((await post(url, batch)).answer.accepted, 1);
  assert.equal((await post(url, batch)).answer.duplicate, 1);
  assert.equal(await violations(url, 'warn', 'plan_violation'), 1);
});

test('in the mode reject violations are counted too', async (t) => {
  const url = await start(t, 'reject');
  await post(url, { events: [order(-1), { event_name: 'thing_done' }, order(1), { event_name: '' }] });
  assert.equal(await violations(url, 'reject', 'plan_violation'), 1);
  assert.equal(await violations(url, 'reject', 'unplanned_event'), 1);
  assert.equal((await list(url)).length, 1);
});

test('in the mode off nothing is judged', async (t) => {
  const url = await start(t, 'off');
  const { answer } = await post(url, { context: { screen: 1 }, events: [order(-1), { event_name: 'thing_done' }] });
  assert.equal(answer.accepted, 2);
  assert.deepEqual(
    (await list(url)).map((event) => event.plan_violation),
    [undefined, undefined],
  );
  assert.doesNotMatch(await (await fetch(`${url}/metrics`)).text(), /plan_violations_total\{/);
});

test("the context that an event has in the end is judged by the plan's schema for it", async (t) => {
  const url = await start(t, 'reject');
  const { answer } = await post(url, {
    context: { screen: { width: 'wide' } },
    events: [
      order(1),
      order(1, { context: { screen: { width: 320 } } }),
      order(1, { context: { page: { title: 'home' } } }),
      order(1, { context: null }),
      order(-1),
    ],
  });
  assert.equal(answer.accepted, 2);
  const width = { reason: 'plan_violation', path: '/context/screen/width', rule: 'type' };
  assert.deepEqual(answer.rejected, [
    { index: 0, ...width },
    { index: 2, ...width },
    { index: 4, reason: 'plan_violation', path: '/properties/value', rule: 'minimum' },
  ]);
  const stored = await list(url, { listing: 'rejected' });
  assert.deepEqual(
    stored.map(({ path, rule }) => [path, rule]),
    answer.rejected.map(({ path, rule }) => [path, rule]),
  );
  const { answer: missing } = await post(url, {
    context: {},
    events: [order(1), order(1, { context: { screen: {} } })],
  });
  assert.deepEqual(
    missing.rejected.map(({ path, rule }) => [path, rule]),
    [
      ['/context', 'required'],
      ['/context/screen', 'required'],
    ],
  );
  assert.equal((await post(url, { events: [order(1)] })).answer.accepted, 1, 'no context, nothing to judge');
});

test('what privacy hid in a context is no violation', async (t) => {
  const url = await start(t, 'reject', { ...PLAN, context: { ...PLAN.context, required: ['screen', 'trail'] } });
  const context = { screen: { width: 1 }, trail: 'x', page: { title: 'ada@example.com' } };
  for (const batch of [{ context, events: [order(1)] }, { events: [order(1, { context })] }]) {
    assert.deepEqual((await post(url, batch)).answer.rejected, []);
  }
  for (const event of await list(url)) {
    assert.deepEqual(event.context, { screen: { width: 1 }, page: { title: '[email]' } });
  }
});

test("a name is not a planned event's because it could be read as one", async (t) => {
  const url = await start(t, 'reject');
  const names = ['order_placed"x', 'order_place\\u0064', 'order_placed\\'];
  const { answer } = await post(url, { events: names.map((name) => ({ ...order(1), event_name: name })) });
  assert.deepEqual(
    answer.rejected.map(({ reason }) => reason),
    names.map(() => 'unplanned_event'),
  );
});
