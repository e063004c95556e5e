// Usercentrics' Web CMP: version 2 with `UC_UI`, whose getters answer at once, and version 3 with `__ucCmp`, which answers
// later. Both fire the same window events.
import { connectUsercentrics } from '../../../js/dist/consent/adapters/usercentrics.js';

const CATEGORIES = { functional: ['functional'], analytics: ['analytics'], marketing: ['marketing'] };

class FakeUsercentrics {
  static connect = connectUsercentrics;
  static source = 'cmp:usercentrics';
  static mayBeImplied = true;
  categories = CATEGORIES;
  strange = 'telepathy';
  isBroken = false;

  constructor(page) {
    this.page = page;
  }

  initialized() {
    this.page.fire('UC_UI_INITIALIZED');
  }

  event(type) {
    this.page.fire('UC_UI_CMP_EVENT', { source: 'button', type });
  }

  show() {
    this.event('CMP_SHOWN');
  }

  choose(choices) {
    this.decide(choices, 'explicit');
    const values = Object.values(choices);
    this.event(values.every(Boolean) ? 'ACCEPT_ALL' : values.some(Boolean) ? 'SAVE' : 'DENY_ALL');
  }

  imply() {
    this.decide({ functional: true, analytics: true, marketing: true }, 'implicit');
    this.page.fire('ucEvent', { event: 'consent_status', type: 'implicit', action: 'onInitialPageLoad' });
    this.initialized();
  }

  break() {
    this.isBroken = true;
    this.event('SAVE');
  }

  check() {
    if (this.isBroken) throw new Error('the platform is broken');
  }
}

export class FakeUsercentrics2 extends FakeUsercentrics {
  isReady = false;
  services = ['essential', 'functional', 'analytics', 'analytics', 'marketing'].map((categorySlug, index) => ({
    categorySlug,
    name: `Service ${index}`,
    consent: { status: categorySlug === 'essential', history: [{ type: 'implicit', action: 'onInitialPageLoad' }] },
  }));

  stub() {
    this.page.UC_UI = { isInitialized: () => this.isReady, getServicesBaseInfo: () => (this.check(), this.services) };
  }

  arrive() {
    this.stub();
    this.isReady = true;
    this.initialized();
  }

  decide(choices, type) {
    for (const { categorySlug, consent } of this.services) {
      consent.status = categorySlug === 'essential' || choices[categorySlug];
      consent.history = [...consent.history, { type, status: consent.status, action: 'onUpdateServices' }];
    }
  }

  mumble() {
    this.decide({ functional: 'yes', analytics: 1, marketing: {} }, 'explicit');
    this.event('SAVE');
  }
}

export class FakeUsercentrics3 extends FakeUsercentrics {
  isReady = false;
  details = {
    consent: { type: 'IMPLICIT' },
    categories: { essential: { state: 'ALL_ACCEPTED' }, functional: { state: 'NO_STATE' } },
    services: {},
  };

  stub() {
    this.page.__ucCmp = {
      isInitialized: async () => this.isReady,
      getConsentDetails: async () => {
        this.check();
        return structuredClone(this.details);
      },
    };
  }

  arrive() {
    this.stub();
    this.isReady = true;
    this.initialized();
  }

  decide(choices, type) {
    this.details.consent = { type: type.toUpperCase() };
    for (const [slug, is] of Object.entries(choices))
      this.details.categories[slug] = { state: is === true ? 'ALL_ACCEPTED' : is === false ? 'ALL_DENIED' : is };
  }

  mumble() {
    this.decide({ functional: 'SOME_ACCEPTED', analytics: 'all_accepted', marketing: 'NO_STATE' }, 'explicit');
    this.event('SAVE');
  }
}
