import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeBatch, metric, post, startCollector } from './collector_process.mjs';

test('a ping is stored without anything that tells who sent it', async (t) => {
  const { url } = await startCollector(t, { args: ['--tool', 'cli', '--tool', 'lsp'] });
  const response = await fetch(`${url}/t?t=cli&e=search&v=1.0.0&os=linux&n=5&ms=45`, {
    headers: { 'user-agent': 'secret-agent', cookie: 'a=b' },
  });
  assert.equal(response.status, 204);
  assert.equal(await response.text(), '');
  assert.equal((await fetch(`${url}/t?t=lsp&e=completion_shown`)).status, 204);
  const rows = await list(url);
  assert.deepEqual(Object.keys(rows[0]), [
    'seq',
    'event_id',
    'event_name',
    'received_at',
    'corrected_at',
    'app_version',
    'properties',
  ]);
  assert.equal(rows[0].event_name, 'search');
  assert.deepEqual(rows[0].properties, { tool: 'cli', os: 'linux', count: 5, duration_ms: 45 });
  assert.deepEqual(rows[1].properties, { tool: 'lsp' });
  for (const [query, status] of [
    ['t=other&e=search', 403],
    ['e=search', 403],
    ['t=cli', 400],
    ['t=cli&e=Not%20a%20verb', 400],
    ['t=cli&e=search&n=-1', 400],
    ['t=cli&e=search&ms=x', 400],
    [`t=cli&e=search&os=${'x'.repeat(33)}`, 400],
    ['t=cli&e=search&v=a@b.example', 400],
  ]) {
    const refused = await fetch(`${url}/t?${query}`);
    assert.equal(refused.status, status, query);
    assert.equal(typeof (await refused.json()).error, 'string');
  }
  assert.equal((await list(url)).length, 2);
});

test('without --tool no ping is taken', async (t) => {
  const { url } = await startCollector(t);
  assert.equal((await fetch(`${url}/t?t=cli&e=search`)).status, 403);
});

test('pings of one tool are limited', async (t) => {
  const { url } = await startCollector(t, { args: ['--tool', 'cli'] });
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => (await fetch(`${url}/t?t=cli&e=search`)).status),
  );
  const taken = statuses.filter((status) => status === 204).length;
  const refused = statuses.filter((status) => status === 429).length;
  assert.equal(taken + refused, 200);
  assert.ok(taken >= 100 && refused > 0, `${taken} taken, ${refused} refused`);
});

test('no address and no user agent is in the files of the store', async (t) => {
  const { url, data, kill } = await startCollector(t, { args: ['--tool', 'cli'] });
  await fetch(`${url}/t?t=cli&e=search`, {
    headers: { 'user-agent': 'secret-agent', 'x-forwarded-for': '203.0.113.77' },
  });
  await post(url, makeBatch(), { headers: { 'user-agent': 'secret-agent', 'x-forwarded-for': '203.0.113.77' } });
  await kill('SIGTERM');
  const bytes = readFileSync(join(data, 'events.db'), 'latin1');
  assert.ok(bytes.includes('thing_done'));
  for (const trace of ['secret-agent', '203.0.113.77', '127.0.0.1']) assert.ok(!bytes.includes(trace), trace);
});

test('metrics are Prometheus text and count what happened', async (t) => {
  const { url } = await startCollector(t);
  await post(url, { ...makeBatch({ count: 2 }) });
  await post(url, { ...makeBatch({ count: 2 }) });
  await post(url, { events: [{ event_name: 'a_b', properties: 1 }, 5] });
  await post(url, '{');
  const response = await fetch(`${url}/metrics`);
  assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const line = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? \S+)$/;
  for (const one of text.trimEnd().split('\n')) assert.match(one, line);
  assert.equal(await metric(url, 'waymark_events_total{result="accepted"}'), 2);
  assert.equal(await metric(url, 'waymark_events_total{result="duplicate"}'), 2);
  assert.equal(await metric(url, 'waymark_events_rejected_total{reason="not_an_object"}'), 2);
  assert.equal(await metric(url, 'waymark_http_requests_total{route="/api/analytics/batch",status="200"}'), 3);
  assert.equal(await metric(url, 'waymark_http_requests_total{route="/api/analytics/batch",status="400"}'), 1);
  assert.equal(await metric(url, 'waymark_commit_seconds_count'), 3);
  assert.equal(await metric(url, 'waymark_queue_events'), 0);
  assert.equal(await metric(url, 'waymark_last_seq'), 2);
});
