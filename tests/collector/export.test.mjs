import assert from 'node:assert/strict';
import test from 'node:test';
import { list, makeBatch, post, startCollector } from './collector_process.mjs';

test('events are listed in order of arrival, page by page, each once', async (t) => {
  const { url } = await startCollector(t);
  const batches = Array.from({ length: 20 }, (_, i) => makeBatch({ first: 1 + i * 50, count: 50 }));
  await Promise.all(batches.map((batch) => post(url, batch)));
  const rows = await list(url, { limit: 77 });
  assert.equal(rows.length, 1000);
  assert.deepEqual(
    rows.map((row) => row.seq),
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  assert.equal(new Set(rows.map((row) => row.event_id)).size, 1000);
  const response = await fetch(`${url}/api/events?after=990`);
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  assert.equal((await response.text()).trimEnd().split('\n').length, 10);
  assert.equal(await (await fetch(`${url}/api/events?after=1000`)).text(), '');
});

test('a page is bounded by rows and by bytes', async (t) => {
  const { url } = await startCollector(t);
  const filler = Array.from({ length: 3 }, () => 'x'.repeat(8000)).reduce(
    (all, text, i) => ({ ...all, [`k${i}`]: text }),
    {},
  );
  for (let i = 0; i < 12; ++i) {
    await post(url, { events: Array.from({ length: 40 }, () => ({ event_name: 'big_one', properties: filler })) });
  }
  const page = await (await fetch(`${url}/api/events?limit=10000`)).text();
  assert.ok(page.length > 7 * 1024 * 1024 && page.length < 9 * 1024 * 1024, `${page.length} bytes`);
  assert.ok(page.endsWith('}\n'));
  assert.equal((await list(url)).length, 480, 'the rest is on the next pages');
});

test('a cursor that makes no sense is refused', async (t) => {
  const { url } = await startCollector(t);
  for (const query of ['after=x', 'after=-1', 'limit=0', 'limit=10001', 'limit=1e3', 'after=99999999999999999999']) {
    const response = await fetch(`${url}/api/events?${query}`);
    assert.equal(response.status, 400, query);
    assert.equal((await response.json()).error, 'out_of_range');
  }
});

test('seq goes on after a restart', async (t) => {
  const first = await startCollector(t);
  await post(first.url, makeBatch({ count: 3 }));
  assert.equal((await first.kill('SIGTERM')).status, 0);
  const second = await startCollector(t, { data: first.data });
  await post(second.url, makeBatch({ first: 10, count: 2 }));
  assert.deepEqual(
    (await list(second.url)).map((row) => row.seq),
    [1, 2, 3, 4, 5],
  );
});
