// What a worker's thread and its owner share. For these two alone.
#pragma once

#include <pthread.h>

#include <deque>

#include "native/client/send/curl_sender.hpp"
#include "native/client/worker/run.hpp"
#include "native/client/worker/worker.hpp"

namespace waymark::client {

// Holds for what is put into the ring after it, so that nothing is decided by what was said later.
struct ConsentChange {
  uint64_t from_bytes = 0;  // Ring::reserved_bytes
  Purposes granted = 0;
  Purposes denied = 0;
};

struct Worker::State {
  static constexpr std::chrono::milliseconds least_pause{10};

  State(WorkerSettings given, std::shared_ptr<Inbox> shared);

  void work();
  void turn();
  size_t take_calls(double now);  // returns how many
  bool take_call();
  void change_consent(Purposes to_granted, Purposes to_denied);
  void apply_changes(double now);
  void follow_crash_consent(double now);
  void check_permission(double now);
  void obey(double now);
  void purge_all();
  void finish();
  TelemetryTotals count() const;
  std::chrono::milliseconds pause(double now, double wake_ms) const;
  void wake() {
    if (CurlSender* const one = sender_for_waking.load(std::memory_order_acquire)) one->wake();
  }

  WorkerSettings settings;
  std::string plan;  // the thread may outlive the program's
  std::shared_ptr<Inbox> inbox;
  std::string name;
  DiskQueue queue;
  StateFile ids;
  Run run;

  // Held while the worker does anything but wait for the network.
  std::mutex step;
  std::unique_ptr<CurlSender> sender;
  std::unique_ptr<Engine> engine;
  std::atomic<CurlSender*> sender_for_waking{nullptr};
  Purposes granted = 0;
  Purposes denied = 0;
  double permission_due_ms = 0;
  double touch_due_ms = 0;
  std::chrono::milliseconds idle_pause = least_pause;
  int unreadable_checks = 0;  // one after the other
  bool is_leaving = false;
  bool is_purged = false;
  bool is_over = false;

  // It was to delete all and did not in time: another worker may have the inbox and the directory by now. Said while
  // `mutex` is held, and from then on neither is touched, but for the files that it has open: these it deletes.
  std::atomic<bool> is_cut_off{false};

  // What callers ask for and are told.
  mutable std::mutex mutex;
  std::condition_variable told;
  pthread_t thread{};
  bool has_thread = false;
  std::deque<ConsentChange> changes;
  uint64_t flushes_wanted = 0;
  uint64_t flushes_begun = 0;
  uint64_t flushes_done = 0;
  bool wants_waiting = false;
  std::vector<std::string> waiting;
  bool wants_purge = false;
  bool wants_end = false;
  std::chrono::steady_clock::time_point deadline{};
  TelemetryTotals totals;
  uint32_t held = 0;
  uint64_t wiped_unread = 0;
  PurgeReport purged;
  bool is_done = false;
};

}  // namespace waymark::client
