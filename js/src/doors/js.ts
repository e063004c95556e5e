// The door without WebAssembly: the same core as plain JavaScript.
import { instantiate } from '../fallback.js';
import type { Door } from '../open.js';

export const jsDoor: Door = instantiate;
