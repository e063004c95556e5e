// A visit of the consent tests: a browser of any engine that can be started anew with its profile, and what is found of
// the tracker on its page, on the device and on the wire.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consentFiles } from './consent_page.mjs';
import { isBatch } from './delivery_visit.mjs';
import { launch, launchAt } from './engines.mjs';
import { assertRefusal } from './refusal.mjs';
import { setStage } from './stage.mjs';

const files = await consentFiles();

/**
 * Sets the stage. `open(path, does)` opens a page of consent_page.mjs in a tab and waits until it is ready; `openAt` opens
 * addresses in a browser that is not driven; `end()` closes the browser, and `kill()` ends all its processes at once, so
 * that the next page starts it anew. While
 * `wireState.isDown`, batches are answered with 503; `wireState.isWaiting` keeps pages from going on.
 */
export async function visitConsent(t, engine) {
  const wireState = { isDown: false, isWaiting: true };
  let profile;
  let running;
  const end = async () => {
    await running?.close();
    running = undefined;
  };
  const stage = await setStage(t, {
    files,
    faults: (request) =>
      (wireState.isDown && isBatch(request)) || (wireState.isWaiting && request.path === '/go.txt')
        ? { status: 503 }
        : undefined,
    async launch(_, folder) {
      profile = join(folder, 'profile');
      return { close: end };
    },
  });
  const own = await stage.sitePaths();
  const url = (path, does = {}) => stage.url(`${path}?${new URLSearchParams(does)}`);
  return {
    engine,
    stage,
    profile,
    wireState,
    url,
    end,
    async kill() {
      await running.kill();
      running = undefined;
    },
    openAt: async (...urls) => (running = await launchAt(engine, profile, urls)),
    async open(path, does) {
      running ??= await launch(engine, profile);
      const page = await running.openPage();
      await page.goto(url(path, does));
      await page.waitForTitle('Ready');
      return page;
    },
    /** What was asked for since entry `from` of the wire's log, beside the files of the site. */
    requests: (from) =>
      stage.wire.log
        .slice(from)
        .filter(
          ({ method, path }) => method !== 'GET' || !own.has(path.replace(/^(\/(consent|baseline)\.html)\?.*/, '$1')),
        )
        .filter(({ path }) => path !== '/told' && path !== '/secrets' && path !== '/go.txt' && path !== '/favicon.ico')
        .map(({ method, path }) => `request ${method} ${path}`),
  };
}

/** The last entry of the log that a page told about itself by a request of `to`, of `count`. Fails after 20 s. */
export async function told({ stage }, count = 1, to = '/told') {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const all = stage.wire.log.filter(({ path }) => path === to);
    if (all.length >= count) return JSON.parse(all[count - 1].body);
    assert.ok(Date.now() < deadlineMs, 'the page did not tell within 20 s');
    await sleep(50);
  }
}

/** What there is more of than in the baseline, each as often. */
export function beyond(all, baseline) {
  const left = [...baseline];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** What the hooks of a page have seen, and what the device keeps. */
export const look = (page) =>
  page.evaluate(async () => {
    const { watched } = window;
    const seen = [...watched.seen];
    const resources = watched.resources().filter((name) => !name.startsWith(location.origin + '/'));
    return { seen, waiting: watched.waiting(), kept: await watched.kept(), resources, record: watched.record() };
  });

/** What a page did beyond its baseline, before a choice. `requests` are those of the visit. */
export const findingsBefore = (seen, baseline, requests) => [
  ...beyond(seen.seen, baseline.seen).map((what) => `called ${what}`),
  ...beyond(seen.waiting, baseline.waiting).map((what) => `waits ${what}`),
  ...beyond(seen.kept, baseline.kept).map((what) => `kept ${what}`),
  ...beyond(seen.resources, baseline.resources).map((what) => `resource ${what}`),
  ...requests,
];

/**
 * What is left after a withdrawal. `before` is what was seen before the choice, `called` by whom after it; `inMemory` the
 * forms of ids that are.
 */
export function findingsAfter(seen, before, called, requests, inMemory) {
  const faults = [];
  try {
    assertRefusal(seen.record);
  } catch ({ message }) {
    faults.push(`no refusal: ${message}`);
  }
  return [
    ...faults,
    ...called.map((what) => `called ${what}`),
    ...beyond(seen.waiting, before.waiting).map((what) => `waits ${what}`),
    ...beyond(before.waiting, seen.waiting).map((what) => `no longer waits ${what}`),
    ...seen.kept.filter((what) => what !== 'localStorage waymark:demo').map((what) => `kept ${what}`),
    ...requests,
    ...inMemory.map((what) => `memory ${what}`),
  ];
}

/** The ids that batches carried, by their names. */
export function idsOf(batches) {
  const text = batches.map(({ body }) => body.toString()).join('\n');
  const ids = {};
  for (const [, name, id] of text.matchAll(/"(anonymous_id|session_id|user_id|instance_id)":"([^"]+)"/g)) {
    assert.ok(!ids[name] || ids[name] === id, `more than one ${name}`);
    ids[name] = id;
  }
  assert.equal(Object.keys(ids).length, 4, `ids: ${Object.keys(ids)}`);
  return ids;
}
