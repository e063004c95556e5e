// Telemetry for C++ programs: the decisions of the browser's tracker, made in this process on one thread of its own.
//
//   waymark::Telemetry telemetry({.tool = "greet", .version = "1.2.0", .endpoint = "https://collect.example.com",
//                                 .write_key = "demo"});
//   telemetry.track("greeting_printed", {{"language", "en"}, {"names", 3}});
//
// Nothing happens before the person agreed: no file, no directory, no socket, no thread. What is tracked until then
// waits in memory, within its bound. No call throws, none blocks but those that say so.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#if defined(_WIN32)
#define WAYMARK_API
#else
#define WAYMARK_API __attribute__((visibility("default")))
#endif

namespace waymark {

// A property's value. Texts are views; `track` copies them before it returns.
class Value {
 public:
  enum class Kind : uint8_t { null, boolean, integer, natural, number, text };

  constexpr Value() {}  // null
  constexpr Value(std::nullptr_t) {}
  constexpr Value(std::same_as<bool> auto value) : kind_(Kind::boolean), boolean_(value) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) constexpr Value(T value)
      : kind_(std::signed_integral<T> ? Kind::integer : Kind::natural) {
    if constexpr (std::signed_integral<T>) {
      integer_ = value;
    } else {
      natural_ = value;
    }
  }
  // Infinities and NaN are sent as null: JSON has no word for them.
  constexpr Value(std::floating_point auto value) : kind_(Kind::number), number_(static_cast<double>(value)) {}
  constexpr Value(std::string_view value) : kind_(Kind::text), text_(value) {}
  constexpr Value(const char* value) : kind_(Kind::text), text_(value == nullptr ? std::string_view() : value) {}
  Value(const std::string& value) : kind_(Kind::text), text_(value) {}

  constexpr Kind kind() const { return kind_; }
  constexpr bool boolean() const { return boolean_; }
  constexpr int64_t integer() const { return integer_; }
  constexpr uint64_t natural() const { return natural_; }
  constexpr double number() const { return number_; }
  constexpr std::string_view text() const { return text_; }

 private:
  Kind kind_ = Kind::null;
  union {
    bool boolean_;
    int64_t integer_;
    uint64_t natural_ = 0;
    double number_;
    std::string_view text_;
  };
};

struct Property {
  std::string_view key;
  Value value;
};

// What became of a call, as far as the caller can know: the verdict is decided later, on the worker.
enum class Tracked : uint8_t {
  queued,      // copied; the core decides on it
  queue_full,  // no room in the ring: gone, and counted in a client report
  disabled,    // opted out, refused, or badly configured: gone
};

// The same numbers as the core's.
enum class ConsentValue : uint8_t { unknown, granted, denied };

enum class Profile : uint8_t {
  anonymous,  // no ids (but that of a crash) and no times leave the machine; of properties only numbers, booleans and
              // what the plan enumerates
  full,
};

enum class ConsentSource : uint8_t {
  record,  // what the person answered, kept in the data directory
  host,    // the program asks and remembers by itself, and says so by `set_consent` at each start; none is kept here
};

// Whose crashes are reported.
enum class CrashScope : uint8_t {
  none,
  program,  // every crash of the process
  module,   // a plug-in's: those with a frame of the module that made this object
};

struct TelemetryConfig {
  // 1 to 64 of a-z, 0-9, '-' and '_', a letter first. It names the data directory and, in upper case with '_' for '-',
  // the variable that turns telemetry off: GREET_NO_TELEMETRY.
  std::string_view tool;
  std::string_view version;    // of the tool; at most 64 bytes
  std::string_view endpoint;   // the collector: https://…, or http:// on loopback
  std::string_view write_key;  // at most 64 bytes
  Profile profile = Profile::anonymous;
  ConsentSource consent = ConsentSource::record;
  // Where consent, queue and crash reports are kept; empty: $XDG_STATE_HOME/TOOL/telemetry, or
  // ~/.local/state/TOOL/telemetry. Made, with mode 0700, when the first purpose is granted.
  std::string_view data_directory = {};
  // The compiled tracking plan (`waymark plan compile`); empty: none. It must outlive the object.
  std::string_view plan = {};
  // The version of the privacy policy that an answer holds for, and where it can be read. The version has at most 64
  // characters of UTF-8, none of them a control character, a quotation mark, a backslash or beyond U+FFFF.
  std::string_view policy_version = {};
  std::string_view policy_url = {};
  CrashScope crashes = CrashScope::none;
  std::string_view crash_purpose = "functional";
  // Somewhere in the module that `CrashScope::module` means; null: in the one that makes the object.
  const void* module_address = nullptr;
  // What waits between `track` and the worker; rounded up to a power of two, 64 KiB to 64 MiB.
  size_t ring_bytes = 256 * 1024;
  // All that this tool keeps on disk of its queue, over all its processes; the oldest goes first, and is counted. Less
  // than 2 MiB counts as 2 MiB, which a queue in memory may take there.
  size_t disk_bytes = 4 * 1024 * 1024;
  // How long the end of the program may be delayed: 24 h at most; negative: not at all. What is not sent by then is on
  // disk and goes at the next start.
  std::chrono::milliseconds exit_deadline{100};
};

