// One visit of the delivery tests: a stage, a browser of any engine, and the page that tracks. And the run of scenarios
// on all engines.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countKept, files } from './delivery_page.mjs';
import { engines, launch, launchAt } from './engines.mjs';
import { setStage } from './stage.mjs';

const testTimeoutMs = 90_000;

/** A browser has errands of its own. */
export const isBatch = ({ method, path }) => method === 'POST' && path.startsWith('/api/analytics');

/** The browser of one test: started when it is first needed, and again after it was killed. */
function oneBrowser(engine, profile, storage) {
  let running;
  return {
    async openPage() {
      running ??= await launch(engine, profile, storage);
      return running.openPage();
    },
    openAt: async (...urls) => (running = await launchAt(engine, profile, urls)),
    async kill() {
      await running.kill();
      running = undefined;
    },
    close: async () => running?.close(),
  };
}

/**
 * Sets the stage. `faults` is the wire's, see wire.mjs; `storage` is what `launch` in engines.mjs takes. `url(does)` is the
 * address of the page that does so, see delivery_page.mjs; `open(does)` opens it in a tab and waits until its tracker is
 * ready; `openAt(...urls)` opens addresses in a browser that is not driven.
 */
export async function visit(t, engine, { faults, storage } = {}) {
  const stage = await setStage(t, {
    files,
    faults,
    launch: (_, folder) => oneBrowser(engine, join(folder, 'profile'), storage),
  });
  const url = (does = {}) => stage.url(`page.html?${new URLSearchParams(does)}`);
  return {
    stage,
    url,
    openPage: () => stage.browser.openPage(),
    openAt: (...urls) => stage.browser.openAt(...urls),
    async open(does) {
      const page = await stage.browser.openPage();
      await page.goto(url(does));
      await page.waitForTitle('Ready');
      return page;
    },
  };
}

/** Answers batches with 503 until `end()`; so long a page that waits does wait. */
export function outage() {
  let isDown = true;
  return {
    faults: (request) => (isDown && (isBatch(request) || request.path === '/go.txt') ? { status: 503 } : undefined),
    end: () => (isDown = false),
  };
}

/** Tracks in one task and leaves in the same. */
export async function trackAndLeave(page, count) {
  await page.evaluate((count) => {
    setTimeout(() => {
      window.trackAll(count);
      location.href = 'next.html';
    });
  }, count);
  await page.waitForTitle('Next');
}

/**
 * Tracks, leaves in the same task, and comes back to the page, which was opened to tell how it is shown; it must come from
 * the back/forward cache. Nothing is asked of any page meanwhile: a driver that runs a script in a page of the cache
 * throws it out.
 */
export async function trackAndComeBack(stage, page, count) {
  const shown = () => stage.wire.log.filter(({ path }) => path.startsWith('/shown?'));
  await stage.eventsUntil(() => shown().length > 0);
  const before = shown().length;
  await page.evaluate((count) => {
    setTimeout(() => {
      window.trackAll(count);
      location.href = 'back.html';
    });
  }, count);
  await stage.eventsUntil(() => shown().length > before);
  const told = new URLSearchParams(shown()[before].path.split('?')[1]);
  assert.equal(told.get('persisted'), 'true', `not from the cache: ${told.get('why')}`);
}

/** Waits until `condition`, called in the page with `given`, is true. */
export async function until(page, condition, ...given) {
  const deadlineMs = Date.now() + 10_000;
  while (!(await page.evaluate(condition, ...given))) {
    if (Date.now() > deadlineMs) assert.fail(`not within 10 s: ${condition}`);
    await sleep(50);
  }
}

export const indicesOf = (events) => events.map(({ properties }) => properties.index).sort((a, b) => a - b);

/** Waits for so many events, and for more that there should not be: each of 0 … count-1 came, and is stored, once. */
export async function eachOnce(stage, count, timeoutMs = 15_000) {
  await stage.eventsUntil((all) => all.length >= count, timeoutMs);
  await sleep(500);
  assert.deepEqual(indicesOf(await stage.events()), [...Array(count).keys()]);
}

/** What trackers keep on the device, after they had the time to tidy up. */
export const kept = (page) => page.evaluate(countKept);

/** Waits until trackers keep nothing on the device: what one left that is gone is looked for every 5 s. */
export async function nothingKept(page) {
  const deadlineMs = Date.now() + 12_000;
  const isAny = ({ entries, spilled }) => entries + spilled > 0;
  let found = await kept(page);
  while (isAny(found) && Date.now() < deadlineMs) {
    await sleep(100);
    found = await kept(page);
  }
  assert.deepEqual(found, { entries: 0, spilled: 0 });
}

/**
 * Runs the scenarios, functions of the test and the engine by their titles, on every engine. `impossible` says by engine
 * and title what cannot be run, and why: that is in the report as to do. Without WAYMARK_ALL, engines other than Chromium
 * run those titles alone that are in `proveMost`, and none runs those in `takeLong`; the report names the others.
 */
export function runOnEngines(scenarios, impossible, proveMost, takeLong = []) {
  const titles = Object.keys(scenarios);
  for (const title of [...Object.values(impossible).flatMap(Object.keys), ...proveMost, ...takeLong])
    assert.ok(titles.includes(title), `no scenario '${title}'`);
  for (const engine of engines)
    for (const title of titles) {
      const name = `${engine}: ${title}`;
      const reason = impossible[engine]?.[title];
      if (reason) test(name, { todo: reason });
      else if (
        process.env.WAYMARK_ALL ||
        (engine === 'chromium' ? !takeLong.includes(title) : proveMost.includes(title))
      )
        test(name, { timeout: testTimeoutMs }, (t) => scenarios[title](t, engine));
      else console.log(`left to \`test --all\`: ${name}`);
    }
}
