// Other trackers beside ours: size, cost, delivery, and what they do before anybody has agreed. All get the same events
// in the same Chromium in the same run, and are configured as their documentation says for an endpoint of one's own.
//   npm ci --ignore-scripts --prefix tests/bench/rivals && node tests/bench/rivals/bench.mjs [--json]
// CHROMIUM names the browser (/usr/bin/chromium).
import { chromium } from 'playwright-core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { names } from './formats.mjs';
import { beforeOptIn, cost, leave } from './scenes.mjs';
import { printTable } from './table.mjs';

const [OURS, BASELINE, ...RIVALS] = names;
const LEAVE_ROUNDS = 2;
const LEAVING_AT_ONCE = 8;
// A round of costs takes about a minute; another is begun only within this time, and there are three at most.
const COST_MS = 50000;
const COST_ROUNDS = 3;

const directory = mkdtempSync(join(tmpdir(), 'waymark-rivals-'));
const results = Object.fromEntries(
  names.map((name) => [name, { costs: [], ratios: [], leave50: [], leave500: [], reasons: new Set() }]),
);

/** What `scene` gives for tracker `name`; undefined, with the reason noted, when it cannot be measured. */
async function attempt(name, what, scene) {
  if (!results[name].size) return undefined;
  try {
    return await scene({ browser, directory, name });
  } catch (error) {
    results[name].reasons.add(`${what}: ${error.message.split('\n')[0]}`);
    return undefined;
  }
}

/** Runs all tasks, at most `LEAVING_AT_ONCE` at a time; a page that is left mostly waits. */
async function runAll(tasks) {
  const queue = [...tasks];
  const worker = async () => {
    for (let task = queue.shift(); task; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: LEAVING_AT_ONCE }, worker));
}

async function bundleAll() {
  for (const name of names) {
    try {
      results[name].size = await bundle(name, directory);
    } catch (error) {
      results[name].reasons.add(`bundle: ${error.message.split('\n').slice(0, 2).join(' ')}`);
    }
  }
}

/** Ours and a rival by turns, each with a baseline just before it, so that what the machine does falls on both alike. */
async function measureCosts() {
  const began = performance.now();
  let rounds = 0;
  while (rounds === 0 || (rounds < COST_ROUNDS && performance.now() - began < COST_MS)) {
    for (const rival of RIVALS) {
      const baseline = await attempt(BASELINE, 'cost', cost);
      if (baseline) results[BASELINE].costs.push(baseline);
      for (const name of [OURS, rival]) {
        const measured = await attempt(name, 'cost', cost);
        if (!measured || !baseline) continue;
        results[name].costs.push(measured);
        results[name].ratios.push(measured.cpuUs / baseline.cpuUs);
      }
    }
    ++rounds;
  }
  return rounds;
}

async function measureDelivery() {
  const tasks = [];
  for (let round = 0; round < LEAVE_ROUNDS; ++round)
    for (const name of names)
      for (const count of [50, 500])
        tasks.push(async () => {
          const left = await attempt(name, `${count} and leave`, (contestant) => leave(contestant, count));
          if (left) results[name][`leave${count}`].push(left);
        });
  for (const name of names)
    tasks.push(async () => {
      results[name].optIn = await attempt(name, 'before opt-in', beforeOptIn);
    });
  await runAll(tasks);
}

function versions() {
  const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  return Object.entries(devDependencies).map(([name, version]) => `${name} ${version}`);
}

// Vendors' hosts are not to be found, so that nothing leaves the machine.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    ...'--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'.split(' '),
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});
try {
  await bundleAll();
  const rounds = await measureCosts();
  await measureDelivery();
  const run = { browser: browser.version(), rounds, leaveRounds: LEAVE_ROUNDS, versions: versions() };
  if (process.argv.includes('--json'))
    console.log(JSON.stringify({ ...run, results }, (_, value) => (value instanceof Set ? [...value] : value)));
  else printTable(run, results);
} finally {
  await browser.close();
  rmSync(directory, { recursive: true, force: true });
}
