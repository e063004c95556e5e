// The ways into the core: inside the script, by the JavaScript fallback where WebAssembly is missing or forbidden, and as a
// classic script.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from './stage.mjs';

const script = `
  import { init, track } from './waymark/track.js';
  const tracker = init({ writeKey: 'demo', endpoint: location.origin, consent: { defaults: { analytics: 'granted' } } });
  await tracker.ready;
  track('door_opened', { compiled: globalThis.WebAssembly !== undefined });
  dispatchEvent(new Event('pagehide'));
`;
const classicScript = `
  waymark.init({ writeKey: 'demo', endpoint: location.origin, consent: { defaults: { analytics: 'granted' } } }).ready.then(function () {
    waymark.track('door_opened', { names: Object.keys(waymark).sort() });
    dispatchEvent(new Event('pagehide'));
  });
`;
const page = (policy, tags) =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Door</title>${tags}`;
const strict = "default-src 'self'; script-src 'self'";
const withWasm = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const moduleTag = '<script type="module" src="door.js"></script>';
const classicTags = '<script src="waymark/track.min.js"></script><script src="classic.js"></script>';
const files = {
  'door.js': script,
  'classic.js': classicScript,
  'with_wasm.html': page(withWasm, moduleTag),
  'without_wasm.html': page(strict, moduleTag),
  'classic_with_wasm.html': page(withWasm, classicTags),
  'classic_without_wasm.html': page(strict, classicTags),
};

/** Opens a page and returns its one event, the scripts of the package that it loaded, and its faults. */
async function openDoor(t, name, { withoutWebAssembly = false } = {}) {
  const stage = await setStage(t, { files });
  const context = await stage.newContext();
  if (withoutWebAssembly) await context.addInitScript(() => delete globalThis.WebAssembly);
  const opened = await context.newPage();
  await opened.goto(stage.url(name));
  const [event] = await stage.eventsUntil((events) => events.length === 1);
  const scripts = stage.wire.log
    .filter(({ path }) => path.startsWith('/waymark/'))
    .map(({ path }) => path.slice('/waymark/'.length));
  return { event, scripts, pageErrors: context.pageErrors };
}

test('where WebAssembly is allowed, one script is all that is loaded', async (t) => {
  const { event, scripts, pageErrors } = await openDoor(t, 'with_wasm.html');
  assert.equal(event.event_name, 'door_opened');
  assert.deepEqual(event.properties, { compiled: true });
  assert.deepEqual(scripts, ['track.js']);
  assert.deepEqual(pageErrors, []);
});

test('where the policy forbids WebAssembly, the fallback is loaded and events arrive', async (t) => {
  const { event, scripts, pageErrors } = await openDoor(t, 'without_wasm.html');
  assert.equal(event.event_name, 'door_opened');
  assert.equal(scripts.length, 2, `the entry and the fallback: ${scripts}`);
  assert.deepEqual(pageErrors, []);
});

test('where WebAssembly is missing, the fallback is loaded and events arrive', async (t) => {
  const { event, scripts, pageErrors } = await openDoor(t, 'with_wasm.html', { withoutWebAssembly: true });
  assert.deepEqual(event.properties, { compiled: false });
  assert.equal(scripts.length, 2, `the entry and the fallback: ${scripts}`);
  assert.deepEqual(pageErrors, []);
});

test('a classic script gives the same functions under `waymark`', async (t) => {
  const { event, scripts, pageErrors } = await openDoor(t, 'classic_with_wasm.html');
  assert.deepEqual(event.properties.names, [
    'consent',
    'createTracker',
    'flush',
    'group',
    'identify',
    'init',
    'page',
    'reset',
    'track',
  ]);
  assert.deepEqual(scripts, ['track.min.js']);
  assert.deepEqual(pageErrors, []);
});

test('a classic script finds the fallback beside itself', async (t) => {
  const { event, scripts, pageErrors } = await openDoor(t, 'classic_without_wasm.html');
  assert.equal(event.event_name, 'door_opened');
  assert.equal(scripts.length, 2, `the entry and the fallback: ${scripts}`);
  assert.deepEqual(pageErrors, []);
});
