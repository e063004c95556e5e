// What the entry waymark/debug puts on the page, and a tracker looks for when it is started. Types only.
import type { CoreExports } from './core.js';
import type { HeldCall } from './hold.js';
import type { Options, Tracker } from './types.js';

/**
 * Told of a tracker whose `init` was called. `options` are the tracker's own copy; `held` gives the calls that wait for
 * the core at the moment. Returns what takes the place of the exports of each core that is started; those do the same.
 */
export type Watcher = (
  options: Options,
  held: () => HeldCall[],
  tracker: Tracker,
) => (exports: CoreExports) => CoreExports;

/** globalThis with a watcher under Symbol.for('waymark.watch'). */
export interface Watched {
  [symbol: symbol]: Watcher | undefined;
}
