// Osano's consent manager: listeners by name, of which those for what has happened already are called at once.
import { connectOsano } from '../../../js/dist/consent/adapters/osano.js';

const CATEGORIES = { functional: ['PERSONALIZATION'], analytics: ['ANALYTICS'], marketing: ['MARKETING'] };

export class FakeOsano {
  static connect = connectOsano;
  static source = 'cmp:osano';
  static mayBeImplied = true;
  categories = CATEGORIES;
  strange = 'TELEPATHY';
  listeners = [];
  isInitialized = false;
  isSaved = false;
  isBroken = false;
  consent = {
    ESSENTIAL: 'ACCEPT',
    STORAGE: 'DENY',
    PERSONALIZATION: 'DENY',
    ANALYTICS: 'DENY',
    MARKETING: 'DENY',
    OPT_OUT: 'DENY',
  };

  constructor(page) {
    this.page = page;
    this.cm = {
      mode: 'production',
      getConsent: () => this.handOver(),
      addEventListener: (type, callback) => {
        this.listeners.push({ type, callback });
        if (type === 'osano-cm-initialized' && this.isInitialized) callback(this.isSaved ? this.handOver() : undefined);
        if (type === 'osano-cm-consent-saved' && this.isSaved) callback(this.handOver());
      },
      removeEventListener: (type, callback) => {
        this.listeners = this.listeners.filter((entry) => entry.type !== type || entry.callback !== callback);
      },
    };
  }

  get listenerCount() {
    return this.listeners.length;
  }

  handOver() {
    if (!this.isBroken) return { ...this.consent };
    return new Proxy(
      {},
      {
        get() {
          throw new Error('the platform is broken');
        },
      },
    );
  }

  stub() {
    this.page.Osano = (...call) => this.page.Osano.data.push(call);
    this.page.Osano.data = [];
  }

  emit(type, consent) {
    for (const entry of [...this.listeners]) if (entry.type === type) entry.callback(consent);
  }

  arrive() {
    this.page.Osano = { cm: this.cm };
    this.isInitialized = true;
    this.emit('osano-cm-initialized', this.isSaved ? this.handOver() : undefined);
  }

  /** A switch is moved and not saved. */
  show() {
    this.emit('osano-cm-consent-changed', { ANALYTICS: 'ACCEPT' });
    this.emit('osano-cm-ui-changed', 'show');
  }

  save(consent) {
    Object.assign(this.consent, consent);
    this.isSaved = true;
    this.emit('osano-cm-consent-saved', this.handOver());
  }

  choose({ functional, analytics, marketing }) {
    const say = (is) => (is ? 'ACCEPT' : 'DENY');
    this.save({ PERSONALIZATION: say(functional), ANALYTICS: say(analytics), MARKETING: say(marketing) });
  }

  /** Where the region lets all be, `getConsent()` says so although nobody chose. */
  imply() {
    Object.assign(this.consent, { PERSONALIZATION: 'ACCEPT', ANALYTICS: 'ACCEPT', MARKETING: 'ACCEPT' });
    this.emit('osano-cm-initialized', this.handOver());
  }

  mumble() {
    this.save({ PERSONALIZATION: true, ANALYTICS: 'accept', MARKETING: ['ACCEPT'] });
  }

  break() {
    this.isBroken = true;
    if (this.isSaved) this.emit('osano-cm-consent-saved', this.handOver());
  }
}
