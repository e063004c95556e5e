// Before the answer, and after a no, the shop with the tracker leaves the same traces as the shop without it.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { beyond, observe, strangeOnWire } from './observer.mjs';
import { assertRefusal } from './refusal.mjs';
import { browse, hideAndShow } from './shop_visit.mjs';
import { setStage } from './stage.mjs';

// Long enough for what a script starts in its first idle moments. What would come later needs a timer, and a timer is seen.
const idleMs = 400;
const leakMs = 100;

/** The traces of one visit, with the address of the site written as `/`, so that two places can be compared. */
async function visit(stage, place, steps, waitMs = idleMs) {
  const context = await stage.newContext();
  const observed = await observe(context);
  await observed.page.goto(stage.url(`${place}index.html`));
  await steps(observed.page);
  await sleep(waitMs);
  const findings = await observed.findings();
  return { context, page: observed.page, findings: findings.map((line) => line.replaceAll(stage.url(place), '/')) };
}

async function leave({ context, page }) {
  await page.goto('about:blank');
  await page.close();
  await context.close();
  await sleep(idleMs);
}

async function silentVisit(page) {
  await page.waitForSelector('.grid .card');
  await browse(page);
  await hideAndShow(page);
}

/** The requests for the shop's own files are made in both places; here only those of the tracker differ. */
function withoutOwnFiles(stage, sitePaths, findings) {
  return findings.filter(
    (line) => !(line.startsWith('request GET /') && sitePaths.has(line.slice('request GET '.length).split('?')[0])),
  );
}

test('before the answer: only a look for an earlier answer', async (t) => {
  const stage = await setStage(t);
  const sitePaths = await stage.sitePaths();
  const baseline = await visit(stage, 'baseline/', silentVisit);
  await leave(baseline);
  const visited = await visit(stage, '', silentVisit);
  assert.ok(visited.findings.length > 50, 'the observer sees the shop itself');
  assert.deepEqual(withoutOwnFiles(stage, sitePaths, beyond(visited.findings, baseline.findings)), [
    'getItem localStorage waymark:demo',
  ]);
  await leave(visited);
  assert.deepEqual(strangeOnWire(stage.wire.log, sitePaths, `127.0.0.1:${stage.wire.port}`), []);
  assert.deepEqual(await stage.events(), []);
  assert.deepEqual(visited.context.pageErrors, []);
});

test('after a no: one record of the refusal without an id, and silence, also after a reload', async (t) => {
  const stage = await setStage(t);
  const sitePaths = await stage.sitePaths();
  const refuse = async (page) => {
    await page.waitForSelector('.grid .card');
    await browse(page);
    await page.click('#banner-reject');
    await page.click('.brand');
    await silentVisit(page);
  };
  const baseline = await visit(stage, 'baseline/', refuse);
  await leave(baseline);
  const visited = await visit(stage, '', refuse);
  assert.deepEqual(withoutOwnFiles(stage, sitePaths, beyond(visited.findings, baseline.findings)), [
    'getItem localStorage waymark:demo',
    'localStorage waymark:demo',
    'setItem localStorage waymark:demo',
  ]);

  const record = await visited.page.evaluate(() => localStorage.getItem('waymark:demo'));
  assertRefusal(record);

  await visited.page.goto(stage.url());
  await visited.page.waitForSelector('.grid .card');
  assert.equal(await visited.page.isVisible('.banner'), false, 'the banner is not shown again');
  await silentVisit(visited.page);
  assert.equal(await visited.page.evaluate(() => localStorage.getItem('waymark:demo')), record);
  await leave(visited);
  assert.deepEqual(strangeOnWire(stage.wire.log, sitePaths, `127.0.0.1:${stage.wire.port}`), []);
  assert.deepEqual(await stage.events(), []);
});

