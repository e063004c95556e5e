// What the collector keeps of batches that say little of whom they are from, and that it takes away what says more.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, metric, post, startCollector } from './collector_process.mjs';

const DAY_MS = 864e5;
const instance = '0d6f0d6f0d6f0d6f0d6f0d6f0d6f0d6f';
const today = () => `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;

/** All that is on disk, as one text. */
const bytesOf = (data) =>
  readdirSync(data)
    .map((name) => readFileSync(join(data, name), 'latin1'))
    .join('\n');

const anonymous = (more = {}) => ({
  write_key: 'demo',
  profile: 'anonymous',
  instance_id: instance,
  consent: ['analytics'],
  events: [
    { event_name: 'thing_done', sequence: 1, properties: { n: 1.5, on: true, text: 'canary words' } },
    { event_name: 'thing_done', sequence: 2, properties: {} },
  ],
  ...more,
});

test('anonymous: the day, no instance, no sequence, no free text', async (t) => {
  const { url, data, kill } = await startCollector(t);
  const reports = [{ sequence: 3, reason: 'queue_full', purpose: 'analytics', count: 2 }];
  const { answer } = await post(url, anonymous({ client_reports: reports, metrics: [{ sequence: 4, n: 1 }] }));
  assert.deepEqual(answer, { accepted: 2, duplicate: 0, rejected: [] });
  const rows = await list(url);
  assert.deepEqual(rows[0].properties, { n: 1.5, on: true, text: '[personal]' });
  const [report] = await list(url, { listing: 'reports' });
  for (const row of [...rows, report]) {
    assert.equal(row.received_at, today());
    assert.deepEqual(
      [row.instance_id, row.sequence, row.timestamp, row.sent_at],
      [undefined, undefined, undefined, undefined],
    );
  }
  assert.equal(rows[0].corrected_at, today());
  assert.match(rows[0].event_id, /^00000000-0000-7/, 'no time is in the id');
  await kill('SIGTERM');
  assert.doesNotMatch(bytesOf(data), new RegExp(`${instance}|canary`));
});

test('anonymous: a redelivery is known, also by a collector on another day', async (t) => {
  const first = await startCollector(t);
  const batch = anonymous({ client_reports: [{ sequence: 3, reason: 'expired', count: 1 }] });
  await post(first.url, batch);
  assert.deepEqual((await post(first.url, batch)).answer, { accepted: 0, duplicate: 2, rejected: [] });
  const ids = (await list(first.url)).map(({ event_id }) => event_id);
  await first.kill('SIGTERM');
  // The id has no time in it, so that of the delivery, which is all that a later day changes, takes no part.
  const other = await startCollector(t);
  await post(other.url, batch);
  assert.deepEqual(
    (await list(other.url)).map(({ event_id }) => event_id),
    ids,
  );
  assert.equal((await list(other.url, { listing: 'reports' })).length, 1);
});

test('anonymous: what comes all the same is dropped and counted', async (t) => {
  const { url, data, kill } = await startCollector(t);
  const canary = 'canary-5f3a';
  const time = '2024-11-14T10:23:45.123Z';
  const own = { user_id: canary, anonymous_id: canary, session_id: canary, timestamp: time };
  const { answer } = await post(url, {
    ...anonymous(),
    user_id: canary,
    anonymous_id: canary,
    session_id: canary,
    sent_at: time,
    context: { page: { url: `https://shop.example/${canary}` }, screen: { width: 5 } },
    events: [
      { event_name: 'thing_done', sequence: 1, ...own, event_id: '0193f7c8-7b3a-7000-8000-000000000001' },
      { event_name: 'thing_done', sequence: 2, context: { page: { path: canary }, 'p\u0061ge2': 1 } },
      { event_name: 'bad_one', properties: canary, note: canary },
    ],
  });
  assert.equal(answer.accepted, 2);
  const [one, two] = await list(url);
  assert.deepEqual(one.context, { screen: { width: 5 } });
  assert.deepEqual(two.context, { screen: { width: 5 }, page2: 1 });
  const [rejected] = await list(url, { listing: 'rejected' });
  assert.deepEqual([rejected.received_at, rejected.raw, rejected.reason], [today(), '', 'not_an_object']);
  const stripped = (member) => metric(url, `waymark_stripped_members_total{profile="anonymous",member="${member}"}`);
  for (const member of ['user_id', 'anonymous_id', 'session_id', 'page'])
    assert.equal(await stripped(member), 2, member);
  for (const member of ['timestamp', 'sent_at', 'event_id']) assert.equal(await stripped(member), 1, member);
  await kill('SIGTERM');
  const bytes = bytesOf(data);
  assert.match(bytes, /thing_done/);
  assert.doesNotMatch(bytes, new RegExp(canary));
  assert.equal(bytes.includes(Buffer.from('0193f7c87b3a70008000', 'hex').toString('latin1')), false);
});

