// One tracker of the core, and what carries out its actions: on the disk, by a sender. It has no thread and no clock;
// the worker calls it, and tests do, on a clock of their own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/tracker.hpp"
#include "native/client/consent/permission.hpp"
#include "native/client/disk/disk_queue.hpp"
#include "native/client/disk/state_file.hpp"
#include "native/client/ring/record.hpp"
#include "native/client/send/sender.hpp"
#include "native/client/usage/metrics.hpp"

namespace waymark::client {

struct EngineSettings {
  std::string lines;      // of the core's config (core/config.hpp)
  std::string context;    // a JSON object that what the environment says is added to; empty for none
  std::string_view plan;  // compiled, empty for none; must outlive the engine
  PurposeList purposes;
  std::string tool;  // of pings
  std::string version;
  size_t memory_bytes = 384 * 1024;  // the core's block. The queue is what 76 KiB leave of it: some 2000 events
};

// What became of calls, as far as the core's totals do not say it.
struct Tally {
  uint64_t invalid = 0;
  uint64_t denied = 0;
  uint64_t sampled_out = 0;
  uint64_t over_bound = 0;
  uint32_t held = 0;  // now, until it is known whether their purpose is granted
};

class Engine {
 public:
  // Between two events of summed up metrics.
  static constexpr double metrics_every_ms = 60 * 1000.0;

  // `disk` and `state` may be null: then nothing is kept.
  Engine(EngineSettings settings, DiskQueue* disk, StateFile* state, Sender& sender);

  // bad_config, and all that follows does nothing, if the core refuses the config or the plan.
  Reason start(const uint32_t (&seed)[4], Purposes granted, Purposes denied, double now);

  // Once it is true, which any thread may say, nothing is written, sent or deleted any more. It must outlive the
  // engine.
  void end_when(const std::atomic<bool>& is_over) { is_over_ = &is_over; }

  // A call out of the ring, decided and counted. Pings and metrics have no decision of the core's: `accepted` if they
  // were taken.
  Decision take(const Call& call);
  // So many calls found no room in the ring.
  void count_ring_full(uint32_t purpose, uint32_t count, double now);
  void set_consent(Purposes granted, Purposes denied, double now);
  void answer(const Answer& answer, double now);

  // Sends what waits; with `leaving` at once, and keeps what is not sent.
  void flush(bool leaving, double now);
  // Does all that is to be done now. Returns when there is more, in milliseconds since 1970; negative: never.
  double step(double now);
  // Nothing waits to be sent or answered.
  bool is_empty() const { return is_empty_; }

  const Tally& tally() const { return tally_; }
  const Tracker& tracker() const { return *tracker_; }
  // For calls that this library does not have, as tests play them.
  Tracker& tracker() { return *tracker_; }
  // Whether what waits is written to disk.
  bool keeps_journal() const { return keeps_journal_; }
  // What waits in the core, as events of the wire.
  std::vector<std::string> waiting(double now);

 private:
  Decision decide(const Call& call);
  Decision count(Decision decision);
  Decision track(std::string_view name, std::string_view json, std::string_view purpose, double now);
  // Metrics that the plan does not have are refused where it refuses events.
  Decision record(const Call& call);
  Decision expose(const Call& call);
  Decision ping(const Call& call);
  uint32_t place_of(std::string_view event_name, std::string_view purpose) const;
  Decision set_environment(std::string_view object);
  void send_metrics(double now);
  void store(std::string_view state);
  void count_evicted(double now);
  void adopt(double now);
  void carry_out(const Action& action, double now);

  EngineSettings settings_;
  DiskQueue* disk_;
  StateFile* state_;
  Sender& sender_;
  plan::Plan plan_;
  std::unique_ptr<double[]> memory_;
  std::unique_ptr<Tracker> tracker_;
  std::unique_ptr<char[]> json_;  // an event's properties
  Tally tally_;
  Metrics metrics_;
  double metrics_due_ms_ = -1;
  std::vector<std::string> exposed_;
  bool keeps_journal_ = false;
  std::vector<std::string> evicted_;  // entries that the disk had no room for, to be counted
  double journal_again_ms_ = 0;       // when a disk that refused is tried again
  bool is_adopting_ = false;          // what was restored is in no journal of ours yet
  bool is_empty_ = true;
  const std::atomic<bool>* is_over_ = nullptr;
};

// The events of entries of a journal, as they would travel; `most` at most.
std::vector<std::string> events_in(const std::vector<std::string>& entries, const EngineSettings& settings, double now,
                                   size_t most);

}  // namespace waymark::client
