// Where a tracker can live besides a window: workers of each kind, a frame that has no storage, a browser extension.

import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchExtension, setStage } from './stage.mjs';

const script = (where, endpoint) => `
  import { createTracker } from './waymark/track.js';
  const tracker = createTracker({
    writeKey: 'demo',
    endpoint: ${endpoint},
    consent: { defaults: { analytics: 'granted' } },
  });
  for (let index = 0; index < 50; index++) tracker.track('item_counted', { index, where: '${where}' });
  const counted = tracker.ready.then(() => tracker.flush());`;

const page = (body) =>
  `<!doctype html><meta charset="utf-8"><title>Place</title><script type="module">${body}</script>`;

const files = {
  'worker.js': `${script('worker', 'self.location.origin')} counted.then((counts) => self.postMessage(counts));`,
  'worker.html': page(`
    const worker = new Worker('worker.js', { type: 'module' });
    worker.onmessage = ({ data }) => (window.counts = data);
    worker.onerror = ({ message }) => (window.counts = message);`),
  'shared.js': `${script('shared worker', 'self.location.origin')}
    self.onconnect = ({ ports: [port] }) => counted.then((counts) => port.postMessage(counts));`,
  'shared.html': page(`
    const { port } = new SharedWorker('shared.js', { type: 'module' });
    port.onmessage = ({ data }) => (window.counts = data);`),
  'service.js': `${script('service worker', 'self.location.origin')}
    self.onactivate = (event) => event.waitUntil(counted);
    self.onmessage = ({ source }) => counted.then((counts) => source.postMessage(counts));`,
  'service.html': page(`
    navigator.serviceWorker.onmessage = ({ data }) => (window.counts = data);
    await navigator.serviceWorker.register('service.js', { type: 'module' });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage('how many');`),
  'sandbox.html': page(`
    window.onmessage = ({ data }) => (window.counts = data);
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = 'framed.html';
    document.body.append(frame);`),
  // Its origin is none, so that it may not import modules from here.
  'framed.html': `<!doctype html><meta charset="utf-8"><title>Frame</title><script src="waymark/track.min.js"></script><script>
    const tracker = waymark.createTracker({
      writeKey: 'demo',
      endpoint: 'http://' + location.host,
      consent: { defaults: { analytics: 'granted' } },
    });
    for (let index = 0; index < 50; index++) tracker.track('item_counted', { index });
    let storage = 'some';
    try { localStorage; } catch { storage = 'none'; }
    tracker.ready.then(() => tracker.flush()).then((counts) => parent.postMessage({ ...counts, storage }, '*'));
  </script>`,
};

const places = {
  worker: 'a dedicated worker',
  shared: 'a shared worker',
  service: 'a service worker',
  sandbox: 'a sandboxed frame without storage',
};

for (const [name, place] of Object.entries(places))
  test(`${place} delivers each event once`, async (t) => {
    const stage = await setStage(t, { files });
    const context = await stage.newContext();
    const page = await context.newPage();
    await page.goto(stage.url(`${name}.html`));
    await page.waitForFunction(() => window.counts);
    const { storage, ...counts } = await page.evaluate(() => window.counts);
    assert.deepEqual(counts, { acknowledged: 50, rejected: 0, dropped: 0, pending: 0 });
    if (name === 'sandbox') assert.equal(storage, 'none');
    const indices = (await stage.events()).map(({ properties }) => properties.index).sort((a, b) => a - b);
    assert.deepEqual(indices, [...Array(50).keys()]);
    assert.deepEqual(context.pageErrors, []);
  });

/** Puts the extension together in `folder`: the files beside this test, and the package. */
async function assembleExtension(folder, wirePort) {
  const from = (path) => fileURLToPath(new URL(path, import.meta.url));
  await cp(from('extension'), folder, { recursive: true });
  await cp(from('../../js/dist'), join(folder, 'waymark'), { recursive: true });
  await writeFile(join(folder, 'endpoint.js'), `export const endpoint = 'http://127.0.0.1:${wirePort}';`);
}

test('an extension delivers each event once from its service worker and its page, without WebAssembly', async (t) => {
  const stage = await setStage(t, {
    async launch(wirePort, folder) {
      const extension = join(folder, 'extension');
      await assembleExtension(extension, wirePort);
      return launchExtension(extension, join(folder, 'profile'));
    },
  });
  const context = stage.browser;
  const service = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const page = await context.newPage();
  await page.goto(new URL('page.html', service.url()).href);
  await page.waitForFunction(() => window.told);
  const told = await page.evaluate(() => window.told);
  const counts = { acknowledged: 25, rejected: 0, dropped: 0, pending: 0 };
  assert.deepEqual(told.page, { counts, isForbidden: true });
  const { refusal, ...ofService } = told.service;
  assert.deepEqual(ofService, { counts, isForbidden: true });
  assert.match(refusal, /^disabled: import\(\) is disallowed/, 'the default entry says why it does not work there');
  const indices = (await stage.events()).map(({ properties }) => properties.index).sort((a, b) => a - b);
  assert.deepEqual(indices, [...Array(50).keys()]);
  // Nothing of it came from elsewhere: all that went over the wire is what it tracked.
  assert.ok(stage.wire.log.every(({ method, path }) => method === 'POST' && path === '/api/analytics/batch'));
});
