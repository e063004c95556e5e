// OneTrust and CookiePro.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption } from './connection.js';

export interface OneTrustOptions extends AdapterOptions, ExplicitOption {}

interface OneTrust {
  GetDomainData: () => unknown;
  IsAlertBoxClosed: () => unknown;
  OnConsentChanged: (listener: () => void) => void;
}

interface Globals {
  OneTrust: Partial<OneTrust>;
  OnetrustActiveGroups: unknown;
  OptanonActiveGroups: unknown;
}

/** Before its script runs, `OneTrust` may be an object of settings. */
function isOneTrust(api: Partial<OneTrust> | undefined): api is OneTrust {
  return [api?.GetDomainData, api?.IsAlertBoxClosed, api?.OnConsentChanged].every(
    (value) => typeof value === 'function',
  );
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
      find: () => {
        const { OneTrust } = globals<Globals>();
        return isOneTrust(OneTrust) ? OneTrust : undefined;
      },
      // It has no way to take a listener off; after the end it does nothing.
      attach: (api, update) => api.OnConsentChanged(update),
      read: (api) => {
        const { OnetrustActiveGroups, OptanonActiveGroups } = globals<Globals>();
        const groups = OnetrustActiveGroups ?? OptanonActiveGroups;
        if (typeof groups !== 'string' || (requireExplicit && api.IsAlertBoxClosed() !== true)) return undefined;
        const active = groups.split(',');
        return (group) => group !== '' && active.includes(group);
      },
    },
    options,
  );
}
