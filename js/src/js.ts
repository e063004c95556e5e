// The public API, with the core as plain JavaScript, for where WebAssembly must not be used. types.ts says what each function does.
import { newApi } from './api.js';
import { jsDoor } from './doors/js.js';
import type { Api } from './types.js';

export type * from './types.js';

const api: Api = /* @__PURE__ */ newApi(jsDoor);
export const { init, createTracker, track, page, identify, group, reset, flush, consent } = api;
