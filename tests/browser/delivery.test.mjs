// Nothing is lost: what is tracked is delivered once, whatever becomes of the page and the network.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  eachOnce,
  isBatch,
  nothingKept,
  outage,
  runOnEngines,
  trackAndComeBack,
  trackAndLeave,
  until,
  visit,
} from './delivery_visit.mjs';

/** Run in the page: whether trackers say that they live and keep something, `count` of them at least. */
const isLocked = async (count) => (await navigator.locks.query()).held.length >= count;

const scenarios = {
  async '50 events, then navigation: all on this visit'(t, engine) {
    const { stage, open } = await visit(t, engine);
    await trackAndLeave(await open(), 50);
    await eachOnce(stage, 50);
  },

  async '50 events, and the tab closes itself in the same task: all on this visit'(t, engine) {
    const { stage, url, openPage } = await visit(t, engine);
    const page = await openPage();
    await page.goto(stage.url('next.html'));
    // A script may close what a script has opened.
    await page.evaluate((url) => void window.open(url), url({ track: 50, close: 1 }));
    await eachOnce(stage, 50);
  },

  async '50 events, then the tab is closed: all, at the latest on the next visit'(t, engine) {
    const { stage, open } = await visit(t, engine);
    const page = await open();
    await page.evaluate(() => window.trackAll(50));
    await page.close();
    // Firefox ends the process of a tab with the last of its pages, and with it the requests that were to outlive them.
    if (engine === 'firefox') await open({ from: 50 });
    await eachOnce(stage, 50);
  },

  async '500 events in one task, then navigation: all on this visit'(t, engine) {
    const { stage, open } = await visit(t, engine);
    await trackAndLeave(await open(), 500);
    await eachOnce(stage, 500);
  },

  async '2000 events in one task, then navigation: all, at the latest on the next visit'(t, engine) {
    const { stage, open } = await visit(t, engine);
    await trackAndLeave(await open(), 2000);
    const next = await open({ from: 2000 });
    await eachOnce(stage, 2000);
    await nothingKept(next);
  },

  async 'off line, reloaded, on line again'(t, engine) {
    let isOffline = true;
    const { stage, url, open } = await visit(t, engine, {
      faults: (request) => (isBatch(request) && isOffline ? 'reset' : undefined),
    });
    const page = await open();
    await page.evaluate(() => window.trackAll(50));
    await sleep(700);
    await page.goto(url({ from: 50 }));
    await page.waitForTitle('Ready');
    assert.deepEqual(await stage.events(), []);
    isOffline = false;
    await page.evaluate(() => void dispatchEvent(new Event('online')));
    await eachOnce(stage, 50);
    await nothingKept(page);
  },

  async '503 for four seconds, then well again'(t, engine) {
    let firstMs;
    const { stage, open } = await visit(t, engine, {
      faults(request) {
        if (!isBatch(request)) return undefined;
        firstMs ??= Date.now();
        return Date.now() < firstMs + 4000 ? { status: 503 } : undefined;
      },
    });
    const page = await open();
    await page.evaluate(() => {
      window.trackAll(50);
      void window.tracker.flush();
    });
    await eachOnce(stage, 50, 30_000);
    await nothingKept(page);
  },

  async '429 with Retry-After is waited for'(t, engine) {
    const atMs = [];
    const { stage, open } = await visit(t, engine, {
      faults(request) {
        if (!isBatch(request)) return undefined;
        atMs.push(Date.now());
        return atMs.length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : undefined;
      },
    });
    const page = await open();
    await page.evaluate(() => {
      window.trackAll(50);
      void window.tracker.flush();
    });
    await eachOnce(stage, 50);
    assert.ok(atMs[1] - atMs[0] >= 1900, `${atMs[1] - atMs[0]} ms`);
  },

  async 'an acknowledgement is lost'(t, engine) {
    let batches = 0;
    const { stage, open } = await visit(t, engine, {
      faults: (request) => (isBatch(request) && ++batches === 1 ? 'lose_answer' : undefined),
    });
    const page = await open();
    await page.evaluate(() => {
      window.trackAll(50);
      void window.tracker.flush();
    });
    await stage.eventsUntil(() => batches >= 2);
    await eachOnce(stage, 50);
    await nothingKept(page);
  },

  async 'track() never writes to the device, and what is acknowledged within 250 ms is never written'(t, engine) {
    const { stage, open } = await visit(t, engine);
    const page = await open({ watch: 1 });
    /** Tracks and delivers 50 events. Resolves with how long the answer took, and how often was written before. */
    const deliver = () =>
      page.evaluate(async () => {
        const written = window.writes.length;
        const startMs = performance.now();
        window.isTracking = true;
        window.trackAll(50);
        window.isTracking = false;
        await window.tracker.flush();
        return { tookMs: performance.now() - startMs, written };
      });
    let rounds = 0;
    let last;
    do {
      // A machine that has much else to do may answer too late for it.
      assert.ok(rounds < 20, `no answer within 200 ms in ${rounds} rounds`);
      last = await deliver();
      rounds++;
    } while (last.tookMs > 200);
    await eachOnce(stage, 50 * rounds);
    const writes = await page.evaluate(() => window.writes);
    assert.deepEqual(
      writes.slice(last.written).filter(([name, key]) => name === 'put' || key !== 'waymark:demo'),
      [],
    );
    assert.ok(writes.every(([, , isTracking]) => !isTracking));
    assert.ok(writes.length > 0, 'the instrument sees the state being written');
  },

  async 'a page in the back/forward cache goes on when it comes back'(t, engine) {
    const { stage, open } = await visit(t, engine);
    const page = await open({ shown: 1 });
    await trackAndComeBack(stage, page, 5);
    await page.waitForTitle('Ready');
    await trackAndLeave(page, 5);
    await eachOnce(stage, 10);
  },

  async 'pages with undelivered events, side by side, enter the back/forward cache too'(t, engine) {
    const { faults, end } = outage();
    const { stage, open } = await visit(t, engine, { faults });
    const other = await open({ from: 0 });
    await other.evaluate(() => window.trackAll(5));
    await until(other, isLocked, 1);
    const page = await open({ from: 5, shown: 1 });
    await page.evaluate(() => window.trackAll(5));
    await until(page, isLocked, 2);
    await trackAndComeBack(stage, page, 5);
    end();
    await eachOnce(stage, 15, 30_000);
    await page.waitForTitle('Ready');
    await nothingKept(page);
  },

  async 'what one tab chooses the others keep'(t, engine) {
    const { stage, url, open } = await visit(t, engine);
    const [one, other] = [await open(), await open({ from: 100 })];
    const isState = (state) => window.tracker.consent.get('analytics') === state;
    await one.evaluate(() => window.tracker.consent.withdraw());
    await until(other, isState, 'denied');
    assert.equal(await other.evaluate(() => window.tracker.track('item_counted')), 'denied');
    await one.evaluate(() => window.tracker.consent.set({ analytics: 'granted' }));
    await sleep(300);
    assert.ok(
      await other.evaluate(isState, 'denied'),
      'a tracker that was refused listens to nothing; its next page knows',
    );
    await other.goto(url());
    await other.waitForTitle('Ready');
    assert.ok(await other.evaluate(isState, 'granted'));
    assert.deepEqual(await stage.events(), []);
  },

  async 'tabs side by side have one person and one session'(t, engine) {
    const { stage, open } = await visit(t, engine);
    const [one, other] = [await open({ from: 0 }), await open({ from: 1 })];
    await one.evaluate(() => {
      window.tracker.identify('user_1');
      return window.tracker.flush();
    });
    await sleep(500);
    await other.evaluate(() => {
      window.trackAll(1);
      return window.tracker.flush();
    });
    const [first, second] = await stage.eventsUntil((all) => all.length === 2);
    for (const id of ['user_id', 'anonymous_id', 'session_id']) assert.equal(first[id], second[id], id);
    assert.equal(second.user_id, 'user_1');
  },

  async 'a prerendered page sends nothing before it is seen'(t, engine) {
    const { stage, url, openPage } = await visit(t, engine);
    const page = await openPage();
    await page.goto(url({ prerendering: 1 }));
    await page.waitForTitle('Unseen');
    await page.evaluate(() => window.trackAll(3));
    await sleep(700);
    assert.deepEqual(stage.wire.batches(), []);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
    await page.evaluate(() => {
      window.isPrerendering = false;
      document.dispatchEvent(new Event('prerenderingchange'));
      return window.tracker.flush();
    });
    await eachOnce(stage, 3);
  },
};

const impossible = {
  webkit: {
    '50 events, and the tab closes itself in the same task: all on this visit':
      'MiniBrowser lets no script open a window, and so close one; the driver closes the tab in the scenario after this',
  },
};

runOnEngines(scenarios, impossible, [
  '500 events in one task, then navigation: all on this visit',
  'off line, reloaded, on line again',
]);
