// Didomi.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption, type Said } from './connection.js';

export interface DidomiOptions extends AdapterOptions, ExplicitOption {}

interface Didomi {
  isConsentRequired: () => unknown;
  isUserStatusPartial?: () => unknown;
  /** The name it had before. */
  isUserConsentStatusPartial?: () => unknown;
  getCurrentUserStatus: () => { purposes?: Record<string, { enabled?: unknown } | undefined> } | undefined;
}

interface EventListener {
  event: string;
  listener: () => void;
}

interface Globals {
  didomiOnReady: ((didomi: Didomi) => void)[];
  didomiEventListeners: EventListener[];
}

/** Before its script runs the two queues are arrays, from which an entry can be taken back. */
function takeBack<Entry>(queue: Entry[] | undefined, entry: Entry) {
  if (!Array.isArray(queue)) return;
  const at = queue.indexOf(entry);
  if (at >= 0) queue.splice(at, 1);
}

/**
 * Reports Didomi's purposes, by their ids, as `cmp:didomi` until the function that is returned is called. A choice is
 * there when consent is required and the person has decided on all of it.
 */
export function connectDidomi(consent: ConsentControls, options: DidomiOptions = {}): () => void {
  const { requireExplicit = true } = options;
  let didomi: Didomi | undefined;
  return connect<Globals, string>(
    consent,
    {
      source: 'cmp:didomi',
      mapping: {
        functional: ['cookies', 'create_content_profile', 'select_personalized_content'],
        analytics: ['cookies', 'measure_content_performance'],
        marketing: [
          'cookies',
          'select_basic_ads',
          'create_ads_profile',
          'select_personalized_ads',
          'measure_ad_performance',
        ],
      },
      find: () => {
        const page = globals<Globals>();
        page.didomiOnReady ??= [];
        page.didomiEventListeners ??= [];
        return page as Globals;
      },
      attach: (page, update) => {
        const onReady = (api: Didomi) => {
          didomi = api;
          update();
        };
        const changed = { event: 'consent.changed', listener: update };
        page.didomiEventListeners.push(changed);
        page.didomiOnReady.push(onReady);
        return () => {
          takeBack(page.didomiEventListeners, changed);
          takeBack(page.didomiOnReady, onReady);
        };
      },
      read: () => {
        if (!didomi) return undefined;
        const isRequired = didomi.isConsentRequired() !== false;
        // Before the person has decided every purpose says that it is not enabled, which is no refusal.
        const isPartial = () => (didomi?.isUserStatusPartial ?? didomi?.isUserConsentStatusPartial)?.call(didomi);
        if (isRequired ? isPartial() !== false : requireExplicit) return undefined;
        const purposes = didomi.getCurrentUserStatus()?.purposes ?? {};
        return (id) => {
          const isEnabled = purposes[id]?.enabled;
          return isEnabled === true && !isRequired ? 'implied' : (isEnabled as Said);
        };
      },
    },
    options,
  );
}
