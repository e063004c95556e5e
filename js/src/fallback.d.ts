// The core as plain JavaScript. The file itself is made from track.wasm when the package is built.
import type { CoreExports } from './core.js';

/** A fresh core with memory of its own. */
export function instantiate(): CoreExports;
