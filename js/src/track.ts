// The public API, with the core inside this script. types.ts says more about each function.
import { newApi } from './api.js';
import { inlineDoor } from './doors/inline.js';
import type { Api } from './types.js';

export type * from './types.js';

const api: Api = /* @__PURE__ */ newApi(inlineDoor);

/** Starts the page's one tracker and returns it; a second call changes nothing. Never throws. */
export const init = api.init;
/** A tracker of its own. Give each its own write key: what is stored is kept by write key. */
export const createTracker = api.createTracker;
/** Records an event. `name` is `object_action` in snake_case, 64 bytes at most. */
export const track = api.track;
/** Records `page_viewed` with the page's URL, title and referrer. */
export const page = api.page;
/** Says who the person is from now on: 64 bytes at most. */
export const identify = api.identify;
/** Says which group the person belongs to: 64 bytes at most. */
export const group = api.group;
/** Forgets the user and starts a new anonymous id and session, for example at sign-out. */
export const reset = api.reset;
/** Sends what is queued now; resolves when all of it is acknowledged or given up, or the time is over. */
export const flush = api.flush;
/** What the person allows: `get`, `set`, `withdraw`, `onChange`. */
export const consent = api.consent;
