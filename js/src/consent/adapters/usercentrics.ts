// Usercentrics, its Web CMP in versions 2 and 3.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption } from './connection.js';

export interface UsercentricsOptions extends AdapterOptions, ExplicitOption {
  /** The name of the window event that is set up in Usercentrics, if one is: often `ucEvent`. */
  windowEvent?: string;
}

interface Service {
  categorySlug?: string;
  consent?: { status?: unknown; history?: { type?: string }[] };
}

interface Version2 {
  isInitialized: () => unknown;
  getServicesBaseInfo: () => Service[];
}

interface Details {
  consent?: { type?: string };
  categories?: Record<string, { state?: string } | undefined>;
}

interface Version3 {
  isInitialized: () => Promise<unknown>;
  getConsentDetails: () => Promise<Details>;
}

interface Globals {
  UC_UI: Version2;
  __ucCmp: Version3;
}

const INITIALIZED = 'UC_UI_INITIALIZED';
const DECISIONS = ['ACCEPT_ALL', 'DENY_ALL', 'SAVE'];

/**
 * Reports Usercentrics' categories, by their slugs, as `cmp:usercentrics` until the function that is returned is called.
 * A choice is a consent of the type explicit. From a decision until it could be read nothing is granted.
 */
export function connectUsercentrics(consent: ConsentControls, options: UsercentricsOptions = {}): () => void {
  const { requireExplicit = true, windowEvent } = options;
  const events = [INITIALIZED, 'UC_UI_CMP_EVENT', 'UC_CONSENT', ...(windowEvent ? [windowEvent] : [])];
  let details: Details | undefined;
  let turn = 0;

  /** Version 3 answers later. Only the answer to the last question counts. */
  const ask = async (update: () => void) => {
    const { __ucCmp } = globals<Globals>();
    if (!__ucCmp) return;
    const mine = ++turn;
    details = undefined;
    let answer: Details | undefined;
    try {
      if ((await __ucCmp.isInitialized()) === true) answer = await __ucCmp.getConsentDetails();
    } catch {
      answer = undefined;
    }
    if (mine !== turn) return;
    details = answer;
    update();
  };

  return connect<true, string>(
    consent,
    {
      source: 'cmp:usercentrics',
      mapping: { functional: ['functional'], analytics: ['analytics'], marketing: ['marketing'] },
      events: [INITIALIZED],
      find: () => (globals<Globals>().__ucCmp || globals<Globals>().UC_UI ? true : undefined),
      attach: (_, update) => {
        const onEvent = (event: Event) => {
          const { detail } = event as CustomEvent<{ type?: string } | undefined>;
          if (event.type === 'UC_UI_CMP_EVENT' && !DECISIONS.includes(detail?.type ?? '')) return;
          void ask(update);
          update();
        };
        for (const event of events) window.addEventListener(event, onEvent);
        void ask(update);
        return () => {
          for (const event of events) window.removeEventListener(event, onEvent);
        };
      },
      read: () => {
        const { UC_UI, __ucCmp } = globals<Globals>();
        const services = !__ucCmp && UC_UI?.isInitialized() === true ? UC_UI.getServicesBaseInfo() : [];
        const isExplicit = __ucCmp
          ? details?.consent?.type === 'EXPLICIT'
          : services.some(({ consent }) => consent?.history?.some(({ type }) => type?.toLowerCase() === 'explicit'));
        if (requireExplicit && !isExplicit) return undefined;
        return (slug) => {
          const state = details?.categories?.[slug]?.state;
          const found = services.filter(({ categorySlug }) => categorySlug === slug);
          // A category of version 2 is granted when all its services are.
          const isGranted = __ucCmp ? state === 'ALL_ACCEPTED' : found.every(({ consent }) => consent?.status === true);
          const isKnown = __ucCmp ? state && state !== 'NO_STATE' : found.length > 0;
          return isKnown ? isGranted && (isExplicit || 'implied') : undefined;
        };
      },
    },
    options,
  );
}
