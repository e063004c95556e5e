// Watches one page with every instrument that is needed to see a tracker act: hooks in the page, the browser's own lists
// of listeners and of storage, and the wire. No one of them sees all: a WebSocket is no request to the browser's request
// events, `localStorage.x = 1` calls no hook, an image loads past all hooks, an observer is in no list.

/** Runs in the page before any of its scripts. Keeps the calls in a place of its own. */
function hook() {
  const calls = [];
  const note = (name, detail = '') => calls.push(detail === '' ? name : `${name} ${detail}`);
  const native = { JSON, String, Array };

  const around = (owner, method, name, detail = () => '') => {
    const original = owner?.[method];
    if (!original) return;
    owner[method] = function (...args) {
      note(name, native.String(detail.apply(this, args)));
      return original.apply(this, args);
    };
  };
  const constructed = (name) => {
    const Original = globalThis[name];
    if (!Original) return;
    globalThis[name] = new Proxy(Original, {
      construct(target, args, newTarget) {
        note(`new ${name}`);
        return Reflect.construct(target, args, newTarget);
      },
    });
  };
  const read = (owner, property, name) => {
    const described = Object.getOwnPropertyDescriptor(owner, property);
    if (!described?.get) return;
    Object.defineProperty(owner, property, {
      ...described,
      get() {
        note('read', name);
        return described.get.call(this);
      },
      set:
        described.set &&
        function (value) {
          note('write', name);
          described.set.call(this, value);
        },
    });
  };

  around(EventTarget.prototype, 'addEventListener', 'listener', function (type) {
    return `${this === window || this === undefined ? 'window' : (this.constructor?.name ?? 'object')} ${type}`;
  });
  for (const timer of ['setTimeout', 'setInterval', 'requestIdleCallback', 'requestAnimationFrame'])
    around(window, timer, timer);
  for (const method of ['getItem', 'setItem', 'removeItem', 'clear'])
    around(Storage.prototype, method, method, function (key = '') {
      return `${this === window.localStorage ? 'localStorage' : 'sessionStorage'} ${key}`;
    });
  around(window, 'fetch', 'fetch', (input) => input?.url ?? input);
  around(Navigator.prototype, 'sendBeacon', 'sendBeacon', (url) => url);
  around(XMLHttpRequest.prototype, 'open', 'XMLHttpRequest', (method, url) => `${method} ${url}`);
  around(IDBFactory.prototype, 'open', 'indexedDB', (name) => name);
  around(window.CacheStorage?.prototype, 'open', 'caches', (name) => name);
  around(window.ServiceWorkerContainer?.prototype, 'register', 'serviceWorker', (url) => url);
  around(window.StorageManager?.prototype, 'getDirectory', 'file system');
  for (const name of ['instantiate', 'instantiateStreaming', 'compile', 'compileStreaming'])
    around(WebAssembly, name, `WebAssembly.${name}`);
  for (const name of [
    'WebSocket',
    'EventSource',
    'Worker',
    'SharedWorker',
    'RTCPeerConnection',
    'BroadcastChannel',
    'PerformanceObserver',
    'MutationObserver',
    'IntersectionObserver',
    'ResizeObserver',
    'ReportingObserver',
  ])
    constructed(name);
  read(Document.prototype, 'cookie', 'cookie');
  for (const property of [
    'userAgent',
    'userAgentData',
    'language',
    'languages',
    'hardwareConcurrency',
    'deviceMemory',
    'platform',
    'plugins',
    'connection',
    'webdriver',
    'onLine',
  ])
    read(Navigator.prototype, property, `navigator.${property}`);
  for (const property of ['width', 'height', 'availWidth', 'availHeight', 'colorDepth', 'orientation'])
    read(Screen.prototype, property, `screen.${property}`);
  around(Intl.DateTimeFormat.prototype, 'resolvedOptions', 'time zone');
  around(HTMLCanvasElement.prototype, 'toDataURL', 'canvas');

  const intrinsics = {
    fetch,
    setTimeout,
    setInterval,
    addEventListener,
    removeEventListener,
    pushState: history.pushState,
    replaceState: history.replaceState,
    onerror: window.onerror,
    stringify: JSON.stringify,
    now: Date.now,
    error: console.error,
    open: XMLHttpRequest.prototype.open,
  };
  const present = () => ({
    fetch,
    setTimeout,
    setInterval,
    addEventListener,
    removeEventListener,
    pushState: history.pushState,
    replaceState: history.replaceState,
    onerror: window.onerror,
    stringify: JSON.stringify,
    now: Date.now,
    error: console.error,
    open: XMLHttpRequest.prototype.open,
  });
  Object.defineProperty(window, Symbol.for('observed'), {
    value: () => {
      const now = present();
      const replaced = Object.keys(now).filter((name) => now[name] !== intrinsics[name]);
      // A connection opened ahead of need carries no request, and this Chromium does not open it: the wish is what is seen.
      const ahead = [...document.querySelectorAll('link[rel~=preconnect], link[rel~=dns-prefetch]')].map(
        ({ href }) => href,
      );
      return { calls: [...calls], replaced, ahead, windowName: window.name };
    },
  });
}