// Why telemetry does nothing, if it does nothing. The first that holds, in this order.
enum class Off : uint8_t {
  none,            // it works
  bad_config,      // `detail` says what and where
  do_not_track,    // DO_NOT_TRACK
  tool_variable,   // TOOL_NO_TELEMETRY
  ci,              // a machine of continuous integration
  refused,         // the person said no
  unknown,         // the person was not asked yet: what is tracked waits in memory
  unusable_files,  // consent is recorded but not readable, or the data directory is not ours
};

struct Status {
  Off off = Off::none;
  std::string detail;          // which variable, which file, what to do; empty if there is nothing to say
  std::string data_directory;  // where files are, or would be
};

struct FlushResult {
  // All that was tracked before the call is acknowledged, or given up and counted. Not while something waits for an
  // answer about its purpose.
  bool is_done = false;
  uint64_t acknowledged = 0;
  uint64_t given_up = 0;
  uint64_t waiting = 0;  // in memory or on disk, for the collector or for an answer about their purpose
};

// What withdrawal deleted.
struct PurgeReport {
  uint64_t events_wiped = 0;  // in memory
  std::vector<std::string> files_deleted;
  std::vector<std::string> files_left;  // with the reason: `cannot delete /…/queue/RUN.journal: Permission denied`
};

// What a person is asked, as data, so that a program can show it in a dialog of its own.
struct ConsentNotice {
  std::string title;
  std::string text;
  std::string how_to_turn_off;
  std::string policy_url;
  std::vector<std::string> purposes;  // those that an answer decides
  std::string hash;                   // SHA-256 of all of the above, in hex: what the answer was given on
};

// How many telemetry counted since it was made, or since the fork() that its process came out of. Of what was tracked
// each call is in one of `accepted`, `invalid`, `denied`, `sampled_out`, `over_bound` and `ring_full` as soon as it is
// decided; of what was accepted, in one of `acknowledged`, `rejected`, `dropped` and `wiped` once it ended. Of metrics
// the events that leave count, and values that are refused; pings and exposures that are not sent count if they were
// refused.
struct TelemetryTotals {
  uint64_t accepted = 0;
  uint64_t acknowledged = 0;
  uint64_t rejected = 0;  // by the collector
  uint64_t dropped = 0;   // each is in a client report
  uint64_t wiped = 0;     // refused later, or withdrawn; also what was not decided yet
  uint64_t ring_full = 0;
  uint64_t invalid = 0;      // breaks a rule: a name, a key twice, no JSON, too large, the plan; NaN as a metric
  uint64_t denied = 0;       // no consent, or a purpose that there is not
  uint64_t sampled_out = 0;  // not in the sample
  uint64_t over_bound = 0;   // over the rate, no room in the queue, the 65th metric or exposure
};

// What the program runs in; of a plug-in, what it is plugged into. Texts are at most 64 bytes; empty ones and zeros are
// left out. The operating system and the processor's architecture are added by themselves.
struct Environment {
  std::string_view host_name = {};
  std::string_view host_version = {};
  std::string_view plugin_format = {};  // vst3, clap, lv2 …
  double sample_rate_hz = 0;
  uint32_t buffer_frames = 0;
};

