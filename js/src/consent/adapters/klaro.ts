// Klaro 0.7.
import type { ConsentControls } from '../types.js';
import { connect, globals, strictest, type AdapterOptions, type Said } from './connection.js';

interface Manager {
  confirmed: unknown;
  /** What was saved last. `consents` also holds switches that were moved and not saved. */
  savedConsents: Record<string, unknown>;
  config: { services: { name: string; purposes?: string[] }[] };
  watch: (watcher: { update: () => void }) => void;
  unwatch: (watcher: { update: () => void }) => void;
}

interface Klaro {
  getManager: (config?: object) => Manager;
}

/** The names of services, or of Klaro's purposes, which stand for all services that name them. */
export interface KlaroOptions extends AdapterOptions {
  /** The library, where it is a module of yours: `import * as klaro`. Else the global `klaro` is meant. */
  api?: { getManager: (config?: never) => unknown };
  /** The configuration of the manager, where it is not the page's only one. */
  config?: object;
}

/**
 * Reports Klaro's services as `cmp:klaro` until the function that is returned is called. A choice is one that is
 * confirmed, so neither defaults nor a list of services that has grown since.
 */
export function connectKlaro(consent: ConsentControls, options: KlaroOptions = {}): () => void {
  return connect<Manager, string>(
    consent,
    {
      source: 'cmp:klaro',
      mapping: { functional: ['functional'], analytics: ['analytics'], marketing: ['marketing'] },
      // It throws as long as it has no configuration.
      find: () => ((options.api as Klaro | undefined) ?? globals<{ klaro: Klaro }>().klaro)?.getManager(options.config),
      attach: (manager, update) => {
        const watcher = { update };
        manager.watch(watcher);
        return () => manager.unwatch(watcher);
      },
      read: ({ confirmed, savedConsents, config }) => {
        if (confirmed !== true) return undefined;
        return (name) => {
          const named = config.services.filter((service) => service.name === name);
          const meant = named.length > 0 ? named : config.services.filter(({ purposes }) => purposes?.includes(name));
          const said = meant.map((service) => savedConsents[service.name]);
          return strictest(said as Said[]);
        };
      },
    },
    options,
  );
}