// Each of these breaks the promise in one way. A way that the instruments above do not report is a hole in the test.
const leaks = {
  fetch: [
    "fetch('/api/analytics/batch', { method: 'POST', body: '{}' }).catch(() => {})",
    /^wire request POST .*\/api\/analytics\/batch$/,
  ],
  beacon: ["navigator.sendBeacon('/api/analytics/batch', '{}')", /^wire request POST .*\/api\/analytics\/batch$/],
  'foreign host': [
    "new Image().src = 'http://collect.example/pixel.gif'",
    /^wire request GET collect\.example\/pixel\.gif$/,
  ],
  'foreign host by TLS': ["fetch('https://collect.example/').catch(() => {})", /^wire not_http  collect\.example$/],
  preconnect: [
    "document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: 'https://warm.example' }))",
    /^connect ahead https:\/\/warm\.example\/$/,
  ],
  WebSocket: ["new WebSocket(location.origin.replace('http', 'ws') + '/socket')", /^wire upgrade GET .*\/socket$/],
  'own path with a query': ["new Image().src = '/t?e=opened'", /^wire request GET .*\/t\?e=opened$/],
  'request as the page is left': [
    "addEventListener('pagehide', () => navigator.sendBeacon('/left', ''))",
    /^wire request POST .*\/left$/,
  ],
  cookie: ["document.cookie = 'visitor=1'", /^cookie visitor$/],
  'localStorage without setItem': ['localStorage.visitor = 1', /^localStorage visitor$/],
  sessionStorage: ["sessionStorage.setItem('visitor', 1)", /^sessionStorage visitor$/],
  'storage that is removed again': [
    "localStorage.setItem('probe', 1); localStorage.removeItem('probe')",
    /^setItem localStorage probe$/,
  ],
  IndexedDB: ["indexedDB.open('visitor')", /^database visitor$/],
  CacheStorage: ["caches.open('visitor')", /^cache visitor$/],
  'listener on the window': ["addEventListener('scroll', () => {})", /^listener window scroll$/],
  'handler without addEventListener': ['onerror = () => {}', /^listed listener window error$/],
  'listener on the document': [
    "document.addEventListener('visibilitychange', () => {})",
    /^listed listener document visibilitychange$/,
  ],
  timer: ['setTimeout(() => {}, 5000)', /^setTimeout$/],
  interval: ['setInterval(() => {}, 5000)', /^setInterval$/],
  'idle callback': ['requestIdleCallback(() => {})', /^requestIdleCallback$/],
  observer: [
    "new PerformanceObserver(() => {}).observe({ type: 'paint', buffered: true })",
    /^new PerformanceObserver$/,
  ],
  'replaced history.pushState': ['history.pushState = function () {}', /^replaced pushState$/],
  'read of the device': ['navigator.hardwareConcurrency', /^read navigator\.hardwareConcurrency$/],
  'window.name': ["window.name = 'visitor'", /^window\.name$/],
  'core compiled': ['WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))', /^WebAssembly\.compile$/],
};

test('the instruments report every kind of leak', async (t) => {
  const page = (script) => `<!doctype html><title>Leak</title><link rel="icon" href="data:,">${script}`;
  const files = { 'clean/index.html': page('') };
  const names = Object.keys(leaks);
  names.forEach((name, index) => {
    files[`leak${index}/index.html`] = page(`<script>${leaks[name][0]}</script>`);
  });
  const stage = await setStage(t, { files });
  const sitePaths = await stage.sitePaths();
  const baseline = await visit(stage, 'clean/', async () => {});
  await leave(baseline);
  assert.deepEqual(
    strangeOnWire(stage.wire.log, sitePaths, `127.0.0.1:${stage.wire.port}`),
    [],
    'a clean page is silent',
  );

  const missed = [];
  for (const [index, name] of names.entries()) {
    const from = stage.wire.log.length;
    const visited = await visit(stage, `leak${index}/`, async () => {}, leakMs);
    await visited.page.goto('about:blank');
    await sleep(50);
    await visited.context.close();
    const found = [
      ...beyond(visited.findings, baseline.findings),
      ...strangeOnWire(stage.wire.log.slice(from), sitePaths, `127.0.0.1:${stage.wire.port}`),
    ];
    if (!found.some((line) => leaks[name][1].test(line))) missed.push(`${name}: saw only ${JSON.stringify(found)}`);
  }
  assert.deepEqual(missed, []);
});
