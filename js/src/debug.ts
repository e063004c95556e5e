// Watching: what became of the last events, for those who build with the package. An entry of its own, apart from the
// tracker's, which only looks at `init` whether somebody watches.
import { watching } from './debug/watching.js';
import { overlay } from './debug/overlay.js';
import type { Inspection } from './inspection.js';

export type * from './inspection.js';

/**
 * Trackers whose `init` or `createTracker` is called from now on are watched. Every function here does this first; a
 * second time changes nothing.
 */
export const watch = (): void => void watching();

/** What is known now: the last 100 events and 20 batches of the last 10 trackers. */
export const inspect = (): Inspection => watching().inspect();

/**
 * Calls `listener` after changes: once for all of one task, never within a call of a tracker; calls that wait for a
 * core that is not started are noticed within half a second. Returns the function that stops it.
 */
export const subscribe = (listener: () => void): (() => void) => watching().subscribe(listener);

/** Empties the lists of events and batches. The totals stay. */
export const clear = (): void => watching().clear();

/**
 * Puts a button on the page that opens the list, and returns its element; a second call returns the same. `remove()`
 * of the element takes it away. Throws where there is no document.
 */
export const showOverlay = (): HTMLElement => overlay(watching());
