// The default door: the core's bytes are in this script, so that it can start even while the page is being left.
import { unpack } from 'waymark:core-bytes';
import type { CoreExports } from '../core.js';
import type { Door } from '../open.js';

export const inlineDoor: Door = (atOnce) =>
  atOnce
    ? (new WebAssembly.Instance(new WebAssembly.Module(unpack())).exports as unknown as CoreExports)
    : WebAssembly.instantiate(unpack()).then(({ instance }) => instance.exports as unknown as CoreExports);
