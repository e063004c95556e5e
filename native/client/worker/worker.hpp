// The one thread of a Telemetry object: takes calls out of the ring, lets the engine decide and deliver, and ends
// within a deadline. What it shares with its owner lives as long as either of them, so that an owner need not wait for
// a thread that a disk holds up.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native/client/disk/data_paths.hpp"
#include "native/client/include/waymark/telemetry.hpp"
#include "native/client/ring/ring.hpp"
#include "native/client/send/endpoint.hpp"
#include "native/client/worker/engine.hpp"

namespace waymark::client {

// What callers and the worker share: where calls are put.
struct Inbox {
  explicit Inbox(size_t ring_bytes) : ring(ring_bytes) {}

  Ring ring;
  // Whether calls are taken at all. The worker says no when it ends: nobody would read them.
  std::atomic<bool> is_open{false};
  std::array<std::atomic<uint32_t>, limits::purposes + 1> lost{};  // by purpose: calls that found no room
  std::atomic<uint64_t> lost_ever{0};
};

struct WorkerSettings {
  EngineSettings engine;
  Endpoint endpoint;
  DataPaths directory;
  size_t disk_bytes = 0;
  Profile profile = Profile::anonymous;
  std::string version;
  CrashScope crashes = CrashScope::none;
  std::string crash_purpose;
  const void* module_address = nullptr;
  // Asked about once a second; what it grants from then on holds. Null: only `set_consent` changes anything.
  std::function<Permission(double now_ms)> permission;
};

class Worker {
 public:
  // Starts the thread. `granted` and `denied` as PermissionRules decided.
  Worker(WorkerSettings settings, std::shared_ptr<Inbox> inbox, Purposes granted, Purposes denied);
  // As `stop` with no time left.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False if there was no memory or no thread.
  bool is_running() const;
  // It ended by itself: another process was told no, or consent has expired.
  bool is_over() const;

  void set_consent(Purposes granted, Purposes denied);
  // Of the times of this and all that follow, 24 h count at most, and negative ones as none.
  FlushResult flush(std::chrono::milliseconds timeout);
  std::vector<std::string> waiting(std::chrono::milliseconds timeout);
  TelemetryTotals totals() const;

  // Takes what is in the ring, writes to disk what is not sent, sends until all is answered or the time is over.
  void stop(std::chrono::milliseconds deadline);
  // Overwrites and deletes everything but the consent record; the thread ends.
  PurgeReport purge(std::chrono::milliseconds timeout);

  // Around fork(): nothing of the worker is in the middle of anything in between, but the network.
  void before_fork();
  void after_fork_in_parent();
  // The thread and its files are the parent's: lets go of them.
  void after_fork_in_child();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace waymark::client
