import assert from 'node:assert/strict';
import test from 'node:test';
import { makeBatch, metric, post, startCollector } from './collector_process.mjs';

/** Reads server-sent events until `enough(events)`; returns them. */
async function follow(url, { headers = {}, query = '', enough, timeoutMs = 5000 }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const response = await fetch(`${url}/api/live${query}`, { headers, signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events = [];
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        if (fields.event) events.push({ ...fields, data: JSON.parse(fields.data) });
      }
      if (enough(events)) break;
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  return events;
}

const ofKind = (events, kind) => events.filter((one) => one.event === kind);

test('events appear as they are stored, rejected ones with their reason', async (t) => {
  const { url } = await startCollector(t);
  await post(url, makeBatch({ count: 2 }));
  const following = follow(url, {
    enough: (events) => ofKind(events, 'event').length >= 5 && ofKind(events, 'rejected').length >= 1,
  });
  while ((await metric(url, 'waymark_live_clients')) < 1) await new Promise((go) => setTimeout(go, 10));
  await post(url, makeBatch({ first: 10, count: 3 }));
  await post(url, { events: [{ event_name: 'a_b', properties: 1 }] });
  const events = await following;
  assert.deepEqual(
    ofKind(events, 'event').map((one) => one.data.seq),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(
    ofKind(events, 'event').map((one) => one.id),
    ['1', '2', '3', '4', '5'],
  );
  assert.equal(ofKind(events, 'event')[0].data.event_name, 'thing_done');
  assert.equal(ofKind(events, 'rejected')[0].data.reason, 'not_an_object');
  assert.equal(ofKind(events, 'rejected')[0].id, undefined, 'only events move the cursor');
});

test('a view that comes back goes on where it was', async (t) => {
  const { url } = await startCollector(t);
  for (let i = 0; i < 3; ++i) await post(url, makeBatch({ first: 1 + 200 * i, count: 200 }));
  const events = await follow(url, {
    headers: { 'last-event-id': '350' },
    enough: (all) => ofKind(all, 'event').length >= 250,
  });
  assert.deepEqual(
    ofKind(events, 'event').map((one) => one.data.seq),
    Array.from({ length: 250 }, (_, i) => 351 + i),
  );
  const fresh = await follow(url, { enough: (all) => ofKind(all, 'event').length >= 100 });
  assert.equal(ofKind(fresh, 'event')[0].data.seq, 501, 'a new view opens with the latest hundred');
});

test('where to go on may stand in the address; the header is the later word', async (t) => {
  const { url } = await startCollector(t);
  await post(url, makeBatch({ count: 9 }));
  const firstOf = async (options) =>
    ofKind(await follow(url, { ...options, enough: (all) => ofKind(all, 'event').length > 0 }), 'event')[0].data.seq;
  assert.equal(await firstOf({ query: '?after=4' }), 5);
  assert.equal(await firstOf({ query: '?after=4', headers: { 'last-event-id': '7' } }), 8);
  assert.equal(
    await firstOf({ query: '?after=x', headers: { 'last-event-id': '-1' } }),
    1,
    'what is no seq is passed over',
  );
});

test('a view that comes from another store begins anew', async (t) => {
  const { url } = await startCollector(t);
  await post(url, makeBatch({ count: 3 }));
  const events = await follow(url, {
    headers: { 'last-event-id': '5000' },
    enough: (all) => ofKind(all, 'event').length >= 3,
  });
  assert.deepEqual(
    ofKind(events, 'event').map((one) => one.data.seq),
    [1, 2, 3],
  );
});

test('HEAD tells what a stream would be and opens none', async (t) => {
  const { url } = await startCollector(t);
  const response = await fetch(`${url}/api/live`, { method: 'HEAD' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(await metric(url, 'waymark_live_clients'), 0);
});

test('a view that is too far behind skips ahead and is told', { timeout: 60_000 }, async (t) => {
  const { url } = await startCollector(t, { args: ['--events-per-second', '1000000'] });
  for (let i = 0; i < 22; ++i) await post(url, makeBatch({ first: 1 + 500 * i, count: 500 }));
  const events = await follow(url, {
    headers: { 'last-event-id': '1' },
    enough: (all) => ofKind(all, 'event').length >= 100,
  });
  assert.deepEqual(ofKind(events, 'skipped')[0].data, { from: 2, to: 10_900 });
  assert.equal(ofKind(events, 'event')[0].data.seq, 10_901);
});

test('totals follow', async (t) => {
  const { url } = await startCollector(t);
  await post(url, makeBatch({ count: 4 }));
  await post(url, makeBatch({ count: 1 }));
  const events = await follow(url, { enough: (all) => ofKind(all, 'totals').length > 0 });
  assert.deepEqual(ofKind(events, 'totals')[0].data, { accepted: 4, duplicate: 1, rejected: 0 });
});

test('views beyond the bound are refused, closed ones make room', { timeout: 30_000 }, async (t) => {
  const { url } = await startCollector(t);
  const aborts = [];
  t.after(() => aborts.forEach((abort) => abort.abort()));
  const open = async () => {
    const abort = new AbortController();
    aborts.push(abort);
    return (await fetch(`${url}/api/live`, { signal: abort.signal })).status;
  };
  for (let i = 0; i < 64; ++i) assert.equal(await open(), 200);
  assert.equal(await open(), 503);
  const refused = await fetch(`${url}/api/live`);
  assert.equal((await refused.json()).error, 'too_many_views');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  for (const abort of aborts.splice(0, 32)) abort.abort();
  while ((await metric(url, 'waymark_live_clients')) > 40) await new Promise((go) => setTimeout(go, 50));
  assert.equal(await open(), 200);
});

test('the page allows no script, style or connection but its own', async (t) => {
  const { url } = await startCollector(t);
  const page = await fetch(`${url}/live`);
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.ok(!policy.includes('unsafe'));
  const html = await page.text();
  assert.ok(!/<script(?![^>]*src=)/.test(html) && !/ style=/.test(html) && !/ on[a-z]+=/.test(html));
  for (const [path, type] of [
    ['/live/live.js', /^text\/javascript/],
    ['/live/live.css', /^text\/css/],
    ['/live/icon.svg', /^image\/svg/],
  ]) {
    const asset = await fetch(url + path);
    assert.equal(asset.status, 200);
    assert.match(asset.headers.get('content-type'), type);
  }
  const script = await (await fetch(`${url}/live/live.js`)).text();
  assert.ok(!/innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(script));
});

test('SIGTERM ends open streams', async (t) => {
  const { url, kill } = await startCollector(t);
  await post(url, makeBatch());
  const following = follow(url, { enough: () => false, timeoutMs: 20_000 });
  while ((await metric(url, 'waymark_live_clients')) < 1) await new Promise((go) => setTimeout(go, 10));
  const began = performance.now();
  assert.equal((await kill('SIGTERM')).status, 0);
  assert.ok(performance.now() - began < 5000);
  await following.catch(() => {});
});
