// Picks the door by which the core comes: the entry's own, or plain JavaScript where WebAssembly is missing or the
// page's content security policy forbids it.
import type { CoreExports } from './core.js';
import { loadFallback } from './doors/lazy.js';
import type { Options } from './types.js';

/** A way to a fresh core. With `atOnce` it returns the core itself or throws; else it may take its time. */
export type Door<MoreOptions = unknown> = (
  atOnce: boolean,
  options: Options & MoreOptions,
) => CoreExports | Promise<CoreExports>;

export async function open<M>(door: Door<M>, options: Options & M): Promise<CoreExports> {
  try {
    return await door(false, options);
  } catch {
    return (await loadFallback()).instantiate();
  }
}
