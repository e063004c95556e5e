// Consent without a tracker: for a page that asks first and loads the rest once something is granted. Give what it returns
// to `init` as `consent`, and it goes on. consent/types.ts says what each function does.
import { newConsent } from './consent/engine.js';
import { PURPOSES } from './consent/purposes.js';
import { openKept } from './kept.js';
import type { ConsentControls, ConsentOptions, Purpose } from './types.js';

export type * from './consent/types.js';

export interface CreateConsentOptions extends ConsentOptions {
  /** That of the tracker: the record is kept by write key. */
  writeKey: string;
  /** Those of the tracking plan, `necessary` first, where they are not the usual four. */
  purposes?: Purpose[];
  /** `memory`: for this page alone. */
  storage?: 'local' | 'memory';
  /** Hears what listeners throw. */
  onFault?: (error: unknown) => void;
}

export const createConsent = (options: CreateConsentOptions): ConsentControls =>
  newConsent(
    options,
    options.purposes || PURPOSES,
    openKept(options.writeKey, options.storage !== 'memory'),
    options.onFault,
  );