test('anonymous: a single event, and with a plan the values that it enumerates', async (t) => {
  const plan = join(makeDirectory(t), 'plan.json');
  const properties = { properties: { size: { enum: ['s', 'm'] }, note: { type: 'string' } } };
  writeFileSync(
    plan,
    JSON.stringify({ name: 'x', version: 1, mode: 'reject', events: { thing_done: { properties } } }),
  );
  const { url } = await startCollector(t, { args: ['--plan', plan] });
  const single = {
    profile: 'anonymous',
    event: 'thing_done',
    userId: 'u1',
    timestamp: 5,
    properties: { size: 's', note: 'x' },
  };
  assert.equal((await post(url, single, { path: '/event' })).answer.accepted, 1);
  const [row] = await list(url);
  assert.deepEqual(row.properties, { size: 's', note: '[personal]' });
  assert.deepEqual([row.user_id, row.timestamp, row.received_at], [undefined, undefined, today()]);
});

for (const mode of ['off', 'warn', 'reject'])
  test(`anonymous: no text passes for one that the plan lists, in the mode ${mode}`, async (t) => {
    const plan = join(makeDirectory(t), 'plan.json');
    // More hidden values than are looked at stand before the one that is to be found.
    const names = Array.from({ length: 70 }, (_, i) => `n${i}`);
    const numbers = Object.fromEntries(names.map((name) => [name, { type: 'number' }]));
    const hidden = Object.fromEntries(names.map((name) => [name, '[personal]']));
    const properties = { properties: { ...numbers, size: { enum: ['s', 'm'] } } };
    writeFileSync(plan, JSON.stringify({ name: 'x', version: 1, mode, events: { thing_done: { properties } } }));
    const { url, data } = await startCollector(t, { args: ['--plan', plan] });
    const events = [
      { event_name: 'thing_done', properties: { size: 'canary' } },
      { event_name: 'thing_done', properties: { ...hidden, size: 'canary' } },
      { event_name: 'thing_done', properties: { size: 's' } },
      { event_name: 'thing_else', properties: { size: 'canary' } },
    ];
    const { answer } = await post(url, { profile: 'anonymous', events });
    assert.deepEqual(
      answer.rejected.map(({ index, reason, path }) => [index, reason, path]),
      [
        [0, 'plan_violation', '/properties/size'],
        [1, 'plan_violation', '/properties/n0'],
        ...(mode === 'reject' ? [[3, 'unplanned_event', '/event_name']] : []),
      ],
    );
    const rows = await list(url);
    assert.deepEqual(
      rows.map(({ properties: { size } }) => size),
      mode === 'reject' ? ['s'] : ['s', '[personal]'],
    );
    assert.doesNotMatch(bytesOf(data), /canary/);
  });

test('a profile that is none is refused', async (t) => {
  const { url } = await startCollector(t);
  for (const profile of ['', 'Anonymous', 'none', 1, {}]) {
    const { status, answer } = await post(url, anonymous({ profile }));
    assert.deepEqual([status, answer.error, answer.path], [400, 'unknown_profile', '/profile']);
  }
  assert.equal((await post(url, anonymous({ profile: null }))).status, 200);
  assert.equal((await post(url, anonymous({ profile: 'full' }))).answer.duplicate, 0);
});

const cookieless = (more = {}) => ({
  write_key: 'demo',
  profile: 'cookieless',
  instance_id: instance,
  sent_at: new Date().toISOString(),
  events: [{ event_name: 'page_viewed', sequence: 7, timestamp: new Date().toISOString() }],
  ...more,
});

