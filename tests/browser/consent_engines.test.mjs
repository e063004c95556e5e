// Consent on three engines: nothing before a choice, and after a withdrawal nothing but the record of the refusal. What
// must not be is shown to be found: see consent_leaks.mjs.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaks } from './consent_leaks.mjs';
import { beyond, findingsAfter, findingsBefore, idsOf, look, told, visitConsent } from './consent_visit.mjs';
import { isBatch, runOnEngines, until } from './delivery_visit.mjs';
import { asTexts, formsOf, inFiles } from './id_traces.mjs';

const use = (page, idleMs) => page.evaluate((ms) => window.steps.use(ms), idleMs);
const onDiskMs = 20_000; // browsers write localStorage to the disk every few seconds
const batchesOf = ({ stage }) => stage.wire.log.filter(isBatch);
const leaksOf = (when) => Object.entries(leaks).filter(([, leak]) => leak.when === when);

/** Opens a page and uses it without a choice. Returns what was seen then, and the requests since. */
async function useBefore(visit, path, does, idleMs) {
  const from = visit.stage.wire.log.length;
  const page = await visit.open(path, does);
  const verdicts = await use(page, idleMs);
  const seen = await look(page);
  return { page, from, verdicts, seen };
}

/** Accepts, has events delivered and others waiting for a retry, withdraws. Returns what is left then. */
async function withdrawAfterConsent(visit, how, does) {
  const { stage, wireState } = visit;
  wireState.isDown = false;
  const page = await visit.open('consent.html', does);
  const before = await look(page);
  const known = (await stage.events()).length;
  const from = stage.wire.log.length;
  await page.evaluate(() => window.steps.accept());
  const events = (await stage.eventsUntil((all) => all.length >= known + 4)).slice(known);
  assert.deepEqual(
    events.map(({ event_name, properties }) => [event_name, properties.index]),
    [['user_identified', undefined], ...[0, 1, 2].map((index) => ['item_counted', index])],
  );
  const ids = idsOf(stage.wire.log.slice(from).filter(isBatch));
  const forms = asTexts(formsOf(ids));
  const inMemory = () => page.evaluate((forms) => window.steps.inMemory(forms), forms);
  const control = await inMemory();
  assert.equal(control.count, 1, 'the memory of the core');
  const places = ['localStorage', 'indexedDB', ...(visit.engine === 'firefox' ? [] : ['cache'])];
  const isKept = async () => {
    const { kept } = await look(page);
    return places.every((place) => kept.includes(`${place} waymark:demo`));
  };
  for (const deadlineMs = Date.now() + 10_000; !(await isKept()); await sleep(50))
    assert.ok(Date.now() < deadlineMs, `not kept in ${places}`);
  for (const name of Object.keys(ids))
    assert.ok(control.found.includes(`${name} UTF-8`), `${name} is in memory while granted`);

  wireState.isDown = true;
  const failed = () => batchesOf(visit).filter(({ status }) => status === undefined).length;
  const failedBefore = failed();
  await page.evaluate(() => {
    for (let index = 3; index < 6; index++) window.tracker.track('item_counted', { index });
    void window.tracker.flush();
  });
  while (failed() === failedBefore) await sleep(20);
  await page.evaluate(() => window.watched.setAway(true));
  await page.evaluate(() => window.watched.setAway(false));
  await sleep(200); // what was sent as the page was hidden is answered
  // In one go: a driver too calls what is watched.
  const withdrawn = page.evaluate(
    async (how, leaks, id) => {
      const { steps, watched } = window;
      while (!watched.isAnswered()) await steps.pause(5);
      const atMs = Date.now();
      const verdict = steps.withdraw(how);
      if (leaks) await window.afterWithdrawal(id);
      await steps.pause(leaks ? 200 : 1200);
      watched.setAway(true);
      watched.setAway(false);
      await steps.pause(200);
      return { atMs, verdict, called: watched.seen.slice(window.withdrawnFrom) };
    },
    how,
    does !== undefined,
    ids.anonymous_id,
  );
  const { atMs, verdict, called } = await withdrawn;
  wireState.isDown = false;
  const late = stage.wire.log.findIndex((request) => request.atMs > atMs);
  const sent = late < 0 ? stage.wire.log.length : late; // before, all of which was answered
  assert.equal(verdict, 'denied');
  const seen = await look(page);
  const { found } = await inMemory();
  return {
    page,
    ids,
    known,
    sent,
    findings: findingsAfter(seen, before, called, visit.requests(sent), found),
    record: seen.record,
  };
}

