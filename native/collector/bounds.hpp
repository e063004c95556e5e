// Every number that bounds the collector, each with its reason. What bounds one event is in core/limits.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace waymark::collector::bounds {

using namespace std::chrono_literals;

// One request. A tracker sends 60 KiB; a server that replays a journal may send more.
inline constexpr size_t body_bytes = 1024 * 1024;
// After decompression: JSON of events shrinks about five times. Inflating stops here, so a gzip bomb costs 5 MiB.
inline constexpr size_t inflated_bytes = 5 * 1024 * 1024;
inline constexpr uint32_t header_bytes = 16 * 1024;
inline constexpr size_t batch_elements = 500;  // events, metrics blocks and client reports each
// `context` and `sdk` of a batch, each: they are written with every one of its events, so a small body could fill the
// disk. Four times what a tracker sends (limits::context_bytes).
inline constexpr size_t shared_member_bytes = 16 * 1024;
// From the first byte of a request to the last of its body. Slower clients hold a connection for nothing.
inline constexpr auto read_time = 10s;
inline constexpr auto write_time = 30s;
// Between two requests on one connection.
inline constexpr auto idle_time = 75s;
// How long a refused client may go on sending before the connection is closed under it.
inline constexpr auto linger_time = 2s;
// Open requests get this long to be answered after SIGTERM.
inline constexpr auto drain_time = 10s;

// How late the salt of a day may be destroyed when nobody sends.
inline constexpr auto day_watch_time = 10s;

inline constexpr size_t connections = 1024;
// Bodies that are being read, all connections together; above it a request is answered 503.
inline constexpr size_t bodies_bytes = 64 * 1024 * 1024;

// What waits for the writer. A full queue answers 503; it never grows.
inline constexpr size_t queue_events = 10'000;
inline constexpr size_t queue_bytes = 64 * 1024 * 1024;
// One transaction. More gains nothing: the cost of the sync is shared by 500 already.
inline constexpr size_t group_events = 500;

// What a health check writes: the largest event (limits::event_bytes). A row of no size would fit on a full disk.
inline constexpr int64_t probe_bytes = 32 * 1024;

// Refused events that are kept for their owner to look at; the oldest go first.
inline constexpr int64_t rejected_rows = 100'000;

// Keyed hashes of ids whose events were erased; the oldest go first. What is redelivered is three days old at most
// (limits::event_age_ms); so many erasures in three days are four a second.
inline constexpr int64_t erased_ids = 1'000'000;
// Each looks through the refused events, so a sender must not ask for many.
inline constexpr double erasures_per_second = 10;  // per write key

// A receipt has about 600 bytes; with every text as long as it may be, 4 KiB.
inline constexpr size_t receipt_bytes = 4 * 1024;
inline constexpr size_t request_receipts = 100;
// Of one subject: more decisions than a person takes in a life.
inline constexpr int64_t subject_receipts = 1'000;

inline constexpr size_t export_rows_default = 1'000;
inline constexpr size_t export_rows = 10'000;
inline constexpr size_t export_bytes = 8 * 1024 * 1024;

inline constexpr size_t live_clients = 64;
inline constexpr size_t live_page_rows = 200;
inline constexpr size_t live_page_bytes = 1024 * 1024;
// A live client that is further behind than this skips ahead and is told so.
inline constexpr int64_t live_behind_rows = 10'000;
inline constexpr auto live_pause = 100ms;    // at most ten pages a second to one client
inline constexpr auto live_heartbeat = 15s;  // keeps proxies from closing a quiet stream

inline constexpr double events_per_second = 10'000;  // per write key
inline constexpr double pings_per_second = 50;       // per tool

// Symbols of programs that crash. A part of a file is one request; a program of a million functions has about 100 MB.
inline constexpr uint64_t symbol_parts = 64;
inline constexpr size_t symbol_name_bytes = 4096;
inline constexpr size_t symbol_module_bytes = 255;
inline constexpr size_t symbol_piece_bytes = 64 * 1024;
// All together; the oldest upload goes first.
inline constexpr int64_t symbols_bytes = 512 * 1024 * 1024;

// What a listing of crashes looks through: the newest. A look-up reads one piece of symbols.
inline constexpr int64_t crash_rows = 10'000;
inline constexpr size_t crash_groups_default = 50;
inline constexpr size_t crash_groups = 100;
inline constexpr size_t crash_frames = 64;    // of one crash; more are passed over
inline constexpr size_t crash_modules = 128;  // the same
inline constexpr int64_t session_rows = 100'000;
inline constexpr size_t session_groups = 500;

inline constexpr size_t site_file_bytes = 16 * 1024 * 1024;

}  // namespace waymark::collector::bounds