test('cookieless: a key for the day instead of ids; no address and no user agent anywhere', async (t) => {
  const collector = await startCollector(t);
  const { url, data } = collector;
  const agents = ['Canary/1.0 (first)', 'Canary/1.0 (second)'];
  for (const [i, agent] of [...agents, agents[0]].entries()) {
    const batch = cookieless({ user_id: 'u1', anonymous_id: 'a1', session_id: 's1', instance_id: `${i}`.repeat(32) });
    assert.equal((await post(url, batch, { headers: { 'user-agent': agent } })).answer.accepted, 1);
  }
  const rows = await list(url);
  const keys = rows.map(({ visitor_key }) => visitor_key);
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
  assert.equal(keys[0], keys[2]);
  assert.notEqual(keys[0], keys[1]);
  for (const { user_id, anonymous_id, session_id, instance_id, sequence } of rows) {
    assert.deepEqual([user_id, anonymous_id, session_id, instance_id, sequence], Array(5).fill(undefined));
  }
  assert.equal(await metric(url, 'waymark_stripped_members_total{profile="cookieless",member="user_id"}'), 3);
  await collector.kill('SIGTERM');
  const files = bytesOf(data);
  assert.doesNotMatch(files, /Canary|127\.0\.0\.1|0{32}|1{32}/);
  assert.equal(collector.stderr(), '');
});

test('cookieless: two days cannot be brought together by what is left', async (t) => {
  const data = makeDirectory(t);
  const file = join(data, 'visitor.salt');
  const visit = async (sequence) => {
    const collector = await startCollector(t, { data });
    await post(collector.url, cookieless({ events: [{ event_name: 'page_viewed', sequence, timestamp: Date.now() }] }));
    const rows = await list(collector.url);
    const salt = readFileSync(file);
    await collector.kill('SIGTERM');
    return { salt, key: rows.at(-1).visitor_key };
  };
  const one = await visit(1);
  assert.equal((await visit(2)).key, one.key, 'a restart on the same day changes nothing');
  // The salt becomes yesterday's.
  const yesterday = Buffer.from(one.salt);
  yesterday.writeBigInt64LE(BigInt(Math.floor(Date.now() / DAY_MS) - 1));
  writeFileSync(file, yesterday);
  const next = await visit(3);
  assert.notEqual(next.key, one.key);
  assert.notDeepEqual(next.salt.subarray(8), one.salt.subarray(8));
  const left = bytesOf(data);
  assert.equal(left.includes(one.salt.subarray(8).toString('latin1')), false, 'the old salt is nowhere');
  assert.equal(left.includes(next.salt.subarray(8).toString('latin1')), true, 'the look would find it');
  assert.equal(left.includes(instance), false);
});

test('cookieless: an idle collector destroys the salt of another day at its start', async (t) => {
  const data = makeDirectory(t);
  writeFileSync(join(data, 'visitor.salt'), Buffer.alloc(40));
  await startCollector(t, { data });
  assert.equal(existsSync(join(data, 'visitor.salt')), false);
});

test('--no-visitor-salt makes no keys and destroys the salt that is there', async (t) => {
  const first = await startCollector(t);
  await post(first.url, cookieless());
  assert.ok(existsSync(join(first.data, 'visitor.salt')));
  await first.kill('SIGTERM');
  const { url, data } = await startCollector(t, { data: first.data, args: ['--no-visitor-salt'] });
  assert.equal(existsSync(join(data, 'visitor.salt')), false);
  await post(url, cookieless({ events: [{ event_name: 'page_viewed' }] }));
  const [before, after] = await list(url);
  assert.ok(before.visitor_key);
  assert.equal(after.visitor_key, undefined);
});

test('--behind-proxy takes the address that the nearest proxy has added, and without it none is believed', async (t) => {
  for (const [args, differ] of [
    [['--behind-proxy'], true],
    [[], false],
  ]) {
    const { url } = await startCollector(t, { args });
    for (const [i, forwarded] of ['198.51.100.7, 192.0.2.1', '192.0.2.1', '192.0.2.1, 192.0.2.2'].entries()) {
      const headers = { 'x-forwarded-for': forwarded, 'user-agent': 'same' };
      await post(url, cookieless({ instance_id: `${i}`.repeat(32) }), { headers });
    }
    const keys = (await list(url)).map(({ visitor_key }) => visitor_key);
    assert.equal(keys[0], keys[1]);
    assert.equal(keys[1] !== keys[2], differ);
  }
});

test('full batches have no visitor key and make no salt', async (t) => {
  const { url, data } = await startCollector(t);
  await post(url, { events: [{ event_name: 'thing_done', visitor_key: 'x' }] });
  assert.equal((await list(url))[0].visitor_key, undefined);
  assert.equal(existsSync(join(data, 'visitor.salt')), false);
});
