// Runs in every window, frame and worker before its first script, and tells through a binding what is called there. It is
// sent as text, so it refers to nothing outside of itself; it keeps what it needs of the browser before a page can change it.

import { calledMethods, readProperties } from './device_reads.js';

/** What `installHooks` says of one call. `frame` is the caller's line of the stack, or empty. */
export interface HookCall {
  readonly effect: string;
  readonly what: string;
  readonly frame: string;
  readonly value?: string;
}

/** What a realm has at one moment. */
export interface LiveRealm {
  readonly timers: readonly HookCall[];
  readonly observers: readonly HookCall[];
  readonly replaced: readonly string[];
}

/** Where a realm keeps `live()`, which returns its LiveRealm, and `mark()`, which tells of a moment among the calls. */
const liveKey = 'waymark.privacyCheck';
export const realmExpression = `globalThis[Symbol.for('${liveKey}')]`;
/** The names under which the hooks, and what the visitor runs in a page, stand in a stack. */
export const hooksUrl = 'waymark-privacy-check-hooks.js';
export const stepsUrl = 'waymark-privacy-check-steps.js';
/** The binding, which is gone before the page's first script. */
export const bindingName = 'waymarkPrivacyCheck';

const hookNames = { bindingName, liveKey, hooksUrl, stepsUrl, read: readProperties, called: calledMethods };
type HookNames = typeof hookNames;

/** The text to run. */
export function hooksSource(): string {
  return `(${installHooks.toString()})(${JSON.stringify(hookNames)});\n//# sourceURL=${hooksUrl}`;
}

