// Google consent mode v2 on a page: commands by `gtag`, whose arguments objects are pushed onto `dataLayer`. Google's
// scripts put a function of their own in place of `push` when they load.
import { connectGoogle } from '../../../js/dist/consent/adapters/google.js';

const CATEGORIES = {
  functional: ['functionality_storage', 'personalization_storage'],
  analytics: ['analytics_storage'],
  marketing: ['ad_storage', 'ad_user_data', 'ad_personalization'],
};
const types = Object.values(CATEGORIES).flat();

export class FakeGoogle {
  static connect = connectGoogle;
  static source = 'cmp:google';
  static mayBeImplied = true;
  categories = CATEGORIES;
  strange = 'telepathy_storage';

  constructor(page) {
    this.page = page;
    const fake = this;
    this.gtag = function () {
      (fake.page.dataLayer ??= []).push(arguments);
    };
  }

  stub() {
    this.page.dataLayer = [];
    this.gtag('js', new Date(0));
  }

  arrive() {
    this.gtag('consent', 'default', {
      ...Object.fromEntries(types.map((type) => [type, 'denied'])),
      wait_for_update: 500,
    });
  }

  show() {
    this.gtag('event', 'page_view');
    this.page.dataLayer.push({ event: 'gtm.js' });
  }

  choose(choices) {
    const states = Object.entries(CATEGORIES).flatMap(([purpose, names]) =>
      names.map((name) => [name, choices[purpose] ? 'granted' : 'denied']),
    );
    this.gtag('consent', 'update', Object.fromEntries(states));
  }

  /** A default that grants, and no update. */
  imply() {
    this.gtag('consent', 'default', Object.fromEntries(types.map((type) => [type, 'granted'])));
  }

  mumble() {
    this.gtag('consent', 'update', Object.fromEntries(types.map((type) => [type, true])));
    this.gtag('consent', 'updates', Object.fromEntries(types.map((type) => [type, 'granted'])));
    this.gtag('consents', 'update', Object.fromEntries(types.map((type) => [type, 'granted'])));
    this.gtag('set', 'consent', 'update');
    this.gtag('consent', 'update', 'granted');
    this.gtag('consent', 'update');
    this.page.dataLayer.push(['consent', 'update', Object.fromEntries(types.map((type) => [type, 'granted']))]);
  }

  break() {
    const states = Object.defineProperty({}, 'analytics_storage', {
      enumerable: true,
      get() {
        throw new Error('the platform is broken');
      },
    });
    this.gtag('consent', 'update', states);
  }
}
