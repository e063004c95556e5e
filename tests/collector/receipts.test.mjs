// Receipts of consent at the collector: what verifies is kept for good, what is odd is flagged, what was changed is seen.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { list, makeDirectory, metric, post, run, startCollector } from './collector_process.mjs';

const canonical = (value) =>
  Array.isArray(value)
    ? `[${value.map(canonical)}]`
    : value && typeof value === 'object'
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`
      : JSON.stringify(value);

/** A receipt, as docs/receipts.md says; `more` replaces members before it is hashed. */
function makeReceipt(subject, previous = '', more = {}) {
  const receipt = {
    version: 1,
    receipt_id: randomUUID(),
    subject,
    at: '2024-11-14T10:23:45.123Z',
    choices: { necessary: 'granted', analytics: 'granted', marketing: 'denied' },
    source: 'user',
    is_withdrawal: false,
    notice: { hash: 'c'.repeat(64), locale: 'pt-BR', variant: 'banner é' },
    policy_version: '2',
    mode: 'opt-in',
    signals: ['gpc'],
    host: 'shop.example',
    sdk_version: 'waymark-js/0.1.0',
    epoch: 1,
    previous,
    ...more,
  };
  return { ...receipt, hash: createHash('sha256').update(canonical(receipt)).digest('hex') };
}

function makeChain(count, subject = randomUUID()) {
  const chain = [];
  for (let i = 0; i < count; ++i) chain.push(makeReceipt(subject, chain.at(-1)?.hash, { epoch: i + 1 }));
  return chain;
}

const send = (url, ...receipts) => post(url, { write_key: 'demo', receipts }, { path: '/api/consent' });
const chainOf = async (url, subject) => (await fetch(`${url}/api/consent/receipts?subject=${subject}`)).json();
const listing = (url, more) => list(url, { listing: 'consent/receipts', ...more });

test('a chain is kept in order and given back as it came, to who knows the subject', async (t) => {
  const { url } = await startCollector(t, { args: ['--read-key', 'secret', '--write-key', 'demo'] });
  const chain = makeChain(3);
  const [stranger] = makeChain(1);
  assert.deepEqual((await send(url, chain[0], chain[1])).answer, { accepted: 2, duplicate: 0, rejected: [] });
  await send(url, stranger);
  assert.deepEqual((await send(url, ...chain)).answer, { accepted: 1, duplicate: 2, rejected: [] });
  const { headers } = await fetch(`${url}/api/consent/receipts?subject=${chain[0].subject}`);
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.deepEqual(await chainOf(url, chain[0].subject), chain);
  assert.deepEqual(await chainOf(url, randomUUID()), []);
  assert.equal((await fetch(`${url}/api/consent/receipts`)).status, 401);
  const rows = await listing(url, { key: 'secret', limit: 2 });
  assert.deepEqual(
    rows.map(({ seq, flag, receipt }) => [seq, flag, receipt.hash]),
    [chain[0], chain[1], stranger, chain[2]].map(({ hash }, i) => [i + 1, undefined, hash]),
  );
  assert.ok(Math.abs(Date.parse(rows[0].received_at) - Date.now()) < 60_000);
  assert.equal(await metric(url, 'waymark_receipts_total{place="next"}'), 4);
  for (const subject of ['ann', '', "' OR 1=1"]) {
    const refused = await fetch(`${url}/api/consent/receipts?subject=${encodeURIComponent(subject)}`);
    assert.equal(refused.status, 400);
  }
});

test('a gap or a fork is stored and flagged, so that evidence is not lost', async (t) => {
  const { url } = await startCollector(t);
  const [one, two, three] = makeChain(3);
  const rival = makeReceipt(one.subject, one.hash);
  const fresh = makeReceipt(one.subject);
  await send(url, one);
  assert.deepEqual((await send(url, three)).answer, { accepted: 1, duplicate: 0, rejected: [] });
  await send(url, two, rival, fresh);
  assert.deepEqual(
    (await listing(url)).map(({ flag }) => flag),
    [undefined, 'gap', 'fork', 'fork', 'fork'],
  );
  assert.equal(await metric(url, 'waymark_receipts_total{place="flagged"}'), 4);
  const [late] = makeChain(2).slice(1);
  await send(url, late);
  assert.equal((await listing(url)).at(-1).flag, 'gap', 'the first of a subject that follows what is not here');
});

test('what does not verify is refused with the reason, and its neighbours are kept', async (t) => {
  const { url } = await startCollector(t);
  const [one, two] = makeChain(2);
  const changed = { ...one, receipt_id: randomUUID() };
  const twin = makeReceipt(one.subject, one.hash, { receipt_id: one.receipt_id });
  const { answer } = await send(url, one, changed, { ...two, email: 'ann@shop.example' }, 5, two, twin);
  assert.equal(answer.accepted, 2);
  assert.deepEqual(answer.rejected, [
    { index: 1, reason: 'hash_mismatch', path: '/hash' },
    { index: 2, reason: 'bad_receipt', path: '/email' },
    { index: 3, reason: 'bad_receipt', path: '' },
    { index: 5, reason: 'receipt_id_reused', path: '/receipt_id' },
  ]);
  const none = await send(url, changed);
  assert.deepEqual([none.status, none.answer.accepted, none.answer.rejected.length], [200, 0, 1]);
});

test('bodies that are none, too many, and unknown keys are refused', async (t) => {
  const { url } = await startCollector(t, { args: ['--write-key', 'demo'] });
  const path = '/api/consent';
  for (const body of ['', '{}', '{"write_key":"demo"}', '{"write_key":"demo","receipts":{}}', '[']) {
    const { status, answer } = await post(url, body, { path });
    assert.deepEqual([status, answer.error], [400, body === '[' || !body ? 'json_syntax' : answer.error], body);
  }
  const many = await post(url, { write_key: 'demo', receipts: Array(101).fill(1) }, { path });
  assert.deepEqual([many.status, many.answer.error], [413, 'too_many_receipts']);
  assert.equal((await post(url, { write_key: 'other', receipts: [] }, { path })).status, 401);
  assert.deepEqual((await send(url)).answer, { accepted: 0, duplicate: 0, rejected: [] });
  assert.equal((await fetch(url + path)).status, 405);
});

test('a subject has at most 1000', async (t) => {
  const { url } = await startCollector(t);
  const chain = makeChain(1001);
  for (let at = 0; at < 1000; at += 100) await send(url, ...chain.slice(at, at + 100));
  const { answer } = await send(url, chain[1000]);
  assert.deepEqual(answer.rejected, [{ index: 0, reason: 'too_many_receipts', path: '/subject' }]);
  assert.equal((await chainOf(url, chain[0].subject)).length, 1000);
});

test('receipts survive kill -9 and an erasure, and cannot be changed or deleted in the store', async (t) => {
  const first = await startCollector(t);
  const chain = makeChain(2);
  await send(first.url, ...chain);
  await first.kill('SIGKILL');
  const { url, data } = await startCollector(t, { data: first.data });
  await post(url, { write_key: 'demo', anonymous_id: chain[0].subject }, { path: '/api/privacy/erasure' });
  assert.deepEqual(await chainOf(url, chain[0].subject), chain);
  for (const sql of ['DELETE FROM receipts', "UPDATE receipts SET flag='x'"]) {
    assert.throws(() => execFileSync('sqlite3', [join(data, 'events.db'), sql], { stdio: 'pipe' }), /only added/);
  }
});

test('waymark receipts verify: 0 for exports and listings as they are', async (t) => {
  const { url } = await startCollector(t);
  const [one, two] = [makeChain(3), makeChain(2)];
  await send(url, one[0], two[0], one[1], two[1], one[2]);
  const file = join(makeDirectory(t), 'receipts');
  const verify = async (text) => {
    writeFileSync(file, text);
    return run(['receipts', 'verify', file]);
  };
  const chain = await (await fetch(`${url}/api/consent/receipts?subject=${one[0].subject}`)).text();
  assert.deepEqual(await verify(chain), {
    stdout: '3 receipts of 1 subjects are as they were made\n',
    stderr: '',
    status: 0,
    signal: null,
  });
  assert.equal((await verify(JSON.stringify(one, null, 2))).status, 0, 'white space is no change');
  assert.equal((await verify(one.map((receipt) => JSON.stringify(receipt)).join('\n'))).status, 0);
  const lines = await (await fetch(`${url}/api/consent/receipts`)).text();
  assert.equal((await verify(lines)).stdout, '5 receipts of 2 subjects are as they were made\n');

  const fault = async (receipts, words) => {
    const { status, stdout, stderr } = await verify(JSON.stringify(receipts));
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, words);
    assert.match(stderr, /^(waymark receipts verify: \S+receipts: receipt \d+: [^\n]+\n)+$/);
  };
  await fault([one[0], one[2]], /receipt 2: wrong_previous at \/previous/);
  await fault([one[1]], /receipt 1: wrong_previous/);
  await fault([one[1], one[0]], /receipt 1: wrong_previous[^]*receipt 2: wrong_previous/);
  await fault([one[0], one[0]], /receipt 2: repeated_id/);
  await fault([one[0], { ...one[1], choices: { marketing: 'granted' } }], /receipt 2: hash_mismatch at \/hash/);
  await fault([{ ...one[0], note: 1 }], /receipt 1: bad_receipt at \/note/);
  await fault(['x'], /receipt 1: bad_receipt/);
  for (const text of ['', '[]', '[{', '[1]]', '{"receipt":5}']) assert.equal((await verify(text)).status, 1, text);
  for (const args of [['receipts'], ['receipts', 'verify'], ['receipts', 'verify', join(file, 'missing')]]) {
    const { status, stderr } = await run(args);
    assert.equal(status, 2);
    assert.match(stderr, /^waymark(?! waymark)[^\n]+\n$/);
  }
  assert.match((await verify('[]')).stderr, /^waymark receipts verify: \S+ has no receipt; [^\n]+\n$/);
  assert.match((await verify('[{')).stderr, /^waymark receipts verify: \S+ is no JSON array; [^\n]+\n$/);
});

test('waymark receipts verify: no byte of an export can be another', { timeout: 240_000 }, async (t) => {
  const text = `[${makeChain(2).map(canonical)}]`;
  const bytes = Buffer.from(text);
  const directory = makeDirectory(t);
  const check = async (at) => {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << (at % 8);
    const file = join(directory, `${at}`);
    writeFileSync(file, changed);
    const { status } = await run(['receipts', 'verify', file]);
    assert.equal(status, 1, `byte ${at} became ${changed[at]}`);
  };
  for (let at = 0; at < bytes.length; at += 16) {
    await Promise.all(Array.from({ length: Math.min(16, bytes.length - at) }, (_, i) => check(at + i)));
  }
});
