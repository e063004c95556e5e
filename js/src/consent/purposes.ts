// The purposes, in their order, and choices among them.
import type { ConsentChoices, ConsentState, Purpose } from '../types.js';

/** In the order of the core's config, unless a plan has others: a purpose crosses the border as its index. */
export const PURPOSES: Purpose[] = ['necessary', 'functional', 'analytics', 'marketing'];
export const NECESSARY = 0;

/** What can be chosen: a purpose, or whether the device may be used to store. */
export type Chosen = keyof ConsentChoices;

const STATES: ConsentState[] = ['unknown', 'granted', 'denied'];

/** One value for each purpose. */
export const forEachPurpose = <P extends string, T>(purposes: P[], value: (purpose: P, place: number) => T) =>
  Object.fromEntries(purposes.map((purpose, place) => [purpose, value(purpose, place)])) as Record<P, T>;

/** What is well-formed in choices of unknown origin. Throws only if a getter does. */
export const pickChoices = <State extends string = ConsentState>(
  purposes: Chosen[],
  given: Partial<Record<Chosen, State>> | undefined,
  states = STATES as State[],
) => forEachPurpose(purposes, (purpose) => states.find((state) => state === given?.[purpose]));
