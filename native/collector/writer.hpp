// The one thread that writes. Requests hand it their rows; it commits what waits in one transaction (group commit)
// and only then calls back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "native/collector/bounds.hpp"
#include "native/collector/metrics.hpp"
#include "native/collector/store.hpp"

namespace waymark::collector {

struct CommitResult {
  enum class Status : uint8_t { committed, queue_full, failed };
  Status status = Status::committed;
  Committed counts;
};

struct WriterOptions {
  size_t queue_events = bounds::queue_events;
  size_t queue_bytes = bounds::queue_bytes;
  // How long a first event waits for company. 0: not at all; what arrives during a commit makes the next group.
  std::chrono::milliseconds group_wait{0};
};

class Writer {
 public:
  using Done = std::function<void(CommitResult)>;

  // `on_commit(last_seq)` is called on the writer's thread after commits that brought something to see.
  Writer(Store store, WriterOptions options, Metrics& metrics, std::function<void(int64_t)> on_commit);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Opens the store and starts the thread.
  Failure start();

  // `done` is called once, on the writer's thread, or at once with `queue_full` when there is no room.
  // An intake without rows proves that the store can commit.
  void submit(Intake intake, Done done);

  // Commits what is queued and ends the thread. What is submitted later is answered `failed`.
  void stop();

 private:
  struct Entry {
    Intake intake;
    Done done;
  };

  void run();
  std::vector<Entry> take_group();
  void commit_group(std::vector<Entry>& group);
  void report(const Failure& failure);

  Store store_;
  WriterOptions options_;
  Metrics& metrics_;
  std::function<void(int64_t)> on_commit_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> queue_;
  size_t queued_events_ = 0;
  size_t queued_bytes_ = 0;
  bool stopping_ = false;
  bool failing_ = false;  // writer's thread only
  std::thread thread_;
};

}  // namespace waymark::collector
