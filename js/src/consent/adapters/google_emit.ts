// Tells Google's tags what the tracker knows, as consent mode v2.
import type { ConsentState, Purpose } from '../../types.js';
import type { ConsentControls } from '../types.js';
import { globals, type Mapping } from './connection.js';
import { GOOGLE_TYPES, type GoogleType } from './google_types.js';

export interface EmitOptions {
  /** Which types stand for a purpose. Replaces the default, purpose by purpose. */
  mapping?: Mapping<GoogleType>;
  /** How long Google's tags wait for a first update. */
  waitForUpdateMs?: number;
  /** Where the default holds, as ISO 3166-2: `DE`, `US-CA`. Everywhere when left out. */
  region?: string | readonly string[];
  /** The name of the queue, where it is not `dataLayer`. */
  dataLayer?: string;
}

/**
 * Pushes consent mode's default at once and an update after every change, until the function that is returned is called.
 * Call it before Google's scripts. What is not granted is denied, and a type of several purposes needs them all.
 */
export function emitConsentMode(consent: ConsentControls, options: EmitOptions = {}): () => void {
  if (!globalThis.window?.addEventListener) return () => {};
  const name = options.dataLayer ?? 'dataLayer';
  const mapping: Mapping<GoogleType> = { necessary: ['security_storage'], ...GOOGLE_TYPES, ...options.mapping };
  // Google's tags take the arguments object of a call for a command, and an array for something else.
  function gtag(..._command: unknown[]) {
    const page = globals<Record<string, unknown[]>>();
    (page[name] ??= []).push(arguments);
  }
  const types = (get: (purpose: Purpose) => ConsentState) => {
    const states: Partial<Record<GoogleType, 'granted' | 'denied'>> = {};
    for (const purpose of Object.keys(mapping) as Purpose[])
      for (const type of [mapping[purpose] ?? []].flat() as GoogleType[])
        states[type] = get(purpose) === 'granted' && states[type] !== 'denied' ? 'granted' : 'denied';
    return states;
  };
  const { waitForUpdateMs, region } = options;
  const update = () =>
    gtag(
      'consent',
      'update',
      types((purpose) => consent.get(purpose)),
    );
  gtag('consent', 'default', {
    ...types((purpose) => (purpose === 'necessary' ? consent.get(purpose) : 'denied')),
    ...(waitForUpdateMs === undefined ? {} : { wait_for_update: waitForUpdateMs }),
    ...(region ? { region: [region].flat() } : {}),
  });
  // A choice that is known already is no default: in other regions nothing would be denied then.
  const isKnown = (Object.keys(mapping) as Purpose[]).some(
    (purpose) => purpose !== 'necessary' && consent.get(purpose) !== 'unknown',
  );
  if (isKnown) update();
  return consent.onChange(update);
}
