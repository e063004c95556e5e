#include "native/client/worker/worker.hpp"

#include <signal.h>

#include <algorithm>

#include "native/client/keep_loaded.hpp"
#include "native/client/worker/worker_state.hpp"

namespace waymark::client {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Beyond a deadline, for a thread that is in the middle of a write.
constexpr auto grace = 20ms;
constexpr size_t stack_bytes = 512 * 1024;
// Added to a clock, more might overflow.
constexpr std::chrono::milliseconds most_time = 24h;

std::chrono::milliseconds bounded(std::chrono::milliseconds time) { return std::clamp(time, 0ms, most_time); }

}  // namespace

Worker::Worker(WorkerSettings settings, std::shared_ptr<Inbox> inbox, Purposes granted, Purposes denied)
    : state_(std::make_shared<State>(std::move(settings), std::move(inbox))) {
  state_->granted = granted;
  state_->denied = denied;
  // The program's signals are the program's threads'; a connection that breaks is no SIGPIPE here.
  sigset_t all, before;
  sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fault);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  auto* const own = new std::shared_ptr<State>(state_);
  const auto body = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<State>> held(static_cast<std::shared_ptr<State>*>(argument));
    (*held)->work();
    return nullptr;
  };
  state_->has_thread = pthread_create(&state_->thread, &attributes, body, own) == 0;
  if (!state_->has_thread) delete own;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
#if defined(__linux__)
  if (state_->has_thread) pthread_setname_np(state_->thread, "waymark");
#endif
}

Worker::~Worker() {
  if (is_running()) stop(0ms);
}

bool Worker::is_running() const { return state_ != nullptr && state_->has_thread; }

bool Worker::is_over() const {
  if (!is_running()) return true;
  const std::lock_guard lock(state_->mutex);
  return state_->is_done;
}

void Worker::set_consent(Purposes granted, Purposes denied) {
  const std::lock_guard lock(state_->mutex);
  state_->change_consent(granted, denied);
  state_->wake();
}

FlushResult Worker::flush(std::chrono::milliseconds timeout) {
  std::unique_lock lock(state_->mutex);
  const TelemetryTotals before = state_->totals;
  const uint64_t wanted = ++state_->flushes_wanted;
  state_->wake();
  state_->told.wait_for(lock, bounded(timeout), [&] { return state_->flushes_done >= wanted || state_->is_done; });
  FlushResult result;
  result.is_done = state_->flushes_done >= wanted && state_->held == 0;
  const TelemetryTotals& now = state_->totals;
  result.acknowledged = now.acknowledged - before.acknowledged;
  result.given_up = now.rejected + now.dropped + now.wiped - before.rejected - before.dropped - before.wiped;
  const uint64_t ended = now.acknowledged + now.rejected + now.dropped + now.wiped;
  result.waiting = (now.accepted > ended ? now.accepted - ended : 0) + state_->held;
  return result;
}

std::vector<std::string> Worker::waiting(std::chrono::milliseconds timeout) {
  std::unique_lock lock(state_->mutex);
  state_->wants_waiting = true;
  state_->wake();
  state_->told.wait_for(lock, bounded(timeout), [&] { return !state_->wants_waiting || state_->is_done; });
  return std::move(state_->waiting);
}

TelemetryTotals Worker::totals() const {
  const std::lock_guard lock(state_->mutex);
  return state_->totals;
}

void Worker::stop(std::chrono::milliseconds deadline) {
  if (!is_running()) return;
  bool is_done = false;
  {
    std::unique_lock lock(state_->mutex);
    state_->wants_end = true;
    state_->deadline = Clock::now() + bounded(deadline);
    state_->wake();
    is_done = state_->told.wait_for(lock, bounded(deadline) + grace, [&] { return state_->is_done; });
  }
  state_->has_thread = false;
  if (is_done) {
    pthread_join(state_->thread, nullptr);
  } else {
    keep_this_library_loaded();
    pthread_detach(state_->thread);
  }
}

PurgeReport Worker::purge(std::chrono::milliseconds timeout) {
  if (!is_running()) return {};
  std::unique_lock lock(state_->mutex);
  state_->wants_purge = true;
  state_->wake();
  const bool is_done = state_->told.wait_for(lock, bounded(timeout), [&] { return state_->is_done; });
  if (!is_done) state_->is_cut_off = true;
  PurgeReport report = std::move(state_->purged);
  lock.unlock();
  if (!is_done) report.files_left.push_back(state_->settings.directory.path + ": the disk does not answer");
  stop(0ms);
  return report;
}

// ---- fork() -------------------------------------------------------------------------------------------------------

void Worker::before_fork() {
  state_->step.lock();
  state_->mutex.lock();
}

void Worker::after_fork_in_parent() {
  state_->mutex.unlock();
  state_->step.unlock();
}

void Worker::after_fork_in_child() {
  state_->queue.abandon();
  state_->run.abandon();
  // The thread is not here, and what it was in the middle of in the network's library cannot be taken apart.
  static auto* const abandoned = new std::vector<std::shared_ptr<State>>();
  abandoned->push_back(std::move(state_));
}

}  // namespace waymark::client
