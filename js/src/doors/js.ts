// The door without WebAssembly: the same core as plain JavaScript.
import type { Door } from '../door.js';
import { instantiate } from '../fallback.js';

export const jsDoor: Door = async () => instantiate();
