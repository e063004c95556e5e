// The tiny gate before the core: what the person chose, as far as it is known without starting anything.
import type { ConsentChoices, ConsentState, Purpose } from './types.js';

/** In the order of the core's config, unless a plan has others: a purpose crosses the border as its index. */
export const PURPOSES: Purpose[] = ['necessary', 'functional', 'analytics', 'marketing'];
export const NECESSARY = 0;

const STATES: ConsentState[] = ['unknown', 'granted', 'denied'];

/** One value for each purpose. */
export const forEachPurpose = <T>(purposes: Purpose[], value: (purpose: Purpose, index: number) => T) =>
  Object.fromEntries(purposes.map((purpose, index) => [purpose, value(purpose, index)])) as Record<Purpose, T>;

/** What is well-formed in choices of unknown origin. Throws only if a getter does. */
export const pickChoices = (purposes: Purpose[], given: ConsentChoices | undefined): ConsentChoices =>
  forEachPurpose(purposes, (purpose) => STATES.find((state) => state === given?.[purpose]));
