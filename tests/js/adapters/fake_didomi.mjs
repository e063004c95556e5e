// Didomi's web SDK: two queues that are arrays until it is ready and take calls at once afterwards, and getters.
import { connectDidomi } from '../../../js/dist/consent/adapters/didomi.js';

const CATEGORIES = {
  functional: ['create_content_profile', 'select_personalized_content'],
  analytics: ['measure_content_performance'],
  marketing: ['select_basic_ads', 'create_ads_profile', 'select_personalized_ads', 'measure_ad_performance'],
};

export class FakeDidomi {
  static connect = connectDidomi;
  static source = 'cmp:didomi';
  static mayBeImplied = true;
  categories = CATEGORIES;
  strange = 'telepathy';
  isRequired = true;
  isPartial = true;
  isBroken = false;
  enabled = new Map();
  listeners = [];

  constructor(page) {
    this.page = page;
    this.api = {
      isConsentRequired: () => this.isRequired,
      isUserStatusPartial: () => this.isPartial,
      getCurrentUserStatus: () => {
        if (this.isBroken) throw new Error('the platform is broken');
        const ids = ['cookies', ...Object.values(CATEGORIES).flat()];
        const purposes = Object.fromEntries(ids.map((id) => [id, { id, enabled: this.enabled.get(id) ?? false }]));
        return { purposes, vendors: {}, regulation: this.isRequired ? 'gdpr' : 'cpra' };
      },
    };
  }

  stub() {
    this.page.didomiConfig = {};
    this.page.didomiOnReady = [];
  }

  arrive() {
    this.page.Didomi = this.api;
    this.page.didomiEventListeners ??= [];
    this.page.didomiOnReady ??= [];
    this.listeners.push(...this.page.didomiEventListeners);
    this.page.didomiEventListeners = { push: (listener) => this.listeners.push(listener) };
    const waiting = this.page.didomiOnReady;
    this.page.didomiOnReady = { push: (callback) => callback(this.api) };
    for (const callback of waiting) callback(this.api);
  }

  emit(type) {
    for (const { event, listener } of this.listeners) if (event === type) listener({});
  }

  show() {
    this.emit('notice.shown');
  }

  set(values) {
    for (const [purpose, ids] of Object.entries(CATEGORIES))
      for (const id of ids) this.enabled.set(id, values[purpose]);
    this.enabled.set('cookies', Object.values(values).find(Boolean) ?? false);
    this.emit('consent.changed');
  }

  choose(choices) {
    this.isPartial = false;
    this.set(choices);
  }

  /** Where the law asks for no consent everything is enabled until the person objects. */
  imply() {
    this.isRequired = false;
    this.isPartial = false;
    this.set({ functional: true, analytics: true, marketing: true });
  }

  mumble() {
    this.isPartial = false;
    this.set({ functional: 'yes', analytics: 1, marketing: {} });
  }

  break() {
    this.isBroken = true;
    this.emit('consent.changed');
  }
}
