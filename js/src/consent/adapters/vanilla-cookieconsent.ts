// vanilla-cookieconsent 3, orestbida's CookieConsent.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions } from './connection.js';

interface CookieConsent {
  validConsent: () => boolean;
  acceptedService: (service: string, category: string) => boolean;
  getUserPreferences: () => {
    acceptedCategories: string[];
    rejectedCategories: string[];
    rejectedServices: Record<string, string[] | undefined>;
  };
}

/** Categories as the library is set up with, or one service of a category: `analytics/waymark`. */
export interface VanillaCookieConsentOptions extends AdapterOptions {
  /** The library, where it is a module of yours: `import * as CookieConsent`. Else the global `CookieConsent` is meant. */
  api?: Pick<CookieConsent, keyof CookieConsent>;
}

/**
 * Reports the categories of vanilla-cookieconsent as `cmp:vanilla-cookieconsent` until the function that is returned is
 * called. A choice is a valid consent of the current revision; the defaults of its mode `opt-out` are none. A category of
 * which one service was rejected is not granted.
 */
export function connectVanillaCookieConsent(
  consent: ConsentControls,
  options: VanillaCookieConsentOptions = {},
): () => void {
  return connect<CookieConsent, string>(
    consent,
    {
      source: 'cmp:vanilla-cookieconsent',
      mapping: { functional: ['functionality'], analytics: ['analytics'], marketing: ['marketing'] },
      events: ['cc:onFirstConsent', 'cc:onConsent', 'cc:onChange'],
      find: () => {
        const api = options.api ?? globals<{ CookieConsent: CookieConsent }>().CookieConsent;
        return typeof api?.validConsent === 'function' ? api : undefined;
      },
      read: (api) => {
        if (api.validConsent() !== true) return undefined;
        const { acceptedCategories, rejectedCategories, rejectedServices } = api.getUserPreferences();
        return (name) => {
          const [category = '', service] = name.split('/');
          if (rejectedCategories.includes(category)) return false;
          if (!acceptedCategories.includes(category)) return undefined;
          return service ? api.acceptedService(service, category) : !rejectedServices[category]?.length;
        };
      },
    },
    options,
  );
}
