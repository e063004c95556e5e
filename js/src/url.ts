// The public API, with the core in a file of its own. types.ts says what each function does.
import { newApi } from './api.js';
import { urlDoor } from './doors/url.js';
import type { Api, CoreOption } from './types.js';

export type * from './types.js';

const api: Api<CoreOption> = /* @__PURE__ */ newApi(urlDoor);
export const { init, createTracker, track, page, identify, group, reset, flush, consent } = api;
