import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { list, makeBatch, post, startCollector } from './collector_process.mjs';

test('a batch is stored with what its events share', async (t) => {
  const { url } = await startCollector(t);
  const batch = makeBatch({
    count: 2,
    session_id: 'session-1',
    anonymous_id: 'device-1',
    user_id: 'user_8x92j4k1',
    consent: ['analytics'],
    plan_version: 3,
    app_version: '1.2.3',
    sdk: { name: 'waymark-js', version: '1.0.0' },
    context: { page: { title: 'Shop' }, app: { name: 'shop' } },
  });
  batch.events[1] = {
    ...batch.events[1],
    user_id: 'user_other',
    sample_rate: 0.25,
    purpose: 'marketing',
    context: { page: { title: 'Cart' } },
  };
  const { status, answer } = await post(url, batch);
  assert.equal(status, 200);
  assert.deepEqual(answer, { accepted: 2, duplicate: 0, rejected: [] });

  const [first, second] = await list(url);
  assert.equal(first.seq, 1);
  assert.equal(first.event_name, 'thing_done');
  assert.equal(first.timestamp, batch.events[0].timestamp);
  assert.equal(first.user_id, 'user_8x92j4k1');
  assert.deepEqual(first.consent, ['analytics']);
  assert.equal(first.plan_version, 3);
  assert.deepEqual(first.sdk, batch.sdk);
  assert.deepEqual(first.properties, { number: 1, text: 'some words' });
  assert.deepEqual(first.context, batch.context);
  assert.equal(first.sample_rate, undefined);
  assert.match(first.event_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

  assert.equal(second.user_id, 'user_other', "an event's own value wins");
  assert.equal(second.sample_rate, 0.25);
  assert.equal(second.purpose, 'marketing');
  assert.deepEqual(second.context, { app: { name: 'shop' }, page: { title: 'Cart' } });
});

test('sections of a context are merged, however their names are written', async (t) => {
  const { url } = await startCollector(t);
  await post(
    url,
    '{"context":{"page":{"title":"Shop"},"app":{"name":"x"}},"events":[{"event_name":"a_b","context":{"p\\u0061ge":{"title":"Cart"}}}]}',
  );
  const text = await (await fetch(`${url}/api/events`)).text();
  assert.ok(text.includes('"context":{"app":{"name":"x"},"p\\u0061ge":{"title":"Cart"}}'), text);
});

test('the path of an answer is an RFC 6901 pointer of bounded length', async (t) => {
  const { url } = await startCollector(t);
  const event = (key) => `{"event_name":"a_b","${key}":tru}`;
  const { answer } = await post(url, `{"events":[${event('a/b~c')},${event('k'.repeat(5000))}]}`);
  assert.equal(answer.rejected[0].path, '/a~1b~0c');
  assert.ok(answer.rejected[1].path.length < 200);
});

test('a redelivery is a duplicate, whatever its times say', async (t) => {
  const { url } = await startCollector(t);
  const batch = makeBatch({ count: 3 });
  assert.equal((await post(url, batch)).answer.accepted, 3);
  const again = await post(url, { ...batch, sent_at: '2030-01-01T00:00:00.000Z' });
  assert.deepEqual(again.answer, { accepted: 0, duplicate: 3, rejected: [] });

  const id = '0193A000-0000-4000-8000-00000000ABCD';
  const given = (timestamp) => ({ event_name: 'thing_done', event_id: id, timestamp });
  const twice = await post(url, { events: [given('2024-01-01T00:00:00Z'), given('2025-01-01T00:00:00Z')] });
  assert.deepEqual(twice.answer, { accepted: 1, duplicate: 1, rejected: [] });
  const rows = await list(url);
  assert.equal(rows.length, 4);
  assert.equal(rows.at(-1).event_id, id.toLowerCase());
});

test('the event id is the one that the client can compute', async (t) => {
  const { url } = await startCollector(t);
  // Computed with an independent ChaCha20 (RFC 8439) from the definition in core/text/ids.hpp.
  const { createCipheriv } = await import('node:crypto');
  const instance = '00112233445566778899aabbccddeeff';
  const half = Buffer.from(instance, 'hex');
  const iv = Buffer.concat([Buffer.from([17, 0, 0, 0]), Buffer.from('waymark-id\0\0', 'latin1')]);
  const words = createCipheriv('chacha20', Buffer.concat([half, half]), iv).update(Buffer.alloc(64));
  const time = 1731579825123;
  const hex = time.toString(16).padStart(12, '0');
  const word = (at) => words.readUInt32LE(4 * at);
  const low = (0x7000 | (word(0) & 0xfff)).toString(16);
  const mid = ((0x80000000 | (word(1) & 0x3fffffff)) >>> 0).toString(16).padStart(8, '0');
  const last = word(2).toString(16).padStart(8, '0');
  const expected = `${hex.slice(0, 8)}-${hex.slice(8)}-${low}-${mid.slice(0, 4)}-${mid.slice(4)}${last}`;
  await post(url, {
    instance_id: instance,
    events: [{ event_name: 'thing_done', sequence: 17, timestamp: '2024-11-14T10:23:45.123Z' }],
  });
  assert.equal((await list(url))[0].event_id, expected);
});

test('the good events of a mixed batch are kept, each bad one has a reason and a path', async (t) => {
  const { url } = await startCollector(t);
  const deep = '{"a":'.repeat(12) + '1' + '}'.repeat(12);
  const bad = [
    ['7', 'not_an_object', ''],
    ['{"properties":{}}', 'name_missing', '/event_name'],
    ['{"event_name":""}', 'name_missing', '/event_name'],
    [`{"event_name":"${'n'.repeat(65)}"}`, 'name_too_long', '/event_name'],
    ['{"event_name":5}', 'wrong_type', '/event_name'],
    ['{"event_name":"a_b","properties":[1]}', 'not_an_object', '/properties'],
    ['{"event_name":"a_b","properties":{"x":1,"x":2}}', 'duplicate_key', '/properties/x'],
    ['{"event_name":"a_b","event_name":"a_c"}', 'duplicate_key', '/event_name'],
    ['{"event_name":"a_b","properties":{"x":"\\ud800"}}', 'lone_surrogate', '/properties/x'],
    ['{"event_name":"a_b","other":"\\udc00"}', 'lone_surrogate', '/other'],
    [`{"event_name":"a_b","properties":${deep}}`, 'too_deep', '/properties/a/a/a/a/a/a/a/a'],
    ['{"event_name":"a_b","properties":{"x":tru}}', 'json_syntax', '/properties/x'],
    ['{"event_name":"a_b","properties":{"x":[}]}', 'json_syntax', '/properties/x'],
    [`{"event_name":"a_b","properties":{"x":"${'y'.repeat(33000)}"}}`, 'event_too_large', ''],
    [`{"event_name":"a_b","properties":{"x":"${'y'.repeat(9000)}"}}`, 'string_too_long', '/properties/x'],
    [`{"event_name":"a_b","user_id":"${'u'.repeat(65)}"}`, 'id_too_long', '/user_id'],
    ['{"event_name":"a_b","session_id":{}}', 'wrong_type', '/session_id'],
    ['{"event_name":"a_b","timestamp":"yesterday"}', 'bad_timestamp', '/timestamp'],
    ['{"event_name":"a_b","sequence":-1}', 'out_of_range', '/sequence'],
    ['{"event_name":"a_b","sample_rate":0}', 'out_of_range', '/sample_rate'],
    ['{"event_name":"a_b","consent":"yes"}', 'unknown_purpose', '/consent'],
  ];
  const good = '{"event_name":"good_one","properties":{"n":1}}';
  const invalidUtf8 = Buffer.concat([
    Buffer.from('{"event_name":"a_b","properties":{"x":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}}'),
  ]);
  const parts = [
    Buffer.from(good),
    ...bad.flatMap(([text]) => [Buffer.from(text), Buffer.from(good)]),
    invalidUtf8,
    Buffer.from(good),
  ];
  const body = Buffer.concat([
    Buffer.from('{"events":['),
    ...parts.flatMap((part, i) => (i ? [Buffer.from(','), part] : [part])),
    Buffer.from(']}'),
  ]);
  const { status, answer } = await post(url, body);
  assert.equal(status, 200);
  assert.equal(answer.accepted, bad.length + 2);
  const expected = [...bad.map(([, reason, path]) => [reason, path]), ['not_utf8', '/properties/x']];
  assert.deepEqual(
    answer.rejected.map(({ reason, path }) => [reason, path]),
    expected,
  );
  assert.deepEqual(
    answer.rejected.map(({ index }) => index),
    expected.map((_, i) => 2 * i + 1),
  );

  const kept = await list(url, { listing: 'rejected' });
  assert.deepEqual(
    kept.map(({ reason, path }) => [reason, path]),
    expected,
  );
  assert.equal(kept[6].raw, '{"event_name":"a_b","properties":{"x":1,"x":2}}');
  for (const row of await list(url)) assert.equal(row.event_name, 'good_one');
});

test('personal data does not reach the store, not even with a refused event', async (t) => {
  const { url } = await startCollector(t);
  const { answer } = await post(url, {
    user_id: 'jane.doe@example.com',
    context: { page: { url: 'https://shop.example/x?token=abc&utm_source=news' } },
    events: [
      { event_name: 'form_sent', properties: { note: 'write to jane.doe@example.com', password: 'hunter2' } },
      { event_name: 'bad_one', properties: ['jane.doe@example.com'] },
    ],
  });
  assert.equal(answer.accepted, 1);
  const [row] = await list(url);
  assert.equal(row.user_id, '[email]');
  assert.equal(row.properties.note, 'write to [email]');
  assert.equal(row.properties.password, '[secret]');
  assert.equal(row.context.page.url, 'https://shop.example/x?utm_source=news');
  const [refused] = await list(url, { listing: 'rejected' });
  assert.ok(!refused.raw.includes('jane.doe'), refused.raw);
  assert.ok(refused.raw.includes('bad_one'));
});

test('random ids are kept as they are', async (t) => {
  const { url } = await startCollector(t);
  // The digits alone would pass for a payment card.
  const ids = { anonymous_id: '41111111-1111-4111-8111-111111111111', session_id: '4111111111111111'.repeat(2) };
  await post(url, { ...ids, events: [{ event_name: 'thing_done', user_id: 42 }] });
  const [row] = await list(url);
  assert.equal(row.anonymous_id, ids.anonymous_id);
  assert.equal(row.session_id, ids.session_id);
  assert.equal(row.user_id, '42');
});

test('a shared value that is bad spoils only the events that use it', async (t) => {
  const { url } = await startCollector(t);
  const { answer } = await post(url, {
    user_id: 'u'.repeat(65),
    events: [
      { event_name: 'thing_done' },
      { event_name: 'thing_done', user_id: 'own' },
      { event_name: 'thing_done', user_id: null },
    ],
  });
  assert.equal(answer.accepted, 2);
  assert.deepEqual(answer.rejected, [{ index: 0, reason: 'id_too_long', path: '/user_id' }]);
  assert.deepEqual(
    (await list(url)).map((row) => row.user_id),
    ['own', undefined],
  );
});

test('single events are taken in both spellings, on both paths', async (t) => {
  const { url } = await startCollector(t);
  const ours = { write_key: 'demo', event_name: 'order_paid', properties: { total: 12.5 } };
  const theirs = {
    userId: 'u1',
    event: 'order_paid',
    properties: { total: 12.5 },
    timestamp: '2024-11-14T10:23:45+01:00',
    anonymousId: 'a1',
    messageId: '0193a000-0000-7000-8000-000000000001',
  };
  for (const path of ['/event', '/api/analytics']) {
    assert.deepEqual((await post(url, ours, { path })).answer, { accepted: 1, duplicate: 0, rejected: [] });
  }
  assert.equal((await post(url, theirs, { path: '/event' })).answer.accepted, 1);
  assert.equal((await post(url, theirs, { path: '/api/analytics' })).answer.duplicate, 1);
  const row = (await list(url)).at(-1);
  assert.equal(row.user_id, 'u1');
  assert.equal(row.anonymous_id, 'a1');
  assert.equal(row.timestamp, '2024-11-14T09:23:45.000Z');
  assert.deepEqual(row.properties, { total: 12.5 });

  const refused = await post(url, { event: 'order_paid', properties: 5 }, { path: '/event' });
  assert.equal(refused.status, 400);
  assert.equal(refused.answer.error, 'not_an_object');
  assert.match(refused.answer.message, /\/properties/);
  assert.equal((await post(url, { properties: {} }, { path: '/event' })).answer.error, 'name_missing');
  assert.equal((await list(url, { listing: 'rejected' })).length, 2, 'a refused single event is set apart too');
});

test('numbers and text come out as the bytes that went in', async (t) => {
  const { url } = await startCollector(t);
  const properties =
    '{"big":123456789012345678901234567890,"exact":0.10000000000000000001,"e":1E+2,"text":"\\u00e9\\/ü😀"}';
  await post(
    url,
    `{"events":[{"event_name":"thing_done","user_id":"J\\u00fcrgen \\ud83d\\ude00\\t","properties":${properties}}]}`,
  );
  const text = await (await fetch(`${url}/api/events`)).text();
  assert.ok(text.includes(`"properties":${properties}`), text);
  assert.equal(JSON.parse(text).user_id, 'Jürgen 😀\t');
});

test('an empty batch is accepted, so that it can serve as a probe', async (t) => {
  const { url } = await startCollector(t);
  const { status, answer } = await post(url, { write_key: 'x', events: [] });
  assert.equal(status, 200);
  assert.deepEqual(answer, { accepted: 0, duplicate: 0, rejected: [] });
  assert.equal((await post(url, '{}')).status, 200);
});

test('client reports and metrics are stored once', async (t) => {
  const { url } = await startCollector(t);
  const body = {
    instance_id: 'e'.repeat(32),
    client_reports: [
      { sequence: 5, reason: 'queue_full', purpose: 'analytics', count: 3 },
      { sequence: 6, reason: 'expired', count: 'many' },
    ],
    metrics: [{ sequence: 7, 'api.latency.ms': { count: 2 } }],
  };
  for (let i = 0; i < 2; ++i) assert.equal((await post(url, body)).answer.accepted, 0);
  const reports = await list(url, { listing: 'reports' });
  assert.equal(reports.length, 1);
  assert.equal(reports[0].reason, 'queue_full');
  assert.equal(reports[0].purpose, 'analytics');
  assert.equal(reports[0].count, 3);
  const [refused] = await list(url, { listing: 'rejected' });
  assert.deepEqual([refused.reason, refused.path], ['out_of_range', '/client_reports/1/count']);
});

test('gzip is known by its first bytes, with and without Content-Encoding', async (t) => {
  const { url } = await startCollector(t);
  const zipped = gzipSync(JSON.stringify(makeBatch({ count: 50 })));
  assert.equal((await post(url, zipped)).answer.accepted, 50);
  const named = await post(url, zipped, {
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
  });
  assert.equal(named.answer.duplicate, 50);
  const cut = await post(url, zipped.subarray(0, 100));
  assert.equal(cut.status, 400);
  assert.equal(cut.answer.error, 'bad_gzip');
  const twoMembers = Buffer.concat([gzipSync('{"events":[{"event_name":'), gzipSync('"two_parts"}]}')]);
  assert.equal((await post(url, twoMembers)).answer.accepted, 1);
});

test('a wrong clock is corrected on reading, and nothing is overwritten', async (t) => {
  const { url } = await startCollector(t);
  const hour = 3600_000;
  const wrongNow = Date.now() - 5 * hour;
  const send = (sentMs, eventMs) =>
    post(url, {
      sent_at: new Date(sentMs).toISOString(),
      events: [{ event_name: 'thing_done', timestamp: new Date(eventMs).toISOString() }],
    });
  await send(wrongNow, wrongNow - 1000); // 5 hours behind
  await send(Date.now(), Date.now() - 2 * hour); // right clock, late delivery
  const [behind, late] = await list(url);
  assert.equal(behind.timestamp, new Date(wrongNow - 1000).toISOString());
  assert.equal(Date.parse(behind.corrected_at), Date.parse(behind.received_at) - 1000);
  assert.equal(late.corrected_at, late.timestamp);
});
