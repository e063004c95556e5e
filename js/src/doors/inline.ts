// The default door: the core's bytes are in this script. It is compiled at once (about a millisecond), so that the core runs
// before the page can be left.
import { starts, unpack } from 'waymark:core-bytes';
import type { CoreExports } from '../core.js';
import type { Door } from '../door.js';
import { assemble } from './assemble.js';

export const inlineDoor: Door = async () =>
  new WebAssembly.Instance(new WebAssembly.Module(assemble(unpack(), starts()))).exports as unknown as CoreExports;
