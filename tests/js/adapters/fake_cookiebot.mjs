// Cookiebot as its page for developers describes it.
import { connectCookiebot } from '../../../js/dist/consent/adapters/cookiebot.js';

const CATEGORIES = { functional: ['preferences'], analytics: ['statistics'], marketing: ['marketing'] };

export class FakeCookiebot {
  static connect = connectCookiebot;
  static source = 'cmp:cookiebot';
  static mayBeImplied = true;
  categories = CATEGORIES;
  strange = 'telepathy';

  constructor(page) {
    this.page = page;
    this.api = {
      consent: { necessary: true, preferences: false, statistics: false, marketing: false, method: null, stamp: '0' },
      consented: false,
      declined: false,
      hasResponse: false,
      doNotTrack: false,
    };
  }

  stub() {
    this.page.Cookiebot = {};
  }

  arrive() {
    this.page.Cookiebot = this.api;
    this.page.fire('CookiebotOnConsentReady');
  }

  show() {
    this.page.fire('CookiebotOnDialogDisplay');
  }

  answer(consent, hasResponse) {
    const consented = Object.values(consent).includes(true);
    Object.assign(this.api.consent, consent);
    Object.assign(this.api, { hasResponse, consented, declined: !consented });
    this.page.fire(consented ? 'CookiebotOnAccept' : 'CookiebotOnDecline');
  }

  choose({ functional, analytics, marketing }) {
    this.answer({ preferences: functional, statistics: analytics, marketing, method: 'explicit' }, true);
  }

  imply() {
    this.answer({ preferences: true, statistics: true, marketing: true, method: 'implied' }, false);
  }

  mumble() {
    this.answer({ preferences: 'true', statistics: 1, marketing: {}, method: 'explicit' }, true);
  }

  break() {
    Object.defineProperty(this.api, 'hasResponse', {
      get() {
        throw new Error('the platform is broken');
      },
      set() {},
    });
    this.page.fire('CookiebotOnAccept');
  }
}
