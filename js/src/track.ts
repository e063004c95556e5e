// The public API
import { newApi } from './api.js';
import { inlineDoor } from './doors/inline.js';
import type { Api } from './types.js';

export type * from './types.js';

const api: Api = /* @__PURE__ */ newApi(inlineDoor);
export const { init, createTracker, track, page, identify, group, reset, flush, consent } = api;
