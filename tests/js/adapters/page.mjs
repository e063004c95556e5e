// A pretended page for adapters: a window that knows who listens, timers that pass at will, and a tracker's consent that
// only takes down what is reported to it.
import { setImmediate as nextTurn } from 'node:timers/promises';

const PURPOSES = ['necessary', 'functional', 'analytics', 'marketing'];

export const all = { functional: true, analytics: true, marketing: true };
export const none = { functional: false, analytics: false, marketing: false };

/** What adapters need of a tracker's consent, in memory. */
export class FakeConsent {
  reports = [];
  states = { necessary: 'granted', functional: 'unknown', analytics: 'unknown', marketing: 'unknown' };
  listeners = new Set();

  report(source, choices) {
    this.reports.push(choices === undefined ? [source] : [source, { ...choices }]);
  }

  get = (purpose) => this.states[purpose] ?? 'unknown';

  onChange(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** As if the person had chosen in the tracker's own interface. */
  change(states) {
    Object.assign(this.states, states);
    for (const listener of this.listeners) listener({ ...this.states });
  }

  /** What holds by the last report. */
  get said() {
    return this.reports.at(-1)?.[1];
  }

  /** The purposes that the last report grants, by a choice or without one. */
  get granted() {
    return PURPOSES.filter((purpose) => ['granted', 'implied'].includes(this.said?.[purpose]));
  }
}

export class Page extends EventTarget {
  parent = this;
  frames = {};
  /** Types of the listeners that are there. */
  listeners = [];
  timers = [];
  nowMs = 0;
  #saved = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor() {
    super();
    globalThis.window = this;
    globalThis.setTimeout = (run, delayMs) => {
      const timer = { run, atMs: this.nowMs + delayMs };
      this.timers.push(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  close() {
    Object.assign(globalThis, this.#saved);
    delete globalThis.window;
  }

  addEventListener(type, listener) {
    super.addEventListener(type, listener);
    this.listeners.push({ type, listener });
  }

  removeEventListener(type, listener) {
    super.removeEventListener(type, listener);
    const at = this.listeners.findIndex((entry) => entry.type === type && entry.listener === listener);
    if (at >= 0) this.listeners.splice(at, 1);
  }

  /** Fires an event as a platform does. Its own listeners are no business of the adapter's. */
  fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Lets time pass, and what is ready run. */
  async pass(ms) {
    await nextTurn();
    const endMs = this.nowMs + ms;
    for (;;) {
      const next = this.timers.filter(({ atMs }) => atMs <= endMs).sort((one, other) => one.atMs - other.atMs)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = next.atMs;
      next.run();
      await nextTurn();
    }
    this.nowMs = endMs;
    await nextTurn();
  }
}

/** A test body on a fresh page with a fake of the platform and an adapter that can be connected to it. */
export const onPage =
  (Fake, body, connect = Fake.connect) =>
  async () => {
    const page = new Page();
    const consent = new FakeConsent();
    const fake = new Fake(page);
    const detaches = [];
    const join = (options) => {
      const detach = connect(consent, options);
      detaches.push(detach);
      return detach;
    };
    try {
      await body({ page, consent, fake, connect: join });
    } finally {
      for (const detach of detaches) detach();
      page.close();
    }
  };
