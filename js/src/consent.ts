// The tiny gate before the core: what the person chose, as far as it is known without starting anything.
import type { ConsentChoices, ConsentState, Purpose } from './types.js';

/** In the order of the core's config: a purpose crosses the border as its index here. */
export const PURPOSES: Purpose[] = ['necessary', 'functional', 'analytics', 'marketing'];
export const NECESSARY = 0;
export const ANALYTICS = 2;

const STATES: ConsentState[] = ['unknown', 'granted', 'denied'];

/** One value for each purpose. */
export const forEachPurpose = <T>(value: (purpose: Purpose, index: number) => T) =>
  Object.fromEntries(PURPOSES.map((purpose, index) => [purpose, value(purpose, index)])) as Record<Purpose, T>;

/** What is well-formed in choices of unknown origin. Throws only if a getter does. */
export const pickChoices = (given: ConsentChoices | undefined): ConsentChoices =>
  forEachPurpose((purpose) => STATES.find((state) => state === given?.[purpose]));
