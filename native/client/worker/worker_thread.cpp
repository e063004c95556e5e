// What a worker does: turn after turn, calls out of the ring, wishes of its owner, the engine's step, the network.
#include <sys/random.h>

#include <algorithm>
#include <cmath>

#include "native/client/clock.hpp"
#include "native/client/worker/worker_state.hpp"

namespace waymark::client {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Callers do not wake the worker, since that would be a system call: it looks by itself, often while there is
// something, seldom while there is nothing.
constexpr auto most_pause = 250ms;
constexpr size_t calls_a_turn = 4096;
constexpr size_t most_changes = 256;
constexpr double permission_every_ms = 1000;
// A record that could not be read so often is no passing fault: the worker ends, and what is on disk stays.
constexpr int most_unreadable_checks = 10;
constexpr double touch_every_ms = 60 * 1000.0;

std::string random_name() {
  unsigned char bytes[16] = {};
  if (::getentropy(bytes, sizeof bytes) != 0) return {};
  std::string name;
  for (const unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

}  // namespace

Worker::State::State(WorkerSettings given, std::shared_ptr<Inbox> shared)
    : settings(std::move(given)),
      plan(settings.engine.plan),
      inbox(std::move(shared)),
      name(random_name()),
      queue(settings.directory.queue(),
            name + (settings.profile == Profile::full ? std::string(DiskQueue::with_ids) : ""), settings.disk_bytes),
      ids(settings.profile == Profile::full ? settings.directory.state() : std::string()),
      run({settings.directory, name, settings.version, settings.crashes, settings.crash_purpose,
           settings.module_address}) {
  settings.engine.plan = plan;
}

void Worker::State::work() {
  {
    const std::lock_guard lock(step);
    sender = std::make_unique<CurlSender>(settings.endpoint);
    sender_for_waking.store(sender.get(), std::memory_order_release);
    const bool keeps = !settings.directory.path.empty();
    engine = std::make_unique<Engine>(settings.engine, keeps ? &queue : nullptr, keeps ? &ids : nullptr, *sender);
    engine->end_when(is_cut_off);
    uint32_t seed[4] = {};
    if (::getentropy(seed, sizeof seed) != 0) is_over = true;  // without randomness ids would not be unlike others'
    const double now = unix_now_ms();
    if (engine->start(seed, granted, denied, now) != Reason::none) is_over = true;
    is_over = is_over || is_cut_off;
    // The ids that a run in the full profile left are no anonymous one's.
    if (!is_over && keeps && settings.profile == Profile::anonymous) StateFile(settings.directory.state()).erase();
    if (!is_over) follow_crash_consent(now);
    permission_due_ms = now + permission_every_ms;
    touch_due_ms = now + touch_every_ms;
  }
  while (!is_over) turn();
  const std::lock_guard lock(step);
  finish();
}

// Crashes are told of while their purpose is granted, from whenever it is.
void Worker::State::follow_crash_consent(double now) {
  const uint32_t place = settings.engine.purposes.find(settings.crash_purpose);
  const bool is_granted = place < limits::purposes && (granted >> place & 1) != 0;
  if (!is_granted && run.is_begun()) run.stop();
  if (!is_granted || run.is_begun()) return;
  run.begin(now);
  if (!run.report_earlier(*engine, now)) return;
  engine->flush(true, now);
  engine->step(now);
  if (engine->keeps_journal()) run.settle();
}

void Worker::State::turn() {
  std::unique_lock lock(step);
  const double now = unix_now_ms();
  // What came before a flush was asked for may be taken out of the ring after it.
  const bool is_flushing = flushes_begun > flushes_done;
  if (take_calls(now) > 0 && (is_leaving || is_flushing)) engine->flush(is_leaving, now);
  check_permission(now);
  obey(now);
  if (is_purged) {
    is_over = true;
    return;
  }
  // While the answer on record cannot be read, nothing leaves and nothing is deleted.
  const double wake_ms = unreadable_checks > 0 ? -1 : engine->step(now);
  if (is_cut_off) {
    is_over = true;
    return;
  }
  if (run.has_told() && engine->is_empty()) run.settle();
  if (is_due(touch_due_ms, touch_every_ms, now)) {
    run.touch();
    touch_due_ms = now + touch_every_ms;
  }
  const bool is_quiet = sender->is_idle() && inbox->ring.is_empty();
  {
    const std::lock_guard telling(mutex);
    totals = count();
    held = engine->tally().held;
    if (is_quiet && engine->is_empty()) flushes_done = flushes_begun;
    if (is_leaving && (is_quiet || Clock::now() >= deadline)) is_over = true;
    told.notify_all();
  }
  if (is_over) return;
  const auto time = pause(now, wake_ms);
  lock.unlock();
  std::vector<Answer> answers = sender->wait(time);
  lock.lock();
  for (const Answer& answer : answers) engine->answer(answer, unix_now_ms());
}

size_t Worker::State::take_calls(double now) {
  size_t count = 0;
  for (; count < calls_a_turn; ++count) {
    apply_changes(now);
    if (!take_call()) break;
  }
  apply_changes(now);
  idle_pause = count > 0 ? least_pause : std::min<std::chrono::milliseconds>(idle_pause * 2, most_pause);
  const std::lock_guard lock(mutex);
  for (uint32_t purpose = 0; !is_cut_off && purpose < inbox->lost.size(); ++purpose) {
    const uint32_t lost = inbox->lost[purpose].exchange(0, std::memory_order_relaxed);
    if (lost > 0) engine->count_ring_full(purpose, lost, now);
  }
  return count;
}

// The ring has one reader: whoever ends this one's reading waits for the mutex.
bool Worker::State::take_call() {
  const std::lock_guard lock(mutex);
  if (is_cut_off) return false;
  const std::span<const std::byte> record = inbox->ring.front();
  if (record.empty()) return false;
  engine->take(read_call(record));
  inbox->ring.pop();
  return true;
}

// Another process of the tool may have been told no.
void Worker::State::check_permission(double now) {
  if (!settings.permission || !is_due(permission_due_ms, permission_every_ms, now)) return;
  permission_due_ms = now + permission_every_ms;
  const Permission permission = settings.permission(now);
  const bool is_unreadable = permission.off == Off::unusable_files;
  unreadable_checks = is_unreadable ? unreadable_checks + 1 : 0;
  if (is_unreadable) {
    is_over = is_over || unreadable_checks == most_unreadable_checks;
  } else if (permission.off != Off::none) {
    purge_all();
  } else if (permission.granted != granted || permission.denied != denied) {
    const std::lock_guard lock(mutex);
    change_consent(permission.granted, permission.denied);
  }
}

// While `mutex` is held.
void Worker::State::change_consent(Purposes to_granted, Purposes to_denied) {
  if (changes.size() == most_changes) {
    // Of the two that are last one is made: what either refuses is refused.
    const ConsentChange last = changes.back();
    changes.pop_back();
    changes.back().denied |= last.denied;
    changes.back().granted = last.granted & ~changes.back().denied;
  }
  changes.push_back({inbox->ring.reserved_bytes(), to_granted, to_denied});
}

void Worker::State::apply_changes(double now) {
  for (;;) {
    ConsentChange change;
    {
      const std::lock_guard lock(mutex);
      if (changes.empty() || inbox->ring.freed_bytes() < changes.front().from_bytes) return;
      change = changes.front();
      changes.pop_front();
    }
    const Purposes newly_denied = change.denied & ~denied;
    granted = change.granted;
    denied = change.denied;
    engine->set_consent(granted, denied, now);
    if (newly_denied != 0) {
      // What is on its way may be of what was refused; the rest goes again.
      for (const uint32_t batch : sender->abort()) engine->answer({batch, 0, -1, {}}, now);
    }
    follow_crash_consent(now);
  }
}

// Without the mutex while it works: a disk that hangs keeps nobody from giving up waiting.
void Worker::State::obey(double now) {
  std::unique_lock lock(mutex);
  const bool is_to_purge = wants_purge && !is_purged;
  const uint64_t flushes = flushes_wanted;
  const bool is_to_show = wants_waiting;
  const bool is_to_end = wants_end && !is_leaving;
  lock.unlock();
  if (is_to_purge) purge_all();
  if (is_purged) return;
  if (flushes_begun < flushes) {
    flushes_begun = flushes;
    engine->flush(false, now);
  }
  if (is_to_show) {
    std::vector<std::string> shown = engine->waiting(now);
    lock.lock();
    wants_waiting = false;
    waiting = std::move(shown);
    lock.unlock();
  }
  if (is_to_end) {
    is_leaving = true;
    run.end(*engine, now);
    engine->flush(true, now);
  }
}

void Worker::State::purge_all() {
  is_purged = true;
  PurgeReport report;
  {
    const std::lock_guard lock(mutex);
    if (!is_cut_off) {
      inbox->is_open = false;
      report.events_wiped = wiped_unread = inbox->ring.wipe();
    }
  }
  sender->abort();
  const double now = unix_now_ms();
  const uint32_t wiped_before = engine->tracker().totals().wiped;
  constexpr Purposes none = 0;
  engine->set_consent(none, ~none & ~storage_denied, now);
  report.events_wiped += engine->tracker().totals().wiped - wiped_before;
  if (is_cut_off) {
    queue.purge_own(report.files_deleted, report.files_left);
    run.stop();
    if (!ids.is_foreign()) ids.erase();  // what was written last may be what hung
    return;
  }
  queue.purge(report.files_deleted, report.files_left);
  engine->step(now);
  if (is_cut_off) return run.stop();
  run.purge(report.files_deleted, report.files_left);
  ids.erase(report.files_deleted, report.files_left);
  purged = std::move(report);
}

TelemetryTotals Worker::State::count() const {
  const Totals& counts = engine->tracker().totals();
  const Tally& tally = engine->tally();
  TelemetryTotals all;
  all.accepted = counts.accepted;
  all.acknowledged = counts.acknowledged;
  all.rejected = counts.rejected;
  all.dropped = counts.dropped;
  all.wiped = counts.wiped;
  all.invalid = tally.invalid;
  all.denied = tally.denied;
  all.sampled_out = tally.sampled_out;
  all.over_bound = tally.over_bound;
  return all;
}

std::chrono::milliseconds Worker::State::pause(double now, double wake_ms) const {
  auto time = idle_pause;
  if (wake_ms >= 0) {
    const double left = std::max(std::ceil(wake_ms - now), 0.0);
    if (left < static_cast<double>(time.count())) time = std::chrono::milliseconds(static_cast<int64_t>(left));
  }
  const std::lock_guard lock(mutex);
  if (wants_end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    time = std::clamp(left, 0ms, std::chrono::milliseconds(time));
  }
  return time;
}

void Worker::State::finish() {
  if (is_cut_off && !is_purged) purge_all();
  sender_for_waking.store(nullptr, std::memory_order_release);
  {
    // Whoever wakes the sender holds the mutex, and finds none from here on.
    const std::lock_guard lock(mutex);
    if (!is_cut_off) inbox->is_open = false;
  }
  if (!is_purged) queue.close();
  TelemetryTotals last = count();
  engine.reset();
  sender.reset();
  const std::lock_guard lock(mutex);
  last.wiped += wiped_unread;
  totals = last;
  is_done = true;
  told.notify_all();
}

}  // namespace waymark::client
