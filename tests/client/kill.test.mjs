// Programs that are killed at random, behind a wire that loses requests and answers: what was on disk is in the
// collector's store in the end, and nothing is there twice. WAYMARK_ALL kills ten times as often.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openWire } from '../browser/wire.mjs';
import { list, seededRandom, startCollector } from '../collector/collector_process.mjs';
import { makeDirectory, startDurable } from './durable_process.mjs';

const kills = process.env.WAYMARK_ALL ? 300 : 30;
const numbersEach = 1_000_000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const wholeLines = (said) =>
  said
    .slice(0, said.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map(Number);

/** Numbers by how often they are in the store. */
async function stored(url) {
  const counts = new Map();
  for (const { properties } of await list(url)) {
    counts.set(properties.number, (counts.get(properties.number) ?? 0) + 1);
  }
  return counts;
}

async function killAtRandom(t, { programs, seed }) {
  const random = seededRandom(seed);
  const collector = await startCollector(t);
  let isHealthy = false;
  const seen = { lost: 0, unanswered: 0, refused: 0 };
  const wire = await openWire(collector.url, () => {
    const what = random();
    if (isHealthy || what < 0.3) return undefined;
    if (what < 0.55) return (seen.unanswered++, 'lose_answer');
    if (what < 0.8) return (seen.lost++, 'reset');
    return (seen.refused++, { status: 503 });
  });
  t.after(() => wire.close());
  const directory = makeDirectory(t);

  const kept = new Set();
  let started = 0;
  let killed = 0;
  async function liveAndDie() {
    while (killed < kills) {
      killed++;
      const first = ++started * numbersEach;
      const program = startDurable(t, ['track', wire.origin, directory, first]);
      await sleep(100 + random() * 900);
      const { said, signal } = await program.kill();
      assert.equal(signal, 'SIGKILL', 'it ran until it was killed');
      for (const number of wholeLines(said)) kept.add(number);
    }
  }
  await Promise.all(Array.from({ length: programs }, liveAndDie));

  isHealthy = true;
  const { said, status } = await startDurable(t, ['drain', wire.origin, directory]).ended;
  assert.equal(status, 0, said);

  const counts = await stored(collector.url);
  const missing = [...kept].filter((number) => !counts.has(number));
  const twice = [...counts].filter(([, count]) => count > 1);
  t.diagnostic(
    `${killed} kills, ${kept.size} numbers seen on disk, ${counts.size} in the store; ` +
      `${seen.lost} requests lost, ${seen.unanswered} answers lost, ${seen.refused} refused`,
  );
  assert.deepEqual(await list(collector.url, { listing: 'reports' }), [], 'something was given up');
  assert.deepEqual(missing.slice(0, 20), [], `${missing.length} numbers that were on disk are not in the store`);
  assert.deepEqual(twice.slice(0, 20), [], 'numbers are in the store twice');
  assert.ok(kept.size > kills * 10, `only ${kept.size} numbers were seen on disk`);
  assert.ok(seen.lost > 0 && seen.unanswered > 0 && seen.refused > 0);
}

test('a program that is killed at random loses nothing that was on disk', { timeout: 600_000 }, (t) =>
  killAtRandom(t, { programs: 1, seed: 1 }),
);

test('several programs on one directory that are killed at random lose nothing', { timeout: 600_000 }, (t) =>
  killAtRandom(t, { programs: 3, seed: 2 }),
);
