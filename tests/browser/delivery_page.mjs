// The pages of the delivery tests, and what runs in them. What page.html is to do stands in its address: `from`, the number
// of its first event; `track`, how many to track at once; `close`, to close then; `steady`, to track one every 20 ms and to tell the wire how many
// there were; `disk`, what is wrong with the device's storage; `watch`, to write down who writes to it; `prerendering`, to
// be a page that nobody sees yet; `tell`, to tell the wire what trackers keep; `shown`, to tell it at each pageshow whether
// the page comes from the back/forward cache. wait.html goes on to the address `then` when the wire answers go.txt with
// 200. back.html goes back by itself.

/** Runs before the tracker is loaded. */
function prepare() {
  const given = new URLSearchParams(location.search);
  const refuse = (name) => () => {
    throw new DOMException(name, name);
  };
  const missing = (name) => Object.defineProperty(window, name, { get: refuse('SecurityError') });
  const watched = [
    [IDBObjectStore.prototype, 'put'],
    [Storage.prototype, 'setItem'],
  ];
  const disk = given.get('disk');
  if (disk === 'full') for (const [owner, name] of watched) owner[name] = refuse('QuotaExceededError');
  if (disk === 'blocked' || disk === 'no_database') missing('indexedDB');
  if (disk === 'blocked') missing('localStorage');
  if (disk === 'slow') {
    // What is written is committed at the earliest when the page is gone.
    IDBTransaction.prototype.commit = () => {};
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...values) {
      const goOn = () => (this.get(values[1]).onsuccess = goOn);
      goOn();
      window.isWriting = true;
      return put.apply(this, values);
    };
  }
  window.writes = [];
  if (given.has('watch'))
    for (const [owner, name] of watched) {
      const native = owner[name];
      owner[name] = function (...values) {
        window.writes.push([name, String(values[0]), window.isTracking]);
        return native.apply(this, values);
      };
    }

  if (given.has('prerendering')) {
    window.isPrerendering = true;
    Object.defineProperty(document, 'prerendering', { get: () => window.isPrerendering });
  }

  if (given.has('shown'))
    addEventListener('pageshow', ({ persisted }) => {
      const [{ notRestoredReasons }] = performance.getEntriesByType('navigation'); // Chromium tells
      const why = JSON.stringify(notRestoredReasons ?? null);
      void fetch('shown?' + new URLSearchParams({ persisted, why }), { keepalive: true });
    });

  let next = Number(given.get('from') ?? 0);
  window.trackAll = (count) => {
    for (let i = 0; i < count; i++)
      window.tracker.track('checkout_completed', {
        index: next++,
        order_id: 'ord_' + next * 7919,
        value: 149.99,
        currency: 'EUR',
      });
  };
}

const page = `<!doctype html>
<title>Starting</title>
<script>(${prepare})();</script>
<script type="module">
  import { createTracker } from './waymark/track.js';
  window.tracker = createTracker({
    writeKey: 'demo',
    endpoint: location.origin,
    consent: { defaults: { analytics: 'granted' } },
  });
  const given = new URLSearchParams(location.search);
  if (given.has('prerendering')) document.title = 'Unseen';
  await tracker.ready;
  document.title = 'Ready';
  trackAll(Number(given.get('track') ?? 0));
  if (given.has('close')) close();
  let count = 0;
  if (given.has('steady'))
    setInterval(() => {
      trackAll(1);
      if (++count % 5 === 0) void fetch('tracked?' + new URLSearchParams({ count, atMs: Date.now() }));
    }, 20);
  while (given.has('tell')) {
    await fetch('kept?' + new URLSearchParams(await (${countKept})()));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
</script>`;

const waiting = `<!doctype html>
<title>Waiting</title>
<script type="module">
  while ((await fetch('go.txt')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  location.href = new URLSearchParams(location.search).get('then');
</script>`;

// Not while it is loaded: then it would take the place of the page before it.
const goingBack = `<!doctype html>
<title>Going back</title>
<script>addEventListener('pageshow', () => setTimeout(() => history.back(), 300));</script>`;

export const files = {
  'page.html': page,
  'next.html': '<!doctype html><title>Next</title>',
  'wait.html': waiting,
  'back.html': goingBack,
  'go.txt': '',
};

/** Run in the page: what trackers keep on the device, after they had the time to tidy up. */
export async function countKept() {
  await new Promise((resolve) => setTimeout(resolve, 600));
  const names = (await indexedDB.databases()).map(({ name }) => name);
  let entries = 0;
  for (const name of names)
    entries += await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target: { result } }) => {
        const request = result.transaction('journal').objectStore('journal').count();
        request.onsuccess = () => (result.close(), resolve(request.result));
      };
    });
  return { entries, spilled: Object.keys(localStorage).filter((key) => key.includes('\n')).length };
}

/** Run in the page: the name of the error with which the browser refuses storage. */
export function storageError() {
  try {
    localStorage.setItem('probe', '1');
  } catch (error) {
    return error.name;
  }
}

/** Run in the page: the name of the error with which a large entry is refused by IndexedDB. */
export const databaseError = () =>
  new Promise((resolve) => {
    const request = indexedDB.open('probe', 1);
    request.onerror = () => resolve(request.error.name);
    request.onupgradeneeded = () => request.result.createObjectStore('probe');
    request.onsuccess = () => {
      const change = request.result.transaction('probe', 'readwrite');
      change.onabort = () => resolve(change.error?.name);
      change.oncomplete = () => resolve('stored');
      change.objectStore('probe').put(crypto.getRandomValues(new Uint8Array(60_000)), 1);
    };
  });
