// Google consent mode v2: what a platform tells Google's tags by the page's queue. There is no way to ask for it.
import type { ConsentControls } from '../types.js';
import { connect, globals, type AdapterOptions, type ExplicitOption, type Said } from './connection.js';
import { GOOGLE_TYPES, type GoogleType } from './google_types.js';

export { emitConsentMode, type EmitOptions } from './google_emit.js';
export type { GoogleType };

export interface GoogleOptions extends AdapterOptions<GoogleType>, ExplicitOption {
  /** The name of the queue, where it is not `dataLayer`. */
  dataLayer?: string;
}

type Queue = unknown[];
type States = Partial<Record<string, Said>>;

/**
 * Reports the consent commands in `dataLayer` as `cmp:google`, those before and those to come, until the function that is
 * returned is called. A choice is an `update`; with `requireExplicit: false` a `default` counts too, and one for some
 * regions only where it denies.
 */
export function connectGoogle(consent: ConsentControls, options: GoogleOptions = {}): () => void {
  const { requireExplicit = true, dataLayer = 'dataLayer' } = options;
  let defaults: States = {};
  let regional: States = {};
  let updates: States = {};
  let isHeard = false;

  /** Whether `entry` was a consent command. Only an arguments object is one. */
  const take = (entry: unknown): boolean => {
    if (Object.prototype.toString.call(entry) !== '[object Arguments]') return false;
    const [name, command, states] = Array.from(entry as unknown as ArrayLike<unknown>);
    if (name !== 'consent' || (command !== 'default' && command !== 'update') || !states) return false;
    const isRegional = command === 'default' && 'region' in (states as object);
    for (const [type, value] of Object.entries(states)) {
      if (value !== 'granted' && value !== 'denied') continue;
      if (command === 'update') updates[type] = value === 'granted';
      else if (!isRegional) defaults[type] = value === 'granted' && 'implied';
      else if (value === 'denied') regional[type] = false;
    }
    isHeard = true;
    return true;
  };
  const takeAll = (entries: Iterable<unknown>): boolean => {
    try {
      return Array.from(entries, take).includes(true);
    } catch {
      defaults = {};
      regional = {};
      updates = {};
      return true;
    }
  };

  return connect<Queue, GoogleType>(
    consent,
    {
      source: 'cmp:google',
      mapping: GOOGLE_TYPES,
      find: () => {
        const page = globals<Record<string, Queue>>();
        return (page[dataLayer] ??= []);
      },
      attach: (queue, update) => {
        takeAll(queue);
        const { push } = queue;
        const tapped = (...entries: unknown[]) => {
          const length = push.apply(queue, entries);
          if (takeAll(entries)) update();
          return length;
        };
        queue.push = tapped;
        return () => {
          // Who has put a function of their own around it since keeps it, and it only passes on.
          if (queue.push === tapped) queue.push = push;
        };
      },
      read: () => {
        if (!isHeard) return undefined;
        return (type) => updates[type] ?? (requireExplicit ? undefined : (regional[type] ?? defaults[type]));
      },
    },
    options,
  );
}
