// The pages of the consent tests: consent.html has the tracker and the banner over its consent; baseline.html has the
// banner over a consent in memory, and no tracker. Before anything else both wrap what a page can do to be noticed, so
// that what the tracker adds is the difference. In their address: `leak`, what the page does that it must not, see
// consent_leaks.mjs; `run`, the steps that it takes by itself; `noDatabase`, to have none; `shown`, to tell the wire at
// each pageshow whether it comes from the back/forward cache.

import { readFile } from 'node:fs/promises';
import { leaks } from './consent_leaks.mjs';
import { defineSteps } from './consent_steps.mjs';

/** Runs first: `watched` has what was called since, what still waits to be called, and the memories of Wasm. */
function watch() {
  const seen = [];
  const waiting = new Map(); // what will be called by the browser, by a key of its own
  const memories = [];
  const note = (what) => seen.push(what);
  const { navigator, indexedDB, caches } = window;
  const [local, session] = ['localStorage', 'sessionStorage'].map((name) => window[name]);
  const { serviceWorker, storage: files } = navigator;
  const openFolder = files?.getDirectory?.bind(files);

  function wrap(owner, name, before) {
    const native = owner?.[name];
    if (typeof native !== 'function') return;
    owner[name] = function (...values) {
      before.call(this, values);
      return native.apply(this, values);
    };
  }
  const wrapAll = (owner, place, names) => {
    for (const name of names) wrap(owner, name, () => note(`${place}.${name}`));
  };

  /** Notes each read of an attribute, and each change if it can be changed. */
  function wrapRead(object, name, place) {
    let owner = object;
    while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const { get, set, configurable } = (owner && Object.getOwnPropertyDescriptor(owner, name)) ?? {};
    if (!get || !configurable) return;
    Object.defineProperty(owner, name, {
      configurable: true,
      enumerable: true,
      get() {
        note(place);
        return get.call(this);
      },
      set(value) {
        note(`${place} =`);
        set?.call(this, value);
      },
    });
  }

  function wrapClass(owner, name, place, made = () => {}) {
    const native = owner[name];
    if (typeof native !== 'function') return;
    owner[name] = class extends native {
      constructor(...values) {
        note(`new ${place}`);
        super(...values);
        made(this);
      }
    };
  }

  const nameOf = (target) =>
    target === window ? 'window' : target === document ? 'document' : target?.constructor?.name;
  const keys = new WeakMap();
  let keyCount = 0;
  const keyOf = (object) => {
    if (!keys.has(object)) keys.set(object, ++keyCount);
    return keys.get(object);
  };
  const listenerKey = (target, [type, listener, options]) =>
    listener && [keyOf(target ?? window), type, keyOf(listener), !!(options?.capture ?? options)].join();
  const addListener = EventTarget.prototype.addEventListener;
  wrap(EventTarget.prototype, 'addEventListener', function (values) {
    const what = `listener ${nameOf(this ?? window)} ${values[0]}`;
    const key = listenerKey(this, values);
    note(what);
    if (!key) return;
    waiting.set(key, what);
    const forget = () => waiting.delete(key);
    if (values[2]?.once) addListener.call(this ?? window, values[0], forget, { once: true });
    if (values[2]?.signal) addListener.call(values[2].signal, 'abort', forget);
  });
  wrap(EventTarget.prototype, 'removeEventListener', function (values) {
    waiting.delete(listenerKey(this, values));
  });

  for (const [start, stop, isOnce] of [
    ['setTimeout', 'clearTimeout', true],
    ['setInterval', 'clearInterval', false],
    ['requestAnimationFrame', 'cancelAnimationFrame', true],
    ['requestIdleCallback', 'cancelIdleCallback', true],
  ]) {
    const native = window[start];
    if (!native) continue;
    window[start] = (callback, ...more) => {
      note(start);
      const number = native.call(
        window,
        (...given) => {
          if (isOnce) waiting.delete(`${stop} ${number}`);
          callback(...given);
        },
        ...more,
      );
      waiting.set(`${stop} ${number}`, start);
      return number;
    };
    wrap(window, stop, ([number]) => void waiting.delete(`${stop} ${number}`));
  }
  for (const name of ['MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'PerformanceObserver']) {
    const { prototype } = window[name] ?? {};
    wrap(prototype, 'observe', function () {
      note(name);
      waiting.set(`observer ${keyOf(this)}`, name);
    });
    wrap(prototype, 'disconnect', function () {
      waiting.delete(`observer ${keyOf(this)}`);
    });
  }

  for (const name of ['getItem', 'setItem', 'removeItem', 'clear', 'key'])
    wrap(Storage.prototype, name, function ([key]) {
      note([this === local ? 'localStorage' : 'sessionStorage', name, key].join(' '));
    });
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])
    wrapRead(window, name, name);
  wrapRead(document, 'cookie', 'cookie');
  wrapAll(window.IDBFactory?.prototype, 'indexedDB', ['open', 'deleteDatabase']);
  wrapAll(window.IDBObjectStore?.prototype, 'IDBObjectStore', ['put', 'add']);
  wrapAll(window.CacheStorage?.prototype, 'caches', ['open', 'match', 'has']);
  wrapAll(window.CookieStore?.prototype, 'cookieStore', ['get', 'getAll', 'set']);
  wrapAll(window.StorageManager?.prototype, 'storage', ['getDirectory', 'persist', 'estimate']);
  wrapAll(window.ServiceWorkerContainer?.prototype, 'serviceWorker', ['register']);
  wrapAll(window.LockManager?.prototype, 'locks', ['request', 'query']);
  wrapAll(window.Navigator.prototype, 'navigator', ['sendBeacon']);
  let unanswered = 0;
  const nativeFetch = window.fetch;
  window.fetch = async (...values) => {
    note('window.fetch');
    unanswered++;
    try {
      return await nativeFetch(...values);
    } finally {
      unanswered--;
    }
  };
  wrapAll(window.Crypto.prototype, 'crypto', ['getRandomValues', 'randomUUID']);
  wrapAll(window.XMLHttpRequest.prototype, 'XMLHttpRequest', ['open']);
  for (const name of 'WebSocket EventSource BroadcastChannel Worker SharedWorker RTCPeerConnection Image'.split(' '))
    wrapClass(window, name, name);

  // Where the browser does not have it, it is as with one where it is off.
  const gpc = 'globalPrivacyControl';
  if (!(gpc in navigator))
    Object.defineProperty(Navigator.prototype, gpc, { configurable: true, get: () => window.isGpcOn });
  for (const [object, place] of [
    [navigator, 'navigator'],
    [screen, 'screen'],
  ])
    for (const name of Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object))))
      wrapRead(object, name, `${place}.${name}`);

  const keepMemory = ({ exports }) => {
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.push(value);
  };
  for (const name of ['compile', 'compileStreaming', 'instantiateStreaming'])
    wrapAll(WebAssembly, 'WebAssembly', [name]);
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...values) => {
    note('WebAssembly.instantiate');
    const made = await instantiate.apply(WebAssembly, values);
    keepMemory(made.instance ?? made);
    return made;
  };
  wrapClass(WebAssembly, 'Instance', 'WebAssembly.Instance', keepMemory);

  // What trackers like to replace.
  const intrinsics = [
    [History.prototype, 'pushState'],
    [History.prototype, 'replaceState'],
    [window, 'fetch'],
    [window.XMLHttpRequest.prototype, 'send'],
    [console, 'error'],
  ].map(([owner, name]) => [owner, name, owner[name]]);

  let isAway = false;
  Object.defineProperty(document, 'visibilityState', { get: () => (isAway ? 'hidden' : 'visible') });

  const list = (kind, names) => Array.from(names, (name) => `${kind} ${name}`);
  const orNone = (promise) => Promise.resolve(promise).catch(() => []);
  window.watched = {
    seen,
    memories,
    /** What the browser will call when something happens, and what was replaced. */
    waiting: () => [
      ...waiting.values(),
      ...[window, document].flatMap((target) =>
        list(
          `handler ${nameOf(target)}`,
          Object.keys(target).filter((name) => /^on/.test(name) && target[name]),
        ),
      ),
      ...list(
        'replaced',
        intrinsics.filter(([owner, name, was]) => owner[name] !== was).map(([, name]) => name),
      ),
    ],
    /** The names of all that is kept on the device; none of these looks is seen. */
    async kept() {
      const cookies = document.cookie;
      seen.pop();
      return [
        ...list('cookie', cookies.split('; ').filter(Boolean)),
        ...list('localStorage', Object.keys(local)),
        ...list('sessionStorage', Object.keys(session)),
        ...list(
          'indexedDB',
          (await orNone(indexedDB.databases())).map(({ name }) => name),
        ),
        ...list('cache', (await orNone(caches?.keys())) ?? []),
        ...list(
          'file',
          await orNone(openFolder?.().then((folder) => Array.fromAsync(folder.keys()))).then((all) => all ?? []),
        ),
        ...list(
          'serviceWorker',
          (await orNone(serviceWorker?.getRegistrations())).map(({ scope }) => scope),
        ),
        ...list('window.name', [window.name].filter(Boolean)),
        ...list('history.state', history.state === null ? [] : [JSON.stringify(history.state)]),
      ];
    },
    record: () => local['waymark:demo'],
    /** Whether no request is under way. */
    isAnswered: () => unanswered === 0,
    /** Resources that the page asked for, whoever served them. */
    resources: () => performance.getEntriesByType('resource').map(({ name }) => name),
    setAway(value) {
      isAway = value;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    },
  };
}

