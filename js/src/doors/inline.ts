// The default door: the core's bytes are in this script. It is compiled at once (about a millisecond), so that the core runs
// before the page can be left.
import { unpack } from 'waymark:core-bytes';
import type { CoreExports } from '../core.js';
import type { Door } from '../door.js';

export const inlineDoor: Door = async () =>
  new WebAssembly.Instance(new WebAssembly.Module(unpack())).exports as unknown as CoreExports;