class WAYMARK_API Telemetry {
 public:
  // Reads the environment's opt-outs first, then, unless one is set, the consent record. Starts the worker if
  // something is granted. Never fails: what is wrong stands in `status`.
  explicit Telemetry(const TelemetryConfig& config);
  // Waits for `exit_deadline` at most.
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  // From any thread, an audio callback's too: no lock, no allocation, no system call. Copies what it is given.
  // Without a purpose an event has the plan's, or analytics.
  Tracked track(std::string_view event_name, std::initializer_list<Property> properties = {},
                std::string_view purpose = {}) noexcept {
    return track(event_name, std::span<const Property>(properties.begin(), properties.size()), purpose);
  }
  Tracked track(std::string_view event_name, std::span<const Property> properties,
                std::string_view purpose = {}) noexcept;
  // The properties as a JSON object, as generated code gives them.
  Tracked track(std::string_view event_name, std::string_view properties_json, std::string_view purpose = {}) noexcept;

  // Metrics, as safe as `track`: each name's values are summed up on the worker and leave as one `metric_recorded`
  // event a minute, with count, sum, least, most and percentiles. Names are dotted and end in a unit:
  // `render.callback.ms`. 64 names at most; of more, the events are refused and counted.
  Tracked record(std::string_view metric, double value) noexcept;
  Tracked count(std::string_view metric, double by = 1) noexcept { return record(metric, by); }

  // `experiment_exposed`, once a run for each experiment and variant (64 at most).
  Tracked expose(std::string_view experiment, std::string_view variant) noexcept;

  // GET /t at the collector: that the tool was used, and nothing about who used it. Needs the same consent, is kept
  // nowhere, is tried once, for 2 s at most. `event` is a verb of a-z, 0-9, '-', '_' and '.', 64 bytes at most.
  Tracked ping(std::string_view event, uint64_t n = 0, uint64_t duration_ms = 0) noexcept;

  // The person from now on; empty: nobody. Passed over in the anonymous profile.
  Tracked identify(std::string_view user_id) noexcept;
  // Another person sits down: a new anonymous_id and session.
  Tracked reset() noexcept;
  // Replaces what was set before.
  Tracked set_environment(const Environment& environment) noexcept;

  // Sends what waits. Blocks until that is done or `timeout`, of which 24 h count at most, is over. Does not wait for
  // anybody's answer about consent.
  FlushResult flush(std::chrono::milliseconds timeout);

  Status status() const;
  TelemetryTotals totals() const;
  ConsentValue consent(std::string_view purpose) const;
  // What waits to be sent, in memory and on disk: events as they would travel, one JSON object each, 1000 at most.
  // While an opt-out holds, what earlier runs left.
  std::vector<std::string> waiting() const;
  // The rules that decided, one a line: `record: granted by user on 2026-01-31`.
  std::string explain(std::string_view purpose) const;

  // Asks nobody: what the person is to be shown, and what they answered. `answer` writes the record (source `user`),
  // and from then on telemetry works, or is silent. False, and nothing changed, if an opt-out holds or the record
  // cannot be written; `status` says why. Block for as long as a small file takes to write.
  ConsentNotice notice() const;
  bool answer(ConsentValue value);
  // For one purpose other than `necessary`, also false if there is no such purpose; `source` says who decided: `user`,
  // `api`, a name of the program's own.
  bool set_consent(std::string_view purpose, ConsentValue value, std::string_view source = "api");
  // Refuses all, overwrites what waits in memory, deletes all files but the record of the refusal. Where that cannot be
  // written the refusal holds for this object, and the yes before it is deleted; `status` says so, with `detail`. While
  // an opt-out holds, what earlier runs left is deleted, and no answer is read or changed.
  PurgeReport withdraw();

  // Stack overflows are reported of threads that have a signal stack of their own: the one that made this object, and
  // those that call this. The stack, 64 KiB, is freed when the thread ends.
  static bool protect_this_thread();

  // In a child that came out of fork(): starts the worker there. Without it what the child tracks waits in the ring
  // until its end, when it is written to disk.
  void resume_after_fork();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Records the time of its life, in milliseconds.
class Timer {
 public:
  // `metric` must outlive the timer.
  Timer(Telemetry& telemetry, std::string_view metric)
      : telemetry_(&telemetry), metric_(metric), began_(std::chrono::steady_clock::now()) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Records now, once.
  void stop() {
    if (telemetry_ == nullptr) return;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began_;
    telemetry_->record(metric_, took.count());
    telemetry_ = nullptr;
  }
  // What was timed failed: nothing is recorded.
  void cancel() { telemetry_ = nullptr; }

 private:
  Telemetry* telemetry_;
  std::string_view metric_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace waymark
