#include "native/collector/writer.hpp"

#include <cstdio>

#include "core/verdict.hpp"

namespace waymark::collector {
namespace {

// An intake without rows takes a place in the queue like any other, so that probes cannot fill memory.
size_t weight(const Intake& intake) { return std::max<size_t>(1, intake.row_count()); }

bool breaks_plan(std::string_view reason) {
  return reason == name_of(Reason::unplanned_event) || reason == name_of(Reason::plan_violation);
}

}  // namespace

Writer::Writer(Store store, WriterOptions options, Metrics& metrics, std::function<void(int64_t)> on_commit)
    : store_(std::move(store)), options_(options), metrics_(metrics), on_commit_(std::move(on_commit)) {}

Writer::~Writer() { stop(); }

Failure Writer::start() {
  if (auto failure = store_.open()) return failure;
  metrics_.last_seq = store_.last_seq();
  thread_ = std::thread([this] { run(); });
  return {};
}

void Writer::submit(Intake intake, Done done) {
  const size_t events = weight(intake);
  const size_t bytes = intake.bytes();
  auto status = CommitResult::Status::failed;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      // An empty queue takes any single request: its size is bounded by the body's.
      const bool room = queue_.empty() || (queued_events_ + events <= options_.queue_events &&
                                           queued_bytes_ + bytes <= options_.queue_bytes);
      if (room) {
        queue_.push_back({std::move(intake), std::move(done)});
        queued_events_ += events;
        queued_bytes_ += bytes;
        metrics_.queue_events = static_cast<int64_t>(queued_events_);
        metrics_.queue_bytes = static_cast<int64_t>(queued_bytes_);
        wake_.notify_one();
        return;
      }
      status = CommitResult::Status::queue_full;
    }
  }
  done({status, {}});
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Writer::run() {
  for (;;) {
    auto group = take_group();
    if (group.empty()) break;
    commit_group(group);
  }
  store_.close();
}

std::vector<Writer::Entry> Writer::take_group() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  if (!queue_.empty() && options_.group_wait.count() > 0) {
    wake_.wait_for(lock, options_.group_wait, [&] { return stopping_ || queued_events_ >= bounds::group_events; });
  }
  std::vector<Entry> group;
  size_t events = 0;
  while (!queue_.empty()) {
    const size_t next = weight(queue_.front().intake);
    if (!group.empty() && events + next > bounds::group_events) break;
    events += next;
    queued_events_ -= next;
    queued_bytes_ -= queue_.front().intake.bytes();
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  metrics_.queue_events = static_cast<int64_t>(queued_events_);
  metrics_.queue_bytes = static_cast<int64_t>(queued_bytes_);
  return group;
}

void Writer::commit_group(std::vector<Entry>& group) {
  std::vector<const Intake*> intakes;
  bool any_row = false;
  for (const Entry& entry : group) {
    intakes.push_back(&entry.intake);
    any_row |= entry.intake.row_count() > 0;
  }
  std::vector<Committed> counts(group.size());
  const auto began = std::chrono::steady_clock::now();
  const Failure failure = any_row ? store_.commit(intakes, counts) : store_.probe();
  metrics_.count_commit(std::chrono::steady_clock::now() - began, !failure);
  report(failure);
  if (!failure) {
    for (size_t i = 0; i < group.size(); ++i) {
      metrics_.count_committed(counts[i].accepted, counts[i].duplicate);
      metrics_.count_violations("warn", name_of(Reason::unplanned_event), counts[i].unplanned);
      metrics_.count_violations("warn", name_of(Reason::plan_violation), counts[i].violating);
      for (size_t n = 0; n < counts[i].refused.size(); ++n) metrics_.count_rejected(erased_reason);
      for (const RejectedRow& row : intakes[i]->rejected) {
        metrics_.count_rejected(row.reason);
        if (breaks_plan(row.reason)) metrics_.count_violations("reject", row.reason, 1);
      }
    }
    metrics_.last_seq = store_.last_seq();
    if (any_row) on_commit_(store_.last_seq());
  }
  const auto status = failure ? CommitResult::Status::failed : CommitResult::Status::committed;
  for (size_t i = 0; i < group.size(); ++i) group[i].done({status, counts[i]});
}

// One line when the trouble begins and one when it ends, not one a request.
void Writer::report(const Failure& failure) {
  if (failure && !failing_) {
    std::fprintf(stderr, "waymark: cannot commit: %s; requests are answered 503 until the disk takes data again\n",
                 failure->c_str());
  }
  if (!failure && failing_) std::fprintf(stderr, "waymark: commits work again\n");
  failing_ = failure.has_value();
}

}  // namespace waymark::collector
