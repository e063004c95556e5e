// Who knows the random id that a device had may have all of it deleted, for good and from the files too.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeBatch, metric, post, startCollector } from './collector_process.mjs';

const mine = 'a0c0a4e8-8f5c-45de-a6da-bb25ebf1f851';
const other = 'b0c0a4e8-8f5c-45de-a6da-bb25ebf1f852';
const path = '/api/privacy/erasure';
const bytesOf = (data) =>
  readdirSync(data)
    .map((name) => readFileSync(join(data, name), 'latin1'))
    .join('\n');
const erase = (url, anonymous_id, write_key = 'demo') => post(url, { write_key, anonymous_id }, { path });
const batchOf = (anonymous_id, first, more = {}) =>
  makeBatch({ anonymous_id, first, count: 3, session_id: 's1', ...more });

test('all events of the id go, from the feed and from the files; others stay', async (t) => {
  const { url, data, kill } = await startCollector(t);
  for (const first of [1, 10]) await post(url, batchOf(mine, first));
  await post(url, batchOf(other, 20));
  await post(url, {
    events: [
      { event_name: 'own_id', anonymous_id: mine },
      { event_name: '', anonymous_id: mine },
    ],
  });
  assert.equal((await list(url)).length, 10);
  assert.match(bytesOf(data), new RegExp(mine), 'the look would find it');

  // Those without the write key of the request stay: they are another project's.
  const { status, answer, headers } = await erase(url, mine);
  assert.equal(status, 200);
  assert.deepEqual(answer, { erased: 7 });
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.deepEqual((await erase(url, mine, '')).answer, { erased: 1 });
  assert.deepEqual([...new Set((await list(url)).map(({ anonymous_id }) => anonymous_id))], [other]);
  assert.deepEqual(await list(url, { listing: 'rejected' }), [], 'what was refused and names the id goes too');
  assert.doesNotMatch(bytesOf(data), new RegExp(mine), 'not even in what is left of the log');
  assert.deepEqual((await erase(url, mine)).answer, { erased: 0 }, 'a second time finds nothing');
  assert.equal(await metric(url, 'waymark_erasures_total'), 3);
  assert.equal(await metric(url, 'waymark_events_erased_total'), 8);
  await kill('SIGTERM');
  const after = bytesOf(data);
  assert.doesNotMatch(after, new RegExp(mine));
  assert.match(after, new RegExp(other));
});

test('what comes later under the id is refused, in redeliveries and new batches, after a restart too', async (t) => {
  const first = await startCollector(t);
  await post(first.url, batchOf(mine, 1));
  await erase(first.url, mine);
  const reason = (index) => ({ index, reason: 'erased', path: '/anonymous_id' });
  assert.deepEqual((await post(first.url, batchOf(mine, 1))).answer, {
    accepted: 0,
    duplicate: 0,
    rejected: [reason(0), reason(1), reason(2)],
  });
  await first.kill('SIGKILL');
  const { url } = await startCollector(t, { data: first.data });
  const mixed = { write_key: 'demo', anonymous_id: mine };
  mixed.events = [
    { event_name: 'thing_done' },
    { event_name: 'thing_done', anonymous_id: other },
    { event_name: '' },
    { event_name: 'thing_done' },
  ];
  const { answer } = await post(url, mixed);
  assert.equal(answer.accepted, 1);
  assert.deepEqual(
    answer.rejected.map(({ index, reason }) => [index, reason]),
    [
      [0, 'erased'],
      [2, 'name_missing'],
      [3, 'erased'],
    ],
  );
  assert.equal(await metric(url, 'waymark_events_rejected_total{reason="erased"}'), 2);
  const single = { write_key: 'demo', anonymousId: mine, event: 'thing_done' };
  const alone = await post(url, single, { path: '/event' });
  assert.deepEqual([alone.status, alone.answer.error], [400, 'erased']);
  assert.equal((await post(url, batchOf(mine, 1, { write_key: 'shop' }))).answer.accepted, 3, 'of another write key');
  assert.equal((await list(url)).length, 4);
});

test('an id that was never seen is refused from then on', async (t) => {
  const { url } = await startCollector(t);
  assert.deepEqual((await erase(url, mine)).answer, { erased: 0 });
  assert.equal((await post(url, batchOf(mine, 1))).answer.rejected.length, 3);
});

test('an erasure among batches: those before are deleted, those after refused', async (t) => {
  const { url } = await startCollector(t, { args: ['--group-wait-ms', '50'] });
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, (_, i) => post(url, batchOf(mine, 1 + 3 * i))),
    erase(url, mine),
    ...Array.from({ length: 20 }, (_, i) => post(url, batchOf(mine, 1 + 3 * i))),
  ]);
  const erased = answers.reduce((sum, { answer }) => sum + (answer.erased ?? 0), 0);
  const accepted = answers.reduce((sum, { answer }) => sum + (answer.accepted ?? 0), 0);
  assert.equal(erased, accepted, 'nothing that was acknowledged is left');
  assert.deepEqual(await list(url), []);
});

test('what is acknowledged as erased is gone after kill -9', async (t) => {
  let data;
  for (let round = 0; round < 4; ++round) {
    const collector = await startCollector(t, { data });
    data ??= collector.data;
    const id = `${round}0c0a4e8-8f5c-45de-a6da-bb25ebf1f851`;
    await post(collector.url, batchOf(id, 1, { instance: `${round}`.repeat(32) }));
    assert.deepEqual((await erase(collector.url, id)).answer, { erased: 3 });
    await collector.kill('SIGKILL');
    const next = await startCollector(t, { data });
    assert.deepEqual(await list(next.url), []);
    assert.equal((await post(next.url, batchOf(id, 50))).answer.accepted, 0);
    await next.kill('SIGTERM');
    assert.doesNotMatch(bytesOf(data), new RegExp(id));
  }
});

test('seq goes on, so that an export that was under way misses nothing', async (t) => {
  const { url } = await startCollector(t);
  await post(url, batchOf(mine, 1));
  await erase(url, mine);
  await post(url, batchOf(other, 10));
  assert.deepEqual(
    (await list(url)).map(({ seq }) => seq),
    [4, 5, 6],
  );
});

test('only a random id is proof, and a known write key is asked for', async (t) => {
  const { url } = await startCollector(t, { args: ['--write-key', 'demo'] });
  for (const id of ['', 'ann', 5, null, undefined, {}, `${mine}0`, mine.slice(1)]) {
    const { status, answer } = await erase(url, id);
    assert.deepEqual([status, answer.error, answer.path], [400, 'bad_anonymous_id', '/anonymous_id'], `${id}`);
  }
  assert.equal((await erase(url, mine, 'unknown')).status, 401);
  assert.equal((await post(url, { anonymous_id: mine }, { path })).status, 401);
  for (const body of ['', '[]', '{', `{"anonymous_id":"${mine}","anonymous_id":"${mine}"}`]) {
    assert.equal((await post(url, body, { path })).status, 400, body);
  }
  assert.equal((await fetch(url + path)).status, 405);
  const preflight = await fetch(url + path, { method: 'OPTIONS' });
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST, OPTIONS');
});

test('erasures are limited in their rate', async (t) => {
  const { url } = await startCollector(t);
  const answers = await Promise.all(Array.from({ length: 60 }, () => erase(url, mine)));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 20, `${refused.length} of 60 were refused`);
  assert.ok(Number(refused[0].headers.get('retry-after')) >= 1);
  assert.equal(answers.filter(({ status }) => status === 200).length, 60 - refused.length);
  assert.equal((await post(url, batchOf(other, 1))).status, 200, 'events go on');
});
