// Osano.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption, type Said } from './connection.js';

export type OsanoCategory = 'ESSENTIAL' | 'STORAGE' | 'PERSONALIZATION' | 'ANALYTICS' | 'MARKETING';

export interface OsanoOptions extends AdapterOptions<OsanoCategory>, ExplicitOption {}

type Choices = Record<string, unknown> | undefined;

interface Manager {
  getConsent: () => Choices;
  addEventListener: (event: string, listener: (choices: Choices) => void) => void;
  removeEventListener: (event: string, listener: (choices: Choices) => void) => void;
}

const INITIALIZED = 'osano-cm-initialized';
/** Comes at once for a choice that was saved before. */
const SAVED = 'osano-cm-consent-saved';

/**
 * Reports Osano's categories as `cmp:osano` until the function that is returned is called. A choice is one that was
 * saved; `getConsent()` alone also tells what the region lets be. Who opted out of sale has refused marketing.
 */
export function connectOsano(consent: ConsentControls, options: OsanoOptions = {}): () => void {
  const { requireExplicit = true } = options;
  let choices: Choices;
  let accepted: Said = 'implied';
  return connect<Manager, OsanoCategory>(
    consent,
    {
      source: 'cmp:osano',
      mapping: { functional: ['PERSONALIZATION'], analytics: ['ANALYTICS'], marketing: ['MARKETING'] },
      // Before its script there may be a function of that name, without `cm`, which only takes calls down.
      find: () => globals<{ Osano: { cm?: Manager } }>().Osano?.cm,
      attach: (manager, update) => {
        const onInitialized = () => {
          choices ??= manager.getConsent();
          update();
        };
        const onSaved = (saved: Choices) => {
          choices = saved;
          accepted = true;
          update();
        };
        manager.addEventListener(SAVED, onSaved);
        if (!requireExplicit) manager.addEventListener(INITIALIZED, onInitialized);
        return () => {
          manager.removeEventListener(SAVED, onSaved);
          manager.removeEventListener(INITIALIZED, onInitialized);
        };
      },
      read: () =>
        choices &&
        ((category) => {
          if (category === 'MARKETING' && choices!.OPT_OUT === 'ACCEPT') return false;
          return choices![category] === 'ACCEPT' ? accepted : choices![category] === 'DENY' ? false : undefined;
        }),
    },
    options,
  );
}
