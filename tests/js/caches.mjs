// Pretended caches and locks, for trackers that keep their key in a cache.
import { inBrowser, KEY } from './host.mjs';

/** Under which the key lies in its cache. */
export const KEY_URL = 'https://key.invalid';

/** A CacheStorage whose calls take effect in their order, and a deleted cache lasts for whoever has it open. */
export class Caches {
  all = new Map();
  calls = [];
  /** What an answer waits for. */
  answer = async () => {};

  async #do(name, work) {
    this.calls.push(name);
    const done = work();
    await this.answer(name);
    return done;
  }

  match = (url, { cacheName }) =>
    this.#do('match', () => {
      const text = this.all.get(cacheName)?.entries.get(url);
      return text === undefined ? undefined : new Response(text);
    });

  open = (name) =>
    this.#do('open', () => {
      if (!this.all.has(name)) this.all.set(name, this.#newCache());
      return this.all.get(name);
    });

  delete = (name) => this.#do('delete', () => this.all.delete(name));

  #newCache() {
    const entries = new Map();
    return {
      entries,
      put: (url, response) => this.#do('put', async () => void entries.set(url, await response.text())),
      delete: (url) => this.#do('delete entry', () => entries.delete(url)),
    };
  }

  get key() {
    return this.all.get(KEY)?.entries.get(KEY_URL);
  }
}

/** As navigator.locks: one at a time. */
export function makeLocks() {
  let last = Promise.resolve();
  return {
    request: (_, work) => {
      const done = last.then(work);
      last = done.then(
        () => {},
        () => {},
      );
      return done;
    },
    query: async () => ({ held: [] }),
  };
}

/** Runs a test's body in a pretended browser that has caches and locks. */
export const inVault = (body) =>
  inBrowser(async (host) => {
    const caches = new Caches();
    Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true });
    globalThis.navigator.locks = makeLocks();
    try {
      await body(host, caches);
    } finally {
      delete globalThis.caches;
    }
  });