const scenarios = {
  async 'before a choice: one look for an earlier one, one for the opt-out signal, and nothing else'(t, engine) {
    const visit = await visitConsent(t, engine);
    const baseline = await useBefore(visit, 'baseline.html');
    const { page, from, verdicts, seen } = await useBefore(visit, 'consent.html');
    assert.deepEqual(verdicts, ['held', 'queue_full']);
    assert.deepEqual(findingsBefore(seen, baseline.seen, visit.requests(0)).sort(), [
      'called localStorage',
      'called localStorage getItem waymark:demo',
      'called navigator.globalPrivacyControl',
    ]);
    assert.deepEqual(seen.kept, []);
    await page.close();
    await baseline.page.close();
    await sleep(300);
    assert.deepEqual(visit.requests(from), [], 'as the page is closed');
    assert.deepEqual(await visit.stage.events(), []);
  },

  async 'what a page must not do before a choice is found'(t, engine) {
    const visit = await visitConsent(t, engine);
    const baseline = await useBefore(visit, 'baseline.html');
    const missed = [];
    for (const [leak, { finds }] of leaksOf('before')) {
      if (notOn[engine]?.includes(leak)) continue;
      const { page, from, seen } = await useBefore(visit, 'consent.html', { leak }, 60);
      const findings = findingsBefore(seen, baseline.seen, visit.requests(from));
      for (const sign of finds) if (!findings.some((one) => sign.test(one))) missed.push(`${leak}: ${findings}`);
      await page.evaluate(() => window.steps.wipe());
      await page.close();
    }
    assert.deepEqual(missed, []);
  },

  async 'after a withdrawal by the banner: the record of the refusal, also after a reload'(t, engine) {
    await provesWithdrawal(await visitConsent(t, engine), engine, 'banner');
  },

  async 'after a withdrawal by a call: the record of the refusal, also after a reload'(t, engine) {
    await provesWithdrawal(await visitConsent(t, engine), engine, 'call');
  },

  async 'what is left after a withdrawal is found'(t, engine) {
    const visit = await visitConsent(t, engine);
    const missed = [];
    for (const [leak, { finds }] of leaksOf('after')) {
      const { page, findings } = await withdrawAfterConsent(visit, 'call', { leak });
      for (const sign of finds) if (!findings.some((one) => sign.test(one))) missed.push(`${leak}: ${findings}`);
      await page.evaluate(() => window.steps.wipe());
      await page.close();
    }
    assert.deepEqual(missed, []);
  },

  async 'the old ids are in no file of the profile, and the refusal holds after a restart'(t, engine) {
    const visit = await visitConsent(t, engine);
    const traces = await traceOnDisk(visit, engine, 'withdrawByBanner,sleep,tell');
    await told(visit);
    await visit.end();
    assert.deepEqual(await traces(), []);
    const { record, kept } = await told(visit, 1);
    assert.deepEqual(kept, ['localStorage waymark:demo']);
    const from = visit.stage.wire.log.length;
    await visit.openAt(visit.url('consent.html', { run: 'use,tell' }));
    const later = await told(visit, 2);
    assert.deepEqual(later, { analytics: 'denied', isAsked: false, record, kept });
    await visit.end();
    assert.deepEqual(visit.requests(from), []);
  },

  async 'an id that stays in the profile is found'(t, engine) {
    const visit = await visitConsent(t, engine);
    const find = await traceOnDisk(visit, engine, 'hideId,withdrawByBanner,sleep,tell');
    await told(visit);
    await visit.end();
    const traces = await find();
    for (const form of ['UTF-(8|16)', 'base64'])
      assert.ok(
        traces.some((where) => new RegExp(`^anonymous_id ${form} in `).test(where)),
        `${form} in ${traces}`,
      );
  },

  async 'the old ids are in no file of the profile if the page is left in the task of the withdrawal'(t, engine) {
    const visit = await visitConsent(t, engine);
    const traces = await traceOnDisk(visit, engine, 'withdrawAndLeave');
    await sleep(1000);
    await visit.end();
    assert.deepEqual(await traces(), []);
  },

  async 'the old ids are in no file of the profile if another page withdraws than the one that agreed'(t, engine) {
    const visit = await visitConsent(t, engine);
    const traces = await traceOnDisk(visit, engine, 'goOn');
    await told(visit);
    // While both pages are open; Firefox takes its time to write what was deleted.
    await (engine === 'firefox' ? visit.end() : visit.kill());
    assert.deepEqual(await traces(), []);
  },

  async 'the old ids are in no file of the profile if the browser is killed right after the withdrawal'(t, engine) {
    const visit = await visitConsent(t, engine);
    const traces = await traceOnDisk(visit, engine, 'withdrawByBanner,tell');
    await told(visit);
    await visit.kill();
    assert.deepEqual(await traces(), []);
  },

  async 'a second tab stops too'(t, engine) {
    const visit = await visitConsent(t, engine);
    const { stage } = visit;
    const one = await visit.open('consent.html');
    const before = await look(one);
    await one.evaluate(() => window.steps.accept());
    const other = await visit.open('consent.html');
    await other.evaluate(async () => {
      window.tracker.track('item_counted', { index: 3 });
      await window.tracker.flush();
    });
    await stage.eventsUntil((all) => all.length >= 5);
    const forms = asTexts(formsOf(idsOf(batchesOf(visit).slice(0, 1))));
    await other.evaluate(() => void window.tracker.track('item_queued'));
    const sent = stage.wire.log.length;
    const seenBefore = await other.evaluate(() => window.watched.seen.length);
    await one.evaluate(() => window.steps.withdraw('banner'));
    await until(other, () => window.tracker.consent.get('analytics') === 'denied');
    const opened = (await other.evaluate((from) => window.watched.seen.slice(from), seenBefore)).filter((what) =>
      /open|setItem|put|fetch/.test(what),
    );
    assert.deepEqual(opened, [], 'nothing is written by the tab that is told');
    assert.equal(await other.evaluate(() => window.tracker.track('item_late')), 'denied');
    await sleep(1000);
    for (const page of [one, other]) {
      const seen = await look(page);
      const inMemory = await page.evaluate((forms) => window.steps.inMemory(forms), forms);
      assert.equal(inMemory.count, 1);
      assert.deepEqual(findingsAfter(seen, before, [], visit.requests(sent), inMemory.found), []);
    }
    await one.close();
    await other.close();
    await sleep(300);
    assert.deepEqual(visit.requests(sent), []);
    assert.equal((await stage.events()).length, 5);
  },

  async 'a tab that slept through a withdrawal and a new consent deletes nothing new'(t, engine) {
    const visit = await visitConsent(t, engine);
    const { stage, wireState } = visit;
    const told = (path) => stage.wire.log.filter((request) => request.path === path);
    // Chromium drops a page from the back/forward cache whose database is deleted; one without a database it keeps.
    const sleeper = await visit.open('consent.html', { shown: 1, noDatabase: 1 });
    await sleeper.evaluate(() => window.steps.accept());
    await stage.eventsUntil((all) => all.length >= 4);
    const old = idsOf(batchesOf(visit));
    wireState.isDown = true;
    await sleeper.evaluate(() => void setTimeout(() => (location.href = 'back.html')));
    // Nothing is asked of a page that sleeps: a driver that runs a script in it throws it out of the cache.
    await stage.eventsUntil(() => told('/go.txt').length > 0);
    const other = await visit.open('consent.html');
    await other.evaluate(() => {
      window.steps.withdraw('call');
      window.tracker.consent.set({ analytics: 'granted' });
      window.tracker.track('item_new', { index: 0 });
      void window.tracker.flush({ timeoutMs: 500 });
    });
    await until(other, async () => (await window.steps.countEntries()) > 0);
    const keptOf = () => other.evaluate(async () => [window.watched.record(), await window.steps.countEntries()]);
    const kept = await keptOf();
    const sent = stage.wire.log.length;
    wireState.isWaiting = false;
    await stage.eventsUntil(() => told('/shown?persisted=true').length > 0);
    await sleep(1000);
    assert.deepEqual(await keptOf(), kept, 'the new record, id and entries');
    const { found } = await sleeper.evaluate((forms) => window.steps.inMemory(forms), asTexts(formsOf(old)));
    assert.deepEqual(found, [], 'nothing of the old consent is left in the tab that slept');
    wireState.isDown = false;
    await stage.eventsUntil((all) => all.some(({ event_name }) => event_name === 'item_new'), 30_000);
    await sleep(500);
    const late = stage.wire.log.slice(sent).filter(isBatch);
    for (const [name, id] of Object.entries(old))
      assert.ok(!late.some(({ body }) => body.includes(id)), `the old ${name} is sent no more`);
    const names = (await stage.events()).map(({ event_name }) => event_name);
    assert.deepEqual(names.slice(4), ['item_new']);
  },
};

