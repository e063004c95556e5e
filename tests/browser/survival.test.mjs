// What was tracked outlives the tab and the browser, as far as the device lets anything be kept; and nothing outlives a
// withdrawal.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseError, storageError } from './delivery_page.mjs';
import { eachOnce, indicesOf, kept, outage, runOnEngines, trackAndLeave, until, visit } from './delivery_visit.mjs';
import { killAll } from './processes.mjs';

const journalMs = 250; // between two writes of the journal
const commitMs = 100; // what the database takes to write

/** What a page that tracks steadily told by a request of this path. */
function countTold(path) {
  const [name, query] = path.split('?');
  if (name !== '/tracked') return undefined;
  const told = new URLSearchParams(query);
  return { count: Number(told.get('count')), atMs: Number(told.get('atMs')) };
}

const scenarios = {
  async 'the tab is killed: at most the last 250 ms are missing'(t, engine) {
    const { faults, end } = outage();
    const { stage, url, openAt } = await visit(t, engine, { faults });
    const next = stage.url(`wait.html?then=${encodeURIComponent(url({ from: 100_000 }))}`);
    const { processes } = await openAt(url({ steady: 1 }), next);
    const reports = () => stage.wire.log.flatMap(({ path }) => countTold(path) ?? []);
    await stage.eventsUntil(() => reports().some(({ count }) => count >= 60));
    const killedAtMs = Date.now();
    await killAll([processes[0]]);
    const safe = reports().filter(({ atMs }) => atMs < killedAtMs - journalMs - commitMs);
    const count = Math.max(...safe.map(({ count }) => count));
    assert.ok(count >= 20, `${count} events are old enough`);
    end();
    await stage.eventsUntil((all) => all.length >= count);
    await sleep(1000);
    const indices = indicesOf(await stage.events());
    assert.deepEqual(indices, [...indices.keys()]);
  },

  async 'ten tabs at once, five of them killed'(t, engine) {
    const { faults, end } = outage();
    const { stage, url, openAt } = await visit(t, engine, { faults });
    const pages = Array.from({ length: 10 }, (_, i) => url({ from: i * 20, track: 20 }));
    const last = stage.url(`wait.html?then=${encodeURIComponent(url({ from: 200, tell: 1 }))}`);
    const { processes } = await openAt(...pages, last);
    await stage.eventsUntil(() => stage.wire.batches().length >= 10, 20_000);
    await sleep(2500); // timers of tabs that are hidden run once a second
    await killAll(processes.slice(0, 5));
    end();
    await eachOnce(stage, 200, 30_000);
    await stage.eventsUntil(() => stage.wire.log.some(({ path }) => path === '/kept?entries=0&spilled=0'));
  },

  async 'the browser is killed and started again'(t, engine) {
    const { faults, end } = outage();
    const { stage, url, openAt } = await visit(t, engine, { faults });
    // A visitor who comes again: what a browser is given for the first time it takes seconds to write.
    await openAt(url({ tell: 1 }));
    await stage.eventsUntil(() => stage.wire.log.some(({ path }) => path.startsWith('/kept?')), 20_000);
    await stage.browser.close();
    await openAt(url({ track: 50, tell: 1 }));
    await stage.eventsUntil(() => stage.wire.log.some(({ path }) => /^\/kept\?entries=[1-9]/.test(path)), 20_000);
    await sleep(200);
    await stage.browser.kill();
    end();
    await openAt(url({ from: 50 }));
    await eachOnce(stage, 50, 20_000);
  },

  async 'without IndexedDB what is left over when the page goes comes on the next visit'(t, engine) {
    const { faults, end } = outage();
    const { stage, open } = await visit(t, engine, { faults });
    await trackAndLeave(await open({ disk: 'no_database' }), 50);
    end();
    await open({ from: 50, disk: 'no_database' });
    await eachOnce(stage, 50);
  },

  async 'what is not committed to IndexedDB when the page goes comes on the next visit'(t, engine) {
    const { faults, end } = outage();
    const { stage, open, openPage } = await visit(t, engine, { faults });
    const page = await open({ disk: 'slow' });
    // In private windows, as MiniBrowser's are when it is driven, WebKit forgets the key with the last page that uses it.
    const other = await openPage();
    await other.goto(stage.url('next.html'));
    await other.evaluate(() => caches.has('waymark:demo'));
    await page.evaluate(() => window.trackAll(50));
    await until(page, () => window.isWriting);
    await page.close();
    end();
    await open({ from: 50 });
    await eachOnce(stage, 50);
  },

  async 'with blocked storage the tracker goes on in memory'(t, engine) {
    const { stage, open } = await visit(t, engine);
    await trackAndLeave(await open({ disk: 'blocked' }), 50);
    await eachOnce(stage, 50);
  },

  async 'the browser refuses storage by its settings: the tracker goes on in memory'(t, engine) {
    const { stage, open } = await visit(t, engine, { storage: 'blocked' });
    const page = await open();
    assert.equal(await page.evaluate(storageError), 'SecurityError');
    await trackAndLeave(page, 50);
    await eachOnce(stage, 50);
  },

  async 'with a full disk the tracker goes on in memory'(t, engine) {
    const { stage, open } = await visit(t, engine);
    const page = await open({ disk: 'full' });
    await page.evaluate(() => {
      window.trackAll(50);
      void window.tracker.flush();
    });
    await eachOnce(stage, 50);
  },

  async 'the quota is used up: the tracker goes on in memory'(t, engine) {
    const { stage, open } = await visit(t, engine, { storage: 'full' });
    const page = await open();
    assert.equal(await page.evaluate(databaseError), 'QuotaExceededError');
    await page.evaluate(() => {
      window.trackAll(50);
      void window.tracker.flush();
    });
    await eachOnce(stage, 50);
  },

  async 'after a withdrawal nothing of the journal is left'(t, engine) {
    const { faults, end } = outage();
    const { stage, url, open } = await visit(t, engine, { faults });
    const page = await open();
    await page.evaluate(() => window.trackAll(50));
    await sleep(700);
    assert.ok((await kept(page)).entries > 0, 'there was something');
    await page.evaluate(() => window.tracker.consent.withdraw());
    await sleep(300);
    assert.deepEqual(await page.evaluate(() => indexedDB.databases()), []);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ['waymark:demo']);
    end();
    await page.goto(url());
    await sleep(500);
    assert.deepEqual(await stage.events(), []);
  },
};

const noSetting = 'MiniBrowser has no setting for it; a script of the page stands in, see the scenario before';

const impossible = {
  webkit: {
    'the browser refuses storage by its settings: the tracker goes on in memory': noSetting,
    'the quota is used up: the tracker goes on in memory': noSetting,
  },
};

runOnEngines(
  scenarios,
  impossible,
  ['the tab is killed: at most the last 250 ms are missing'],
  ['ten tabs at once, five of them killed'],
);
