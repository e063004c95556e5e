// The functions of an entry: those of the page's one tracker, and a maker of more.
import type { Door } from './door.js';
import { newTracker } from './tracker.js';
import type { Api } from './types.js';

export const newApi = <M>(door: Door<M>): Api<M> => ({
  ...newTracker(door),
  createTracker: (options) => newTracker(door).init(options),
});
