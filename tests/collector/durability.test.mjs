// What was acknowledged is there afterwards, however the collector ended. Proved by ./dev test; ./dev test --all kills ten
// times as often. Since what the kernel holds survives a kill, store_test.cpp cuts the power too.
import assert from 'node:assert/strict';
import test from 'node:test';
import { list, makeBatch, post, startCollector } from './collector_process.mjs';

/** Senders that post until the collector is gone; returns the ids `instance:sequence` that were acknowledged. */
function sendUntilGone(url, { senders, round }) {
  const acknowledged = [];
  const send = async (sender) => {
    const instance = `${round}`.padStart(16, '0') + `${sender}`.padStart(16, '0');
    for (let first = 1; ; first += 5) {
      try {
        const { status, answer } = await post(url, makeBatch({ instance, first, count: 5 }));
        if (status !== 200) continue;
        assert.equal(answer.accepted + answer.duplicate, 5);
        for (let i = 0; i < 5; ++i) acknowledged.push(`${instance}:${first + i}`);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
        return;
      }
    }
  };
  return { acknowledged, done: Promise.all(Array.from({ length: senders }, (_, sender) => send(sender))) };
}

const kills = process.env.WAYMARK_ALL === '1' ? 60 : 6;

test('kill -9 under load loses nothing that was acknowledged', { timeout: kills * 20_000 }, async (t) => {
  let data;
  const everything = [];
  for (let round = 0; round < kills; ++round) {
    const collector = await startCollector(t, { data, args: ['--events-per-second', '1000000'] });
    data ??= collector.data;
    const { acknowledged, done } = sendUntilGone(collector.url, { senders: 8, round });
    await new Promise((go) => setTimeout(go, 200 + 83 * (round % 6)));
    await collector.kill('SIGKILL');
    await done;
    assert.ok(acknowledged.length > 100, `only ${acknowledged.length} events before the kill`);
    everything.push(...acknowledged);
  }
  const last = await startCollector(t, { data });
  const rows = await list(last.url);
  const stored = new Set(rows.map((row) => `${row.instance_id}:${row.sequence}`));
  assert.equal(stored.size, rows.length, 'nothing is stored twice');
  const lost = everything.filter((id) => !stored.has(id));
  assert.deepEqual(lost, []);
});

test('SIGTERM commits and answers what was asked, then ends with 0', { timeout: 60_000 }, async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const collector = await startCollector(t, { args: ['--group-wait-ms', '700'] });
    const waiting = Array.from({ length: 5 }, (_, i) =>
      post(collector.url, makeBatch({ first: 1 + 10 * i, count: 10 })),
    );
    await new Promise((go) => setTimeout(go, 200));
    const ended = collector.kill(signal);
    for (const { answer } of await Promise.all(waiting)) assert.equal(answer.accepted, 10);
    assert.deepEqual(await ended, { status: 0, signal: null });
    assert.equal(collector.stderr(), '');
    const again = await startCollector(t, { data: collector.data });
    assert.equal((await list(again.url)).length, 50);
  }
});

test('a restart with clients that hold connections open is quick', async (t) => {
  const collector = await startCollector(t);
  await post(collector.url, makeBatch()); // fetch keeps the connection
  const began = performance.now();
  assert.equal((await collector.kill('SIGTERM')).status, 0);
  assert.ok(performance.now() - began < 3000);
});
