// vanilla-cookieconsent 3.1 as its API and its source have it. The package itself runs in tests/browser/adapters.test.mjs.
import { connectVanillaCookieConsent } from '../../../js/dist/consent/adapters/vanilla-cookieconsent.js';

const CATEGORIES = { functional: ['functionality'], analytics: ['analytics'], marketing: ['marketing'] };

export class FakeVanillaCookieConsent {
  static connect = connectVanillaCookieConsent;
  static source = 'cmp:vanilla-cookieconsent';
  categories = CATEGORIES;
  strange = 'telepathy';
  isValid = false;
  isBroken = false;
  accepted = ['necessary'];
  services = { analytics: ['waymark', 'other'] };
  acceptedServices = { analytics: [] };

  constructor(page) {
    this.page = page;
    const known = ['necessary', ...Object.values(CATEGORIES).flat()];
    this.api = {
      validConsent: () => this.isValid,
      acceptedService: (service, category) => this.acceptedServices[category]?.includes(service) ?? false,
      getUserPreferences: () => {
        if (this.isBroken) throw new Error('the platform is broken');
        return {
          acceptType: 'custom',
          acceptedCategories: [...this.accepted],
          rejectedCategories: known.filter((name) => !this.accepted.includes(name)),
          acceptedServices: this.acceptedServices,
          rejectedServices: {
            analytics: this.services.analytics.filter((name) => !this.acceptedServices.analytics.includes(name)),
          },
        };
      },
    };
  }

  stub() {
    this.page.CookieConsent = {};
  }

  arrive() {
    this.page.CookieConsent = this.api;
    if (this.isValid) this.page.fire('cc:onConsent', {});
  }

  show() {
    this.page.fire('cc:onModalShow', { modalName: 'consentModal' });
  }

  save(accepted, services) {
    const isFirst = !this.isValid;
    this.accepted = ['necessary', ...accepted];
    this.acceptedServices = { analytics: services };
    this.isValid = true;
    if (isFirst) {
      this.page.fire('cc:onFirstConsent', {});
      this.page.fire('cc:onConsent', {});
    } else this.page.fire('cc:onChange', { changedCategories: accepted });
  }

  choose(choices) {
    const accepted = Object.keys(choices).flatMap((purpose) => (choices[purpose] ? CATEGORIES[purpose] : []));
    this.save(accepted, choices.analytics ? this.services.analytics : []);
  }

  /** The defaults of its mode opt-out. */
  imply() {
    this.accepted = ['necessary', 'functionality', 'analytics', 'marketing'];
    this.page.fire('cc:onConsent', {});
  }

  mumble() {
    this.choose({ functional: true, analytics: true, marketing: true });
    this.isValid = 1;
    this.page.fire('cc:onChange', {});
  }

  /** The policy has a new revision. */
  fail() {
    this.isValid = false;
    this.page.fire('cc:onConsent', {});
  }

  break() {
    this.isBroken = true;
    this.page.fire('cc:onChange', {});
  }
}
