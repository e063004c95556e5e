// The way by which the core comes.
import type { CoreExports } from './core.js';
import type { Options } from './types.js';

/** Resolves with a fresh core. Rejects where WebAssembly is missing or forbidden, or the core cannot be had. */
export type Door<MoreOptions = unknown> = (options: Options & MoreOptions) => Promise<CoreExports>;
