// Cookiebot.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption, type Said } from './connection.js';

export type CookiebotCategory = 'necessary' | 'preferences' | 'statistics' | 'marketing';

export interface CookiebotOptions extends AdapterOptions<CookiebotCategory>, ExplicitOption {}

interface Cookiebot {
  hasResponse?: unknown;
  consent: Record<string, unknown>;
}

/**
 * Reports Cookiebot's categories as `cmp:cookiebot` until the function that is returned is called. A choice is a response
 * whose method is `explicit`.
 */
export function connectCookiebot(consent: ConsentControls, options: CookiebotOptions = {}): () => void {
  const { requireExplicit = true } = options;
  return connect<Cookiebot, CookiebotCategory>(
    consent,
    {
      source: 'cmp:cookiebot',
      mapping: { functional: ['preferences'], analytics: ['statistics'], marketing: ['marketing'] },
      events: ['CookiebotOnConsentReady', 'CookiebotOnAccept', 'CookiebotOnDecline'],
      find: () => {
        const { Cookiebot } = globals<{ Cookiebot: Cookiebot }>();
        return Cookiebot?.consent ? Cookiebot : undefined;
      },
      read: ({ hasResponse, consent: categories }) => {
        const isExplicit = hasResponse === true && categories.method === 'explicit';
        if (!isExplicit && (requireExplicit || categories.method !== 'implied')) return undefined;
        return (category) => {
          const value = categories[category];
          return value === true && !isExplicit ? 'implied' : (value as Said);
        };
      },
    },
    options,
  );
}
