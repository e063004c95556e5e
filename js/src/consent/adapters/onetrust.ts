// OneTrust and CookiePro.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption } from './connection.js';

export interface OneTrustOptions extends AdapterOptions, ExplicitOption {}

interface OneTrust {
  IsAlertBoxClosed: () => unknown;
  OnConsentChanged: (listener: () => void) => void;
}

interface Globals {
  OneTrust: OneTrust;
  OnetrustActiveGroups: unknown;
  OptanonActiveGroups: unknown;
}

/**
 * Reports OneTrust's active groups as `cmp:onetrust` until the function that is returned is called. A choice is what is
 * there once the banner was closed; where none is shown, that never happens.
 */
export function connectOneTrust(consent: ConsentControls, options: OneTrustOptions = {}): () => void {
  const { requireExplicit = true } = options;
  return connect<OneTrust, string>(
    consent,
    {
      source: 'cmp:onetrust',
      mapping: { functional: ['C0003'], analytics: ['C0002'], marketing: ['C0004'] },
      events: ['OneTrustGroupsUpdated', 'OTConsentApplied'],
      // Before its script runs it may be an object of settings, to which nothing can be attached.
      find: () => globals<Globals>().OneTrust,
      // It has no way to take a listener off; after the end it does nothing.
      attach: (api, update) => api.OnConsentChanged(update),
      read: (api) => {
        const { OnetrustActiveGroups, OptanonActiveGroups } = globals<Globals>();
        const groups = OnetrustActiveGroups ?? OptanonActiveGroups;
        const isExplicit = api.IsAlertBoxClosed() === true;
        if (typeof groups !== 'string' || (requireExplicit && !isExplicit)) return undefined;
        const active = groups.split(',');
        return (group) => group !== '' && active.includes(group) && (isExplicit || 'implied');
      },
    },
    options,
  );
}