function installHooks(names: HookNames): void {
  type Loose = any;
  const scope: Loose = globalThis;
  const send: Loose = scope[names.bindingName];
  const liveSymbol = Symbol.for(names.liveKey);
  if (typeof send !== 'function' || scope[liveSymbol] !== undefined) return;
  delete scope[names.bindingName];

  // A page that loops is counted up to here: 200 calls alike, 20 000 in all.
  const maxAlike = 200;
  const maxCalls = 20_000;
  const maxValue = 65_536;

  const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
  const { stringify } = JSON;
  const { URL, Map, WeakMap, Proxy, Error, String, MutationObserver: Watcher } = scope;
  const bound = (method: Loose): Loose => Function.prototype.call.bind(method);
  const split = bound(''.split);
  const includes = bound(''.includes);
  const slice = bound(''.slice);
  const trim = bound(''.trim);
  const mapGet = bound(Map.prototype.get);
  const mapSet = bound(Map.prototype.set);
  const mapDelete = bound(Map.prototype.delete);
  const mapForEach = bound(Map.prototype.forEach);
  const weakGet = bound(WeakMap.prototype.get);
  const weakSet = bound(WeakMap.prototype.set);
  const isPage = typeof scope.document === 'object';

  /** The innermost line of the stack that is not of these hooks. */
  function caller(): string {
    const { stackTraceLimit, prepareStackTrace } = Error;
    Error.stackTraceLimit = 20;
    if (prepareStackTrace !== undefined) Error.prepareStackTrace = undefined;
    const stack = new Error().stack;
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace !== undefined) Error.prepareStackTrace = prepareStackTrace;
    if (typeof stack !== 'string') return '';
    const lines = split(stack, '\n');
    for (let i = 1; i < lines.length; ++i)
      if (!includes(lines[i], names.hooksUrl) && includes(lines[i], ':') && !includes(lines[i], '(<anonymous>)'))
        return trim(lines[i]);
    return '';
  }

  const counts = new Map();
  let calls = 0;
  /** Tells of a call; returns it, or undefined if it was the visitor's own. */
  function note(effect: string, what: string, value?: unknown): HookCall | undefined {
    const frame = caller();
    if (includes(frame, names.stepsUrl)) return undefined;
    const call = { effect, what: slice(what, 0, 2000), frame };
    const key = `${effect} ${call.what}`;
    const alike = (mapGet(counts, key) ?? 0) + 1;
    mapSet(counts, key, alike);
    if (alike <= maxAlike && ++calls <= maxCalls)
      send(stringify(typeof value === 'string' ? { ...call, value: slice(value, 0, maxValue) } : call));
    return call;
  }

  const text = (value: Loose): string => {
    try {
      return typeof value === 'string' ? value : String(value);
    } catch {
      return '(no text)';
    }
  };
  const resolve = (url: Loose): string => {
    try {
      return split(new URL(text(url), isPage ? scope.document.baseURI : scope.location.href).href, '#')[0];
    } catch {
      return text(url);
    }
  };

  type Before = (self: Loose, args: Loose[]) => void;
  const replace = (object: Loose, key: string, make: (original: Loose) => Loose): void => {
    // In a worker much of the global scope is its prototype's.
    let owner = object;
    while (owner && !getOwnPropertyDescriptor(owner, key)) owner = getPrototypeOf(owner);
    const described = owner && getOwnPropertyDescriptor(owner, key);
    if (!described || typeof described.value !== 'function') return;
    if (!described.configurable && !described.writable) return;
    defineProperty(owner, key, { ...described, value: make(described.value) });
  };
  const around = (owner: Loose, key: string, before: Before): void =>
    replace(owner, key, (original) => {
      return new Proxy(original, {
        apply(target: Loose, self: Loose, args: Loose[]) {
          before(self, args);
          return apply(target, self, args);
        },
      });
    });
  const proto = (name: string): Loose => scope[name]?.prototype;
  const accessed = (owner: Loose, key: string, onGet?: Before, onSet?: Before): void => {
    const described = owner && getOwnPropertyDescriptor(owner, key);
    if (!described?.get || !described.configurable) return;
    const wrap = (original: Loose, before?: Before) =>
      original && before
        ? new Proxy(original, {
            apply(target: Loose, self: Loose, args: Loose[]) {
              before(self, args);
              return apply(target, self, args);
            },
          })
        : original;
    defineProperty(owner, key, { ...described, get: wrap(described.get, onGet), set: wrap(described.set, onSet) });
  };
  /** `made` may look at the new object. */
  const constructed = (name: string, before: (args: Loose[]) => void, made?: (object: Loose) => void): void => {
    if (typeof scope[name] !== 'function') return;
    replace(scope, name, (original) => {
      const proxy = new Proxy(original, {
        construct(target: Loose, args: Loose[], newTarget: Loose) {
          before(args);
          const object = construct(target, args, newTarget === proxy ? target : newTarget);
          made?.(object);
          return object;
        },
      });
      defineProperty(original.prototype, 'constructor', {
        value: proxy,
        writable: true,
        enumerable: false,
        configurable: true,
      });
      return proxy;
    });
  };

  // Requests
  around(scope, 'fetch', (_, [input, init]) => {
    const method = text(init?.method ?? (typeof input === 'object' ? input?.method : undefined) ?? 'GET').toUpperCase();
    note('request', `${method} ${resolve(typeof input === 'object' && input?.url ? input.url : input)}`, init?.body);
  });
  const opened = new WeakMap();
  around(proto('XMLHttpRequest'), 'open', (self, [method, url]) => {
    weakSet(opened, self, `${text(method).toUpperCase()} ${resolve(url)}`);
  });
  around(proto('XMLHttpRequest'), 'send', (self, [body]) => {
    note('request', weakGet(opened, self) ?? 'GET (not opened)', body);
  });
  around(proto('Navigator'), 'sendBeacon', (_, [url, body]) => void note('request', `POST ${resolve(url)}`, body));
  constructed('EventSource', ([url]) => void note('request', `GET ${resolve(url)}`));
  constructed('WebSocket', ([url]) => {
    note('websocket', resolve(url).replace(/^http/, 'ws'));
  });
  around(proto('WebSocket'), 'send', (self, [body]) => void note('websocket', self.url, body));
  constructed('WebTransport', ([url]) => void note('connection', `WebTransport ${resolve(url)}`));
  constructed('RTCPeerConnection', ([init]) => {
    const servers = [init?.iceServers ?? []].flat().flatMap((server: Loose) => server?.urls ?? server?.url ?? []);
    note('connection', ['WebRTC', ...servers.map(text)].join(' '));
  });
  constructed('Worker', ([url]) => void note('worker', resolve(url)));
  constructed('SharedWorker', ([url]) => void note('worker', resolve(url)));
  constructed('BroadcastChannel', ([name]) => void note('channel', text(name)));
  around(proto('LockManager'), 'request', (_, [name]) => void note('lock', text(name)));
  around(proto('ServiceWorkerContainer'), 'register', (_, [url]) => void note('service_worker', resolve(url)));

  // What is kept
  const area = (self: Loose) => (self === scope.sessionStorage ? 'sessionStorage' : 'localStorage');
  const storage = proto('Storage');
  around(storage, 'setItem', (self, [key, value]) => void note('storage', `${area(self)} ${text(key)}`, text(value)));
  around(storage, 'removeItem', (self, [key]) => void note('removal', `${area(self)} ${text(key)}`));
  around(storage, 'clear', (self) => void note('removal', `${area(self)} (all)`));
  around(storage, 'getItem', (self, [key]) => void note('storage_read', `${area(self)} ${text(key)}`));
  around(storage, 'key', (self) => void note('storage_read', `${area(self)} (a key)`));
  // RFC 6265 5.3: a cookie that has expired already is deleted.
  const isRemoval = (cookie: string): boolean => {
    const maxAge = /;\s*max-age=(-?\d+)/i.exec(cookie)?.[1];
    const expires = /;\s*expires=([^;]*)/i.exec(cookie)?.[1];
    return maxAge !== undefined ? Number(maxAge) <= 0 : expires !== undefined && Date.parse(expires) < Date.now();
  };
  accessed(
    proto('Document'),
    'cookie',
    () => void note('storage_read', 'cookie'),
    (_, [cookie]) => {
      const name = trim(split(text(cookie), '=')[0]);
      if (isRemoval(text(cookie))) note('removal', `cookie ${name}`);
      else note('cookie', name, text(cookie));
    },
  );
  const cookieStore = proto('CookieStore');
  const cookieName = (first: Loose) => text(typeof first === 'object' ? first?.name : first);
  around(
    cookieStore,
    'set',
    (_, [first, value]) => void note('cookie', cookieName(first), text(value ?? first?.value)),
  );
  around(cookieStore, 'delete', (_, [first]) => void note('removal', `cookie ${cookieName(first)}`));
  for (const method of ['get', 'getAll']) around(cookieStore, method, () => void note('storage_read', 'cookie'));
  around(proto('IDBFactory'), 'open', (_, [name]) => void note('database', text(name)));
  around(proto('IDBFactory'), 'deleteDatabase', (_, [name]) => void note('removal', `database ${text(name)}`));
  around(proto('IDBFactory'), 'databases', () => void note('storage_read', 'databases'));
  around(proto('CacheStorage'), 'open', (_, [name]) => void note('cache', text(name)));
  around(proto('CacheStorage'), 'delete', (_, [name]) => void note('removal', `cache ${text(name)}`));
  for (const method of ['has', 'keys', 'match'])
    around(proto('CacheStorage'), method, () => void note('storage_read', 'caches'));
  around(proto('StorageManager'), 'getDirectory', () => void note('file_system', 'getDirectory'));
  around(proto('StorageManager'), 'persist', () => void note('file_system', 'persist'));
  accessed(scope, 'name', undefined, (_, [name]) => {
    if (isPage) note('window_name', 'window.name', text(name));
  });
  around(proto('History'), 'pushState', () => void note('history', 'pushState'));
  around(proto('History'), 'replaceState', () => void note('history', 'replaceState'));

  // Who waits for something
  const label = (target: Loose): string => {
    if (target === scope || target === undefined || target === null) return isPage ? 'window' : 'worker';
    if (isPage && target === scope.document) return 'document';
    if (typeof target.tagName === 'string') return target.tagName.toLowerCase();
    return text(target.constructor?.name ?? 'object');
  };
  around(proto('EventTarget'), 'addEventListener', (self, [type, listener]) => {
    if (listener) note('listener', `${label(self)} ${text(type)}`);
  });
  const timers = new Map();
  const timer = (name: string, repeats: boolean): void =>
    replace(scope, name, (original) => {
      return new Proxy(original, {
        apply(target: Loose, self: Loose, [callback, ...rest]: Loose[]) {
          const delay = name.endsWith('Timeout') || repeats ? ` ${text(Math.round(+rest[0] || 0))} ms` : '';
          const call = note('timer', `${name}${delay}`);
          const done =
            typeof callback !== 'function' || repeats
              ? callback
              : function (this: Loose, ...args: Loose[]) {
                  mapDelete(timers, key);
                  return apply(callback, this, args);
                };
          const id = apply(target, self, [done, ...rest]);
          const key = `${name.replace(/^set/, '').replace('Interval', 'Timeout')} ${id}`;
          if (call) mapSet(timers, key, call);
          return id;
        },
      });
    });
  timer('setTimeout', false);
  timer('setInterval', true);
  timer('requestIdleCallback', false);
  timer('requestAnimationFrame', false);
  // HTML 8.6: one list of ids for both; either function clears either.
  for (const name of ['clearTimeout', 'clearInterval'])
    around(scope, name, (_, [id]) => void mapDelete(timers, `Timeout ${id}`));
  around(scope, 'cancelIdleCallback', (_, [id]) => void mapDelete(timers, `requestIdleCallback ${id}`));
  around(scope, 'cancelAnimationFrame', (_, [id]) => void mapDelete(timers, `requestAnimationFrame ${id}`));
  around(proto('Scheduler'), 'postTask', () => void note('timer', 'scheduler.postTask'));
  const observing = new Map();
  for (const name of [
    'PerformanceObserver',
    'MutationObserver',
    'IntersectionObserver',
    'ResizeObserver',
    'ReportingObserver',
  ]) {
    const calledBy = new WeakMap();
    let last: HookCall | undefined;
    constructed(
      name,
      () => void (last = note('observer', name)),
      (object) => last && weakSet(calledBy, object, last),
    );
    around(proto(name), 'observe', (self) => {
      const call = weakGet(calledBy, self);
      if (call) mapSet(observing, self, call);
    });
    around(proto(name), 'disconnect', (self) => void mapDelete(observing, self));
  }

  // What tells one device from another. A look at the signals of a refusal (globalPrivacyControl, doNotTrack) is not among it.
  const device = (name: string) => () => void note('device_read', name);
  const nameOfRead = (owner: string, key: string) =>
    owner === 'window' ? key : `${owner === 'Screen' ? 'screen' : 'navigator'}.${key}`;
  for (const [owner, keys] of Object.entries(names.read))
    for (const key of keys) accessed(owner === 'window' ? scope : proto(owner), key, device(nameOfRead(owner, key)));
  for (const [owner, keys] of Object.entries(names.called))
    for (const key of keys) around(proto(owner), key, device(`${owner}.${key}`));
  around(scope.Intl?.DateTimeFormat?.prototype, 'resolvedOptions', device('time zone'));
  around(scope, 'matchMedia', (_, [query]) => void note('device_read', `matchMedia ${text(query)}`));
  for (const name of ['AudioContext', 'OfflineAudioContext']) constructed(name, () => void note('device_read', name));
  for (const name of ['instantiate', 'instantiateStreaming', 'compile', 'compileStreaming'])
    around(scope.WebAssembly, name, () => void note('wasm', `WebAssembly.${name}`));
  if (scope.WebAssembly)
    replace(scope.WebAssembly, 'Module', (original) => {
      return new Proxy(original, {
        construct(target: Loose, args: Loose[], newTarget: Loose) {
          note('wasm', 'WebAssembly.Module');
          return construct(target, args, newTarget);
        },
      });
    });

  // Functions of the browser, as they are now, with the hooks in place.
  const kept: [string, Loose, PropertyKey, Loose, Loose, Loose][] = [];
  const keep = (path: string, owner: Loose): void => {
    for (const key of ownKeys(owner)) {
      const { value, get, set } = getOwnPropertyDescriptor(owner, key) ?? {};
      if (typeof value === 'function' || get || set) kept.push([`${path}${String(key)}`, owner, key, value, get, set]);
    }
  };
  if (isPage) {
    keep('', scope);
    for (const name of ownKeys(scope)) {
      const value = getOwnPropertyDescriptor(scope, name)?.value;
      if (typeof name !== 'string' || value === scope) continue;
      if (typeof value === 'function') keep(`${name}.`, value);
      if (typeof value === 'function' && value.prototype) keep(`${name}.prototype.`, value.prototype);
    }
    for (const name of ['Atomics', 'CSS', 'Intl', 'JSON', 'Math', 'Reflect', 'WebAssembly', 'console'])
      if (scope[name]) keep(`${name}.`, scope[name]);
  }
  // A method may also be hidden by another on the one object that is used.
  const objects: [string, Loose][] = [];
  if (isPage)
    for (const name of ['history', 'navigator', 'document', 'location', 'screen', 'performance', 'crypto', 'indexedDB'])
      objects.push([name, scope[name]]);
  const ownKeysBefore = objects.map(([, object]) => new Set(ownKeys(object)));

  function replacedNow(): string[] {
    const found: string[] = [];
    for (const [path, owner, key, value, get, set] of kept) {
      const now = getOwnPropertyDescriptor(owner, key);
      if (!now || now.value !== value || now.get !== get || now.set !== set) found.push(path);
    }
    objects.forEach(([name, object], index) => {
      for (const key of ownKeys(object))
        if (!ownKeysBefore[index]?.has(key) && key in Object.getPrototypeOf(object))
          found.push(`${name}.${String(key)}`);
    });
    return found;
  }

  const live = (): LiveRealm => {
    const realm = { timers: [] as HookCall[], observers: [] as HookCall[], replaced: replacedNow() };
    mapForEach(timers, (call: HookCall) => realm.timers.push(call));
    mapForEach(observing, (call: HookCall) => realm.observers.push(call));
    return realm;
  };
  const mark = () => send(stringify({ effect: 'mark', what: '', frame: '' }));
  defineProperty(scope, liveSymbol, { value: { live, mark } });

  // An element that asks for a connection may be gone again before anyone looks.
  if (isPage) {
    const asks = (node: Loose): void => {
      const rel = node.localName === 'link' ? ` ${node.rel} ` : '';
      for (const wish of ['preconnect', 'dns-prefetch'])
        if (rel.includes(` ${wish} `)) send(stringify({ effect: 'link', what: `${wish} ${node.href}`, frame: '' }));
      node.querySelectorAll?.('link').forEach((link: Loose) => link !== node && asks(link));
    };
    const watcher = new Watcher((records: Loose[]) => {
      for (const { addedNodes, type, target } of records)
        type === 'childList' ? addedNodes.forEach(asks) : asks(target);
    });
    watcher.observe(scope.document, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['rel', 'href'],
    });
  }
}