/**
 * A page under observation, in a context that must hold nothing else. `findings()` returns what was seen as sorted lines of text; compare
 * it with that of a baseline by `beyond`.
 */
export async function observe(context) {
  await context.addInitScript(hook);
  const seenByBrowser = [];
  context.on('request', (request) => seenByBrowser.push(`request ${request.method()} ${request.url()}`));
  const page = await context.newPage();
  page.on('websocket', (socket) => seenByBrowser.push(`websocket ${socket.url()}`));
  const cdp = await context.newCDPSession(page);

  async function listenersOf(expression) {
    const { result } = await cdp.send('Runtime.evaluate', { expression });
    const { listeners } = await cdp.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
    return listeners.map(({ type }) => `listed listener ${expression} ${type}`);
  }

  async function stored() {
    const origin = new URL(page.url()).origin;
    const cookies = await context.cookies();
    const { databaseNames } = await cdp.send('IndexedDB.requestDatabaseNames', { securityOrigin: origin });
    const { caches } = await cdp.send('CacheStorage.requestCacheNames', { securityOrigin: origin });
    const { usageBreakdown } = await cdp.send('Storage.getUsageAndQuota', { origin });
    const kept = await page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      workers: (await navigator.serviceWorker?.getRegistrations())?.map(({ scope }) => scope) ?? [],
    }));
    return [
      ...cookies.map(({ name }) => `cookie ${name}`),
      ...databaseNames.map((name) => `database ${name}`),
      ...caches.map(({ cacheName }) => `cache ${cacheName}`),
      ...usageBreakdown
        .filter(({ usage, storageType }) => usage > 0 && storageType !== 'local_storage')
        .map(({ storageType }) => `usage ${storageType}`),
      ...kept.local.map((key) => `localStorage ${key}`),
      ...kept.session.map((key) => `sessionStorage ${key}`),
      ...kept.workers.map((scope) => `service worker ${scope}`),
    ];
  }

  return {
    page,
    /** What the page did and left since it was loaded; the requests are those of the whole context. */
    async findings() {
      const { calls, replaced, ahead, windowName } = await page.evaluate(() => window[Symbol.for('observed')]());
      const listed = await Promise.all(
        ['window', 'document', 'document.documentElement', 'document.body'].map(listenersOf),
      );
      return [
        ...calls,
        ...replaced.map((name) => `replaced ${name}`),
        ...ahead.map((href) => `connect ahead ${href}`),
        ...(windowName === '' ? [] : ['window.name']),
        ...listed.flat(),
        ...(await stored()),
        ...seenByBrowser,
      ].sort();
    },
  };
}

/** What is in `found` but not in `baseline`, each as often as it is there more. */
export function beyond(found, baseline) {
  const left = new Map();
  for (const line of baseline) left.set(line, (left.get(line) ?? 0) + 1);
  return found.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

// Chromium asks its vendor for updates by itself, with or without a page.
const vendorHosts = /(^|\.)(google|googleapis|gstatic|gvt1|googleusercontent)\.com$/;

/** What passed the wire that is not a read of a file of the site by its own name. */
export function strangeOnWire(log, sitePaths, host) {
  return log
    .filter(({ host: asked }) => !vendorHosts.test(asked))
    .filter(({ kind, method, path, host: asked }) => {
      const file = path.split('?')[0];
      return (
        kind !== 'request' || method !== 'GET' || asked !== host || !sitePaths.has(file === '/' ? '/index.html' : file)
      );
    })
    .map(({ kind, method, path, host: asked }) => `wire ${kind} ${method} ${asked}${path}`);
}
