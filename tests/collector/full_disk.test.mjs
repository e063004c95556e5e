// A disk that takes no more data, as HTTP clients see it: 503 until there is room again, without a restart, and nothing
// that was acknowledged is lost. The disk is full for this one process: its limit on the size of a file (setrlimit(2),
// RLIMIT_FSIZE) is set from outside while it runs. Proved by ./dev test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { list, makeBatch, metric, post, startCollector } from './collector_process.mjs';

/** No file of the collector can be written beyond so many bytes. */
const limitFiles = ({ pid }, bytes) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

/** What the files hold now may be written over, and so many bytes more. */
function leaveRoom(collector, bytes) {
  const { data } = collector;
  limitFiles(collector, Math.max(...readdirSync(data).map((name) => statSync(join(data, name)).size)) + bytes);
}

const fillDisk = (collector) => limitFiles(collector, 0);

const makeRoom = (collector) => limitFiles(collector, 'unlimited');

/** A batch of about 24 KiB. */
function makeLargeBatch(first) {
  const batch = makeBatch({ first, count: 4 });
  for (const event of batch.events) event.properties.filler = 'x'.repeat(6000);
  return batch;
}

const keyOf = ({ instance_id, sequence }) => `${instance_id}:${sequence}`;

async function until(isSo, timeoutMs = 10_000) {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadlineMs, `not within ${timeoutMs} ms: ${isSo}`);
    await sleep(50);
  }
}

test('a full disk: 503 with a reason, then recovery without restart', { timeout: 60_000 }, async (t) => {
  const collector = await startCollector(t);
  const { url } = collector;
  assert.equal((await post(url, makeBatch({ first: 1, count: 20 }))).answer.accepted, 20);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);

  leaveRoom(collector, 64 * 1024);
  let acknowledged = 20;
  let first = 1000;
  let refused;
  while ((refused = await post(url, makeLargeBatch(first))).status === 200) {
    acknowledged += refused.answer.accepted;
    first += 10;
    assert.ok(first < 2000, 'the disk is never full');
  }
  assert.equal(refused.status, 503);
  assert.equal(refused.answer.error, 'cannot_commit');
  assert.match(refused.answer.message, /send the same batch again/);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  assert.equal(refused.headers.get('access-control-expose-headers'), 'Retry-After');

  fillDisk(collector);
  await until(async () => (await fetch(`${url}/healthz`)).status === 503);
  const health = await fetch(`${url}/healthz`);
  assert.equal(health.headers.get('content-type'), 'application/json');
  assert.ok(Number(health.headers.get('retry-after')) >= 1);
  assert.equal((await health.json()).error, 'cannot_commit');
  for (let i = 0; i < 3; ++i) assert.equal((await post(url, makeLargeBatch(first))).status, 503);
  assert.ok((await metric(url, 'waymark_commits_failed_total')) >= 4);
  assert.equal((await list(url)).length, acknowledged, 'what was stored can be read meanwhile');
  assert.equal((await post(url, '{')).status, 400, 'what is wrong is told so, disk or no disk');

  makeRoom(collector);
  const again = await post(url, makeLargeBatch(first));
  assert.equal(again.status, 200);
  assert.deepEqual(again.answer, { accepted: 4, duplicate: 0, rejected: [] });
  await until(async () => (await fetch(`${url}/healthz`)).status === 200);
  assert.equal(
    collector.stderr().match(/cannot commit: [^\n]*events\.db[^\n]*\n/g).length,
    1,
    'one line, not one a request',
  );
  assert.match(collector.stderr(), /commits work again\n$/);

  await collector.kill('SIGKILL');
  const restarted = await startCollector(t, { data: collector.data });
  const rows = await list(restarted.url);
  assert.equal(rows.length, acknowledged + 4);
  assert.equal(new Set(rows.map(keyOf)).size, rows.length);
});

test('under load, full again and again: all that is sent arrives, once', { timeout: 120_000 }, async (t) => {
  const collector = await startCollector(t, { args: ['--events-per-second', '1000000'] });
  const { url } = collector;
  const acknowledged = new Set();
  let refusals = 0;
  let ended = false;
  const send = async (sender) => {
    const instance = `${sender}`.padStart(32, '0');
    for (let first = 1; !ended; first += 3) {
      const batch = makeBatch({ instance, first, count: 3 });
      for (;;) {
        const { status, answer } = await post(url, batch);
        if (status === 200) {
          assert.equal(answer.accepted + answer.duplicate, 3);
          for (const { sequence } of batch.events) acknowledged.add(`${instance}:${sequence}`);
          break;
        }
        assert.equal(status, 503);
        ++refusals;
        await sleep(20);
      }
    }
  };
  const senders = Array.from({ length: 6 }, (_, sender) => send(sender));
  for (let round = 0; round < 5; ++round) {
    await sleep(300);
    const before = refusals;
    fillDisk(collector);
    await until(() => refusals > before);
    await sleep(100);
    makeRoom(collector);
  }
  ended = true;
  await Promise.all(senders);
  const rows = await list(url);
  const stored = new Set(rows.map(keyOf));
  assert.equal(stored.size, rows.length, 'nothing is stored twice');
  assert.deepEqual(
    [...acknowledged].filter((key) => !stored.has(key)),
    [],
  );
  assert.equal(stored.size, acknowledged.size);
  assert.ok(acknowledged.size > 200 && collector.isAlive());
});