const page = (isBaseline) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Starting</title>
<link rel="icon" href="data:,">
<script>window.nativeTimeout = setTimeout; (${watch})(); (${defineSteps})();</script>
<h1>Page</h1>
<input id="field" aria-label="Field">
<div style="height: 2000px"></div>
<script>window.leaks = { ${Object.entries(leaks)
  .map(([name, { run }]) => `${JSON.stringify(name)}: ${run}`)
  .join(',\n')} };</script>
<script type="module">
  import { showBanner } from './waymark/banner.js';
  const given = new URLSearchParams(location.search);
  if (given.has('noDatabase')) Object.defineProperty(window, 'indexedDB', { value: undefined });
  ${
    isBaseline
      ? `import { newConsentControls } from './controls.js';
  const nothing = () => undefined;
  window.tracker = { track: nothing, page: nothing, identify: nothing, ready: Promise.resolve(), flush: nothing,
    consent: newConsentControls() };`
      : `import { createTracker } from './waymark/track.js';
  window.tracker = createTracker({ writeKey: 'demo', endpoint: location.origin });`
  }
  showBanner({ consent: window.tracker.consent });
  await window.leaks[given.get('leak')]?.();
  document.title = 'Ready';
  if (given.has('shown'))
    addEventListener('pageshow', ({ persisted }) => void fetch('shown?' + new URLSearchParams({ persisted })));
  for (const step of given.get('run')?.split(',') ?? []) await window.steps[step]();
</script>`;

/** The pages by their paths in the site. */
export const consentFiles = async () => ({
  'consent.html': page(false),
  'baseline.html': page(true),
  'controls.js': await readFile(new URL('../js/consent_controls.mjs', import.meta.url), 'utf8'),
  'worker.js': '',
  'go.txt': '',
  // Not while it is loaded: then it would take the place of the page before it.
  'back.html': `<!doctype html><title>Going back</title><link rel="icon" href="data:,"><script>addEventListener('pageshow', () =>
    setTimeout(async () => {
      while ((await fetch('go.txt')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
      history.back();
    }, 300));</script>`,
});
