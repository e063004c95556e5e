// Every number that bounds the script around the core, each with its reason. Written out, so that they cost nothing.

// Calls that wait for consent or for the core, in memory alone: enough for a visit's first minutes.
export const HELD_EVENTS = 100;
export const HELD_CHARACTERS = 65536;
export const HELD_AGE_MS = 1800000; // half an hour

// The Fetch standard (4.6) lets a page have 64 KiB under way with `keepalive`, in all requests together. Browsers refuse
// more than about nine such requests; the core has eight batches under way at most.
export const KEEPALIVE_BYTES = 61440;
export const KEEPALIVE_REQUESTS = 8;

// A server may ask for patience, but not for ever: a day.
export const LONGEST_WAIT_MS = 86400000;

// A timer of more than 2^31 ms overflows and fires at once.
export const LONGEST_TIMER_MS = 1e9;

// A record of 17 choices has at most 6 300 characters, a key 87, the core's state about 200, sealed 12 and the write key
// more; what is longer was not written by this script.
export const KEPT_CHARACTERS = 10000;

export const FLUSH_TIMEOUT_MS = 10000;

// A cache answers within a few milliseconds; one that does not must not keep the tracker from starting.
export const KEY_WAIT_MS = 1000;

// Where the fixed cost of a TextEncoder is no longer more than a loop over the characters.
export const SHORT_TEXT_CHARACTERS = 500;

// When to look again for what trackers left: another tab may be gone by then, or the core have room. Asked for only
// while something of theirs is there.
export const ADOPT_AGAIN_MS = 5000;

// A request for erasure is repeated after 1, 5, 25 and 125 seconds: long enough for a tunnel or a restart of the collector,
// short enough for the old id not to stay in memory for long.
export const ERASURE_WAIT_MS = 1000;
export const ERASURE_LAST_WAIT_MS = 125000;
