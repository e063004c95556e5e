// Every number that bounds the core, each with its reason. Sizes are in bytes, times in milliseconds.
#pragma once

#include <cstdint>

namespace waymark::limits {

// An event is meant to be read by a person in a table; what is longer is a document, not an event.
inline constexpr uint32_t event_name_bytes = 64;
inline constexpr uint32_t key_bytes = 128;
inline constexpr uint32_t string_bytes = 8 * 1024;
inline constexpr uint32_t event_bytes = 32 * 1024;
inline constexpr uint32_t context_bytes = 4 * 1024;
inline constexpr uint32_t depth = 8;
// Members of all objects of one event together; also the work that the duplicate-key check can cause.
inline constexpr uint32_t keys = 256;
inline constexpr uint32_t number_bytes = 64;

// user_id, anonymous_id, session_id: what every back end of the field can store.
inline constexpr uint32_t id_bytes = 64;
inline constexpr uint32_t write_key_bytes = 64;
inline constexpr uint32_t app_bytes = 64;
inline constexpr uint32_t purposes = 16;
inline constexpr uint32_t purpose_bytes = 32;
// The consent record: a choice for each purpose and one for the device's storage; texts as long as a SHA-256 in hex.
inline constexpr uint32_t recorded_choices = purposes + 1;
inline constexpr uint32_t consent_text_chars = 64;
inline constexpr uint32_t consent_platforms = 8;
inline constexpr uint32_t always_events = 32;
inline constexpr uint32_t url_parameters = 32;
inline constexpr uint32_t allowed_keys = 32;

// Held while consent is unknown: enough for a visit's first minutes, in memory only.
inline constexpr uint32_t held_events = 100;
inline constexpr uint32_t held_bytes = 64 * 1024;
inline constexpr double held_age_ms = 30 * 60 * 1000.0;

// A session is one sitting: the field's usual 30 minutes idle, and never more than a day.
inline constexpr double session_idle_ms = 30 * 60 * 1000.0;
inline constexpr double session_length_ms = 24 * 60 * 60 * 1000.0;

// Flush at the first of these. 60 KiB leaves room in the 64 KiB that a page may have in flight with
// `keepalive` (Fetch standard, 4.6 "HTTP-network-or-cache fetch").
inline constexpr uint32_t batch_events = 100;
inline constexpr uint32_t batch_bytes = 60 * 1024;
inline constexpr double flush_after_ms = 5000;
// Normally one batch is under way, so that events arrive in order. A page that is being left sends all it has.
inline constexpr uint32_t batches_in_flight = 8;

// Full jitter between 0 and min(cap, base * 2^failures): Brooker, "Exponential Backoff And Jitter", 2015.
inline constexpr double retry_base_ms = 1000;
inline constexpr double retry_cap_ms = 60 * 1000.0;
// After so many failures without any answer the network is taken for blocked and is tried seldom.
inline constexpr uint32_t breaker_failures = 6;
inline constexpr double breaker_cap_ms = 30 * 60 * 1000.0;
// A server may ask for patience, but not for ever.
inline constexpr double retry_after_cap_ms = 24 * 60 * 60 * 1000.0;
// A batch that the server fails on so often, although it answers, is set aside and later halved.
inline constexpr uint32_t strikes = 3;
// 100 events halved so often are one event; one event that is set aside again is given up.
inline constexpr uint32_t halvings = 7;
// No answer in this time counts as no network, so that a host that never reports cannot block the queue.
inline constexpr double answer_after_ms = 60 * 1000.0;
// What is acknowledged sooner is not written to disk: most batches are, and a disk is slow.
inline constexpr double journal_after_ms = 250;
// An entry of the journal comes back through the input window of the Wasm build.
inline constexpr uint32_t journal_bytes = 60 * 1024;
// A journal that has grown to so many times the size of the queue is written anew. For a moment it is one time larger.
inline constexpr uint32_t journal_growth = 3;
// A full queue makes so much room at once, since each time all records are moved.
inline constexpr uint32_t evicted_share = 16;
// Restored events older than this are dropped: three days off line are a long weekend.
inline constexpr double event_age_ms = 3 * 24 * 60 * 60 * 1000.0;

}  // namespace waymark::limits
