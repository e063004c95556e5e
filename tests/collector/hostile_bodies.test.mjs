// Any byte string as a body: a clear answer, no crash, and the collector goes on working.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { list, makeBatch, post, seededRandom, startCollector } from './collector_process.mjs';

const seed = Number(process.env.WAYMARK_SEED ?? 1);

async function expectClear(url, body, path, note) {
  const response = await fetch(url + path, { method: 'POST', body });
  const text = await response.text();
  assert.ok(response.status >= 200 && response.status < 500, `${note}: ${response.status} ${text}`);
  const answer = JSON.parse(text);
  if (response.status >= 400) {
    assert.equal(typeof answer.error, 'string', note);
    assert.ok(answer.message.length > 10, note);
  } else {
    assert.ok(Number.isInteger(answer.accepted) && Array.isArray(answer.rejected), note);
  }
}

function mutate(bytes, random) {
  const out = Buffer.from(bytes);
  const pick = (bound) => Math.floor(random() * bound);
  const odd = Buffer.from('{}[]",:\\\u0000\u00ff0-eE.u');
  for (let changes = 1 + pick(4); changes > 0; --changes) {
    const at = pick(out.length);
    switch (pick(4)) {
      case 0:
        out[at] = pick(256);
        break;
      case 1:
        out[at] = odd[pick(odd.length)];
        break;
      case 2:
        out.copyWithin(at, pick(out.length), pick(out.length));
        break;
      default:
        return out.subarray(0, at);
    }
  }
  return out;
}

test('random and mutated bodies are answered, none is lost in between', { timeout: 120_000 }, async (t) => {
  const { url, isAlive } = await startCollector(t, { args: ['--events-per-second', '1000000'] });
  const random = seededRandom(seed);
  const rich = Buffer.from(
    JSON.stringify({
      ...makeBatch({ count: 3, consent: ['analytics'], context: { page: { url: 'https://a.example/?q=1' } } }),
      client_reports: [{ sequence: 9, reason: 'expired', purpose: 'analytics', count: 1 }],
      metrics: [{ sequence: 10, name: 'x' }],
    }).replace('some words', 'w\\u00e9\\ud83d\\ude00 ü'),
  );
  const single = Buffer.from(
    '{"userId":"u","event":"a_b","properties":{"k":[1,2,{"z":null}]},"timestamp":"2024-11-14T10:23:45Z"}',
  );
  const zipped = gzipSync(rich);
  for (let round = 0; round < 1500; ++round) {
    const kind = round % 5;
    const path = ['/api/analytics/batch', '/event', '/api/analytics'][Math.floor(random() * 3)];
    let body;
    if (kind === 0)
      body = Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
    else body = mutate([rich, single, zipped, rich][kind - 1], random);
    await expectClear(url, body, path, `seed ${seed}, round ${round}, ${path}: ${body.toString('base64')}`);
  }
  assert.ok(isAlive());
  const { answer } = await post(url, makeBatch({ instance: '1'.repeat(32), count: 2 }));
  assert.deepEqual(answer, { accepted: 2, duplicate: 0, rejected: [] });
  for (const row of await list(url)) assert.equal(typeof row.event_name, 'string'); // every stored line is JSON
  await list(url, { listing: 'rejected' });
});

test('bodies that are easy to get wrong', async (t) => {
  const { url, isAlive } = await startCollector(t);
  const nested = (open, close, depth) => open.repeat(depth) + close.repeat(depth);
  const bodies = {
    empty: '',
    space: ' \n\t',
    null: 'null',
    number: '1',
    text: '"events"',
    array: '[]',
    'open object': '{',
    'open string': '{"events":["',
    'lone backslash': '{"events":["\\',
    'two objects': '{}{}',
    'zero bytes': '\0'.repeat(100),
    'byte order mark': '\ufeff{}',
    'only gzip magic': Buffer.from([0x1f, 0x8b]),
    'deep arrays': nested('[', ']', 500_000),
    'deep events': `{"events":${nested('[', ']', 400_000)}}`,
    'deep properties': `{"events":[{"event_name":"a_b","properties":${nested('{"a":', '}', 3000).replace('{"a":}', '{}')}}]}`,
    'events twice': '{"events":[],"events":[]}',
    'events is an object': '{"events":{}}',
    'events is text': '{"events":"[]"}',
    'write key is an array': '{"write_key":[],"events":[]}',
    'bad sent_at': '{"sent_at":"now","events":[]}',
    'bad instance_id': '{"instance_id":7,"events":[]}',
    'escaped member name': '{"\\u0065vents":[]}',
    'broken member name': '{"\\ud800":1}',
    'trailing comma': '{"events":[{"event_name":"a_b"},]}',
    'comma only': '{"events":[,]}',
    'no colon': '{"events"[]}',
    'many keys': `{"events":[{"event_name":"a_b","properties":{${Array.from({ length: 2000 }, (_, i) => `"k${i}":1`)}}}]}`,
    'huge numbers': '{"events":[{"event_name":"a_b","sequence":1e999,"timestamp":1e999,"sample_rate":1e-999}]}',
  };
  for (const [name, body] of Object.entries(bodies)) await expectClear(url, body, '/api/analytics/batch', name);
  assert.ok(isAlive());
  assert.equal((await post(url, bodies['escaped member name'])).status, 200);
  assert.equal((await post(url, bodies['events twice'])).answer.error, 'duplicate_key');
  assert.equal((await post(url, bodies['bad sent_at'])).answer.path, '/sent_at');
});
