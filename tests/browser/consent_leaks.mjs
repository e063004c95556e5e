// What a page of the consent tests may do that it must not, each alone, and what must be found then. `run` is called when
// the banner is on the page. Those of `before` do it before a choice; those of `after` prepare for what is left of a
// consent that was taken back.

/** What is written into a memory that was kept hold of, once it was overwritten. */
const intoMemory = (name, write, found) => [
  name,
  {
    when: 'after',
    run: `() => { const write = ${write};
      window.afterWithdrawal = (id) => new Uint8Array(window.watched.memories[0].buffer).set(write(id), 500_000); }`,
    finds: found,
  },
];

const before = {
  fetch: [() => void fetch('x', { method: 'POST', body: '1' }), /request POST \/x/],
  beacon: [() => void navigator.sendBeacon('x', '1'), /request POST \/x/],
  XMLHttpRequest: [
    () => {
      const request = new XMLHttpRequest();
      request.open('POST', 'x');
      request.send('1');
    },
    /request POST \/x/,
  ],
  image: [() => void Object.assign(document.createElement('img'), { src: 'x.gif?1' }), /request GET \/x\.gif\?1/],
  'image elsewhere': [
    () =>
      document.body.append(
        Object.assign(document.createElement('img'), { src: `http://localhost:${location.port}/looks/x.gif` }),
      ),
    /resource http:\/\/localhost:\d+\/looks\/x\.gif/,
  ],
  cookie: [() => void (document.cookie = 'visitor=1'), /kept cookie visitor=1/],
  'read of cookies': [() => void document.cookie, /called cookie/],
  localStorage: [() => void (localStorage.visitor = '1'), /kept localStorage visitor/],
  'second read of the record': [
    () => void localStorage.getItem('waymark:demo'),
    /called localStorage getItem waymark:demo/,
  ],
  sessionStorage: [() => sessionStorage.setItem('visitor', '1'), /kept sessionStorage visitor/],
  IndexedDB: [
    () => new Promise((resolve) => (indexedDB.open('visitor').onsuccess = resolve)),
    /kept indexedDB visitor/,
  ],
  cache: [() => caches.open('visitor'), /kept cache visitor/],
  'private file system': [
    async () => {
      const folder = await navigator.storage.getDirectory();
      await folder.getFileHandle('visitor', { create: true });
    },
    /kept file visitor/,
  ],
  'service worker': [() => navigator.serviceWorker.register('worker.js'), /kept serviceWorker /],
  'window.name': [() => void (window.name = 'visitor'), /kept window\.name visitor/],
  'history.state': [
    () => {
      const { pushState } = History.prototype;
      history.pushState = (_, ...more) => pushState.call(history, 'visitor', ...more);
      history.replaceState = () => {};
    },
    /kept history\.state "visitor"/,
  ],
  listener: [() => addEventListener('scroll', () => {}), /waits listener window scroll/],
  'listener for once': [() => addEventListener('unload', () => {}, { once: true }), /waits listener window unload/],
  handler: [() => void (window.onerror = () => {}), /waits handler window onerror/],
  'listener that is removed': [
    () => {
      const nothing = () => {};
      addEventListener('pagehide', nothing);
      removeEventListener('pagehide', nothing);
    },
    /called listener window pagehide/,
  ],
  timer: [() => void setTimeout(() => {}, 60_000), /waits setTimeout/],
  interval: [() => void setInterval(() => {}, 60_000), /waits setInterval/],
  'animation frame': [() => void requestAnimationFrame(() => {}), /called requestAnimationFrame/],
  observer: [() => new MutationObserver(() => {}).observe(document, { childList: true }), /waits MutationObserver/],
  'replaced function': [() => void (History.prototype.pushState = () => {}), /waits replaced pushState/],
  'read of the device': [() => void navigator.userAgent, /called navigator\.userAgent/],
  'second look at the signal': [() => void navigator.globalPrivacyControl, /called navigator\.globalPrivacyControl/],
  'random bytes': [() => void crypto.getRandomValues(new Uint8Array(16)), /called crypto\.getRandomValues/],
  channel: [() => void new BroadcastChannel('visitor'), /called new BroadcastChannel/],
  WebAssembly: [
    () => WebAssembly.instantiate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    /called WebAssembly\.instantiate/,
  ],
};

const after = [
  [
    'an event that goes out later',
    {
      run: () =>
        (window.afterWithdrawal = (id) =>
          fetch('api/analytics/batch', { method: 'POST', body: JSON.stringify({ id }) })),
      finds: [/request POST \/api\/analytics\/batch/, /called window\.fetch/],
    },
  ],
  [
    'an id that is kept',
    { run: () => (window.afterWithdrawal = (id) => localStorage.setItem('old', id)), finds: [/kept localStorage old/] },
  ],
  [
    'an id beside the refusal',
    {
      run: () => (window.afterWithdrawal = (id) => (localStorage['waymark:demo'] += '\n' + id)),
      finds: [/no refusal/],
    },
  ],
  [
    'a database that is left',
    { run: () => (window.afterWithdrawal = () => void indexedDB.open('old')), finds: [/kept indexedDB old/] },
  ],
  [
    'a listener that is left',
    {
      run: () => (window.afterWithdrawal = () => addEventListener('pagehide', () => {})),
      finds: [/waits listener window pagehide/],
    },
  ],
  [
    'a timer that is left',
    { run: () => (window.afterWithdrawal = () => void setInterval(() => {}, 9000)), finds: [/waits setInterval/] },
  ],
  intoMemory('the id in memory as UTF-8', '(id) => new TextEncoder().encode(id)', [/memory anonymous_id UTF-8/]),
  intoMemory(
    'the id in memory as UTF-16',
    '(id) => new Uint8Array(Uint16Array.from(id, (c) => c.charCodeAt(0)).buffer)',
    [/memory anonymous_id UTF-16/],
  ),
  intoMemory('the id in memory as base64', '(id) => new TextEncoder().encode(btoa("a" + id))', [
    /memory anonymous_id base64/,
  ]),
  intoMemory(
    'the id in memory as its 16 bytes',
    '(id) => Uint8Array.from(id.replaceAll("-", "").match(/../g), (hex) => parseInt(hex, 16))',
    [/memory anonymous_id bytes/],
  ),
].map(([name, leak]) => [name, { when: 'after', ...leak }]);

/** By their names: `run` as it stands in the page, `when`, and what `finds` it: a list, of which each must be found. */
export const leaks = {
  ...Object.fromEntries(
    Object.entries(before).map(([name, [run, found]]) => [name, { when: 'before', run, finds: [found] }]),
  ),
  ...Object.fromEntries(after),
};
