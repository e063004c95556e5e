// A pretended browser around a tracker: clock, timers, fetch, storage, document, each recording what is done with it.
import { readBody } from './body.mjs';
import { createTracker } from '../../js/dist/track.js';

const REPLACED = ['setTimeout', 'clearTimeout', 'fetch', 'localStorage', 'document', 'location', 'navigator', 'screen'];
const LISTENING = ['addEventListener', 'removeEventListener'];
const realImmediate = setImmediate;

/** Lets all that is ready run: promises, microtasks, the compilation of the core. */
export const settled = async (turns = 20) => {
  for (let turn = 0; turn < turns; ++turn) await new Promise((resolve) => realImmediate(resolve));
};

function makeTarget(listeners) {
  return {
    addEventListener: (type, listener) => void listeners.push({ type, listener }),
    removeEventListener: (type, listener) => {
      const index = listeners.findIndex((entry) => entry.type === type && entry.listener === listener);
      if (index >= 0) listeners.splice(index, 1);
    },
  };
}

/** The text of a consent record with these choices, made just now for half a year. */
export function recordText(choices, { epoch = 1, purged = 0, at = Date.now(), source = 'api' } = {}) {
  const made = { source, at, expires: at + 180 * 864e5, policy: '', notice: '' };
  const entries = Object.entries(choices).map(([purpose, value]) => [purpose, { value, ...made }]);
  return JSON.stringify({ epoch, purged, choices: Object.fromEntries(entries) });
}

export class Host {
  nowMs = Date.UTC(2024, 10, 14, 10, 0, 0);
  timers = []; // {id, atMs, run, unref}
  timersEverSet = 0;
  requests = []; // {url, init, body, events, respond, fail}
  listeners = [];
  stored = new Map();
  storageCalls = [];
  deviceReads = [];
  errors = [];
  /** What the collector answers: a function of the request, or undefined to leave it open. */
  answer = () => ({ status: 200, body: '{"accepted":1,"duplicate":0,"rejected":[]}' });

  constructor() {
    const host = this;
    this.saved = new Map();
    const replace = (name, value) => {
      this.saved.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    };
    this.realNow = Date.now;
    Date.now = () => host.nowMs;
    this.realError = console.error;
    console.error = (...words) => host.errors.push(words);
    let lastTimer = 0;
    replace('setTimeout', (run, delayMs = 0, ...args) => {
      const id = { number: ++lastTimer, unref: () => void (timer.isUnref = true) };
      const timer = { id, atMs: host.nowMs + Math.max(0, delayMs), run: () => run(...args), isUnref: false };
      host.timers.push(timer);
      ++host.timersEverSet;
      return id;
    });
    replace('clearTimeout', (id) => void (host.timers = host.timers.filter((timer) => timer.id !== id)));
    replace('fetch', (url, init) => host.#fetch(url, init));
    replace('localStorage', {
      getItem: (key) => (host.storageCalls.push(['get', key]), host.stored.get(key) ?? null),
      setItem: (key, value) => (host.storageCalls.push(['set', key, value]), void host.stored.set(key, value)),
      removeItem: (key) => (host.storageCalls.push(['remove', key]), void host.stored.delete(key)),
    });
    this.document = {
      visibilityState: 'visible',
      title: 'Shop',
      referrer: 'https://search.example/',
    };
    replace('document', this.document);
    replace('location', { href: 'https://shop.example/cart?utm_source=x&token=y', pathname: '/cart' });
    const device = (name, values) =>
      new Proxy(values, { get: (target, key) => (host.deviceReads.push(`${name}.${String(key)}`), target[key]) });
    replace('navigator', device('navigator', { language: 'de-DE', userAgent: 'secret' }));
    replace('screen', device('screen', { width: 1920, height: 1080 }));
    const window = makeTarget(this.listeners);
    for (const name of LISTENING) replace(name, window[name]);
  }

  restore() {
    Date.now = this.realNow;
    console.error = this.realError;
    for (const [name, descriptor] of this.saved)
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
  }

  #fetch(url, init) {
    return new Promise((resolve, reject) => {
      if (init.signal?.aborted) return reject(new DOMException('aborted', 'AbortError'));
      const abort = () => {
        request.aborted = true;
        reject(new DOMException('aborted', 'AbortError'));
      };
      const done = (settle, value) => {
        init.signal?.removeEventListener('abort', abort);
        settle(value);
      };
      const request = {
        url,
        init,
        body: init.body && readBody(init.body),
        respond: ({ status, body = '', headers = {} }) =>
          done(resolve, new Response(status === 204 ? null : body, { status, headers })),
        fail: () => done(reject, new TypeError('Failed to fetch')),
      };
      init.signal?.addEventListener('abort', abort);
      this.requests.push(request);
      const answer = this.answer?.(request);
      if (answer === 'fail') request.fail();
      else if (answer) request.respond(answer);
    });
  }

  /** What the consent record says of each purpose. */
  get storedChoices() {
    const { choices } = JSON.parse(this.stored.get(KEY).split('\n')[0]);
    return Object.fromEntries(Object.entries(choices).map(([purpose, { value }]) => [purpose, value]));
  }

  /** The names of all events that were sent, in order. */
  get sentNames() {
    return this.requests.flatMap(({ body }) => body.events.map(({ event_name }) => event_name));
  }

  /** Moves the clock, firing each timer at its time. */
  async advance(ms) {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settled(5);
      const next = this.timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.nowMs = endMs;
    await settled(5);
  }

  dispatch(type, more = {}) {
    for (const { listener } of this.listeners.filter((entry) => entry.type === type)) listener({ type, ...more });
  }

  hide() {
    this.document.visibilityState = 'hidden'; // the event bubbles to the window
    this.dispatch('visibilitychange');
  }
}

export const KEY = 'waymark:demo';
export const options = (more = {}) => ({ writeKey: 'demo', endpoint: 'https://collect.example', ...more });
export const granted = (more = {}) => options({ consent: { defaults: { analytics: 'granted' } }, ...more });
export const withConsent = (consent) => options({ consent });

/** Runs a test's body in a pretended browser of its own. */
export const inBrowser = (body) => async () => {
  const host = new Host();
  try {
    await body(host);
  } finally {
    host.restore();
  }
};

/** What a tracker's consent says of one purpose. */
export const stateOf = (tracker, purpose) => tracker.consent.status().purposes.find((one) => one.purpose === purpose);

/** A started tracker whose analytics purpose is granted. */
export async function startTracker(more) {
  const tracker = createTracker(granted(more));
  await tracker.ready;
  await settled(2);
  return tracker;
}
