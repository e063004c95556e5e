// Every number that bounds what is watched, each with its reason.

// What a person reads through. With the largest events a core takes (32 KiB), 3.2 MiB a tracker.
export const EVENTS = 100;
export const BATCHES = 20;
// A page has one tracker, or a few; a test page may make them without end.
export const TRACKERS = 10;
// core/limits.hpp: event_name_bytes. A longer name is invalid and shown cut.
export const NAME_CHARACTERS = 64;
// core/limits.hpp: answer_after_ms. The core waits no longer for an answer.
export const ANSWER_MS = 60_000;
// core/limits.hpp: batches_in_flight.
export const FLIGHTS = 8;
// core/limits.hpp: event_age_ms. The core gives up restored events that are older.
export const RESTORED_AGE_MS = 3 * 24 * 60 * 60 * 1000;
// How often is looked for calls that wait for a core that is not there yet, while somebody listens.
export const HELD_EVERY_MS = 500;
