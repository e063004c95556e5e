// Klaro 0.7 as its source has it: a manager with watchers. The package itself runs in tests/browser/adapters.test.mjs.
import { connectKlaro } from '../../../js/dist/consent/adapters/klaro.js';

const CATEGORIES = { functional: ['functional'], analytics: ['analytics'], marketing: ['marketing'] };

export class FakeKlaro {
  static connect = connectKlaro;
  static source = 'cmp:klaro';
  categories = CATEGORIES;
  strange = 'telepathy';
  watchers = new Set();
  isBroken = false;
  manager = {
    confirmed: false,
    consents: { chat: false, matomo: false, clicks: false, ads: false },
    savedConsents: { chat: false, matomo: false, clicks: false, ads: false },
    config: {
      services: [
        { name: 'chat', purposes: ['functional'] },
        { name: 'matomo', purposes: ['analytics'] },
        { name: 'clicks', purposes: ['analytics'] },
        { name: 'ads', purposes: ['marketing'] },
        { name: 'plain' },
      ],
    },
    watch: (watcher) => this.watchers.add(watcher),
    unwatch: (watcher) => this.watchers.delete(watcher),
  };

  constructor(page) {
    this.page = page;
  }

  get listenerCount() {
    return this.watchers.size;
  }

  notify(name, data) {
    for (const watcher of this.watchers) watcher.update(this.manager, name, data);
  }

  /** The script without a configuration. */
  stub() {
    this.page.klaro = {
      getManager: () => {
        throw new TypeError("Cannot read properties of undefined (reading 'storageName')");
      },
    };
  }

  arrive() {
    this.page.klaro = { getManager: () => this.manager };
  }

  /** Switches are moved and not saved. */
  show() {
    this.manager.consents = { chat: true, matomo: true, clicks: true, ads: true };
    this.notify('consents', this.manager.consents);
  }

  save(consents) {
    this.manager.consents = consents;
    this.manager.confirmed = true;
    this.manager.savedConsents = { ...consents };
    this.notify('saveConsents', { changes: {}, consents, type: 'save' });
    this.notify('applyConsents', 4);
  }

  choose({ functional, analytics, marketing }) {
    this.save({ chat: functional, matomo: analytics, clicks: analytics, ads: marketing });
  }

  /** Services that are on by default. */
  imply() {
    this.manager.savedConsents = { chat: true, matomo: true, clicks: true, ads: true };
    this.show();
  }

  mumble() {
    this.save({ chat: 'true', matomo: 1, clicks: {}, ads: 'yes' });
  }

  /** The list of services has grown since. */
  fail() {
    this.manager.confirmed = false;
    this.notify('consents', this.manager.consents);
  }

  break() {
    Object.defineProperty(this.manager, 'savedConsents', {
      get() {
        throw new Error('the platform is broken');
      },
      set() {},
    });
    this.notify('saveConsents', {});
  }
}