/**
 * Has a page in a browser that is not driven accept, track and then take the steps: those when what tells the ids is seen on
 * the disk. That is the ids, or in Chromium the sealed state and the key to it, and never the ids. Resolves with what finds
 * the ids and the key in the profile.
 */
async function traceOnDisk(visit, engine, steps) {
  const { stage, wireState, profile } = visit;
  wireState.isWaiting = true;
  await visit.openAt(visit.url('consent.html', { run: `accept,track,tellSecrets,waitForGo,${steps}` }));
  await stage.eventsUntil((all) => all.length >= 4);
  wireState.isDown = true; // so that the journal keeps what is tracked from now on
  const ids = formsOf(idsOf(batchesOf(visit)));
  const { key, sealed } = await told(visit, 1, '/secrets');
  const words = Buffer.from(Uint32Array.from(key.split('.')).buffer);
  const keys = [...formsOf({ key }), ['key bytes', words], ['key bytes reversed', words.toReversed()]];
  assert.equal(sealed !== '', engine !== 'firefox');
  const awaited = {
    chromium: {
      forms: [['sealed', Buffer.from(sealed, 'latin1')], ...keys],
      signs: [/^sealed in .*Local Storage/, /^key UTF-8 in .*CacheStorage/],
    },
    firefox: { forms: ids, signs: [/\/ls\//] },
    webkit: {
      forms: [['sealed', Buffer.from(sealed, 'utf16le')], ...keys],
      signs: [/^sealed in .*localstorage/, /^key UTF-8 in .*CacheStorage/],
    },
  }[engine];
  const deadlineMs = Date.now() + onDiskMs;
  for (;;) {
    const onDisk = await inFiles(profile, awaited.forms);
    if (awaited.signs.every((sign) => onDisk.some((where) => sign.test(where)))) break;
    assert.ok(Date.now() < deadlineMs, `not on the disk while there was consent, but ${onDisk}`);
    await sleep(500);
  }
  if (sealed) assert.deepEqual(await inFiles(profile, ids, true), [], 'no id is on the disk even then');
  wireState.isWaiting = false;
  return () => inFiles(profile, [...ids, ...keys], engine === 'chromium');
}

/** Withdraws, stays, comes again. */
async function provesWithdrawal(visit, engine, how) {
  const { page, known, sent, findings, record } = await withdrawAfterConsent(visit, how);
  assert.deepEqual(findings, []);
  await page.goto(visit.url('consent.html'));
  await page.waitForTitle('Ready');
  await use(page);
  const seen = await look(page);
  assert.deepEqual(seen.kept, ['localStorage waymark:demo']);
  assert.equal(seen.record, record, 'the same record');
  assert.deepEqual(
    seen.seen.filter((what) => /fetch|Beacon|XMLHttp|setItem|WebAssembly|locks|indexedDB/.test(what)),
    [],
  );
  assert.deepEqual(
    await page.evaluate(() => ['analytics', 'functional', 'marketing'].map(window.tracker.consent.get)),
    ['denied', 'denied', 'denied'],
  );
  await page.close();
  await sleep(300);
  assert.deepEqual(visit.requests(sent), []);
  assert.equal((await visit.stage.events()).length, known + 4, 'each event that was delivered, once');
}

const impossible = {
  firefox: {
    'the old ids are in no file of the profile if the browser is killed right after the withdrawal':
      'it takes some seconds to write what was deleted, see docs/consent.md',
  },
};

// MiniBrowser refuses it in the private session in which it is driven.
const notOn = { webkit: ['private file system'] };
runOnEngines(scenarios, impossible, [
  'after a withdrawal by the banner: the record of the refusal, also after a reload',
]);
