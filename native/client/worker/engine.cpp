#include "native/client/worker/engine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/limits.hpp"
#include "core/text/json_write.hpp"
#include "native/client/clock.hpp"
#include "native/client/send/wire_json.hpp"

namespace waymark::client {
namespace {

// More than an event may have, so that the core says that it is too large.
constexpr size_t json_bytes = limits::event_bytes + 1024;
constexpr size_t most_exposures = 64;
// An entry of a journal has less than 60 KiB, an event more than 60 bytes.
constexpr size_t most_lost_at_once = 1024;
constexpr double disk_again_ms = 60 * 1000.0;
// So much of the core's block, and one entry, is taken over at once of what earlier runs left.
constexpr size_t adopted_share = 8;
constexpr std::string_view usual_purpose = "analytics";

bool is_plain_word(std::string_view text) {
  return !text.empty() && text.size() <= limits::event_name_bytes &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

Decision decision_of(Reason reason) { return reason == Reason::none ? Decision() : Decision(Verdict::invalid, reason); }

}  // namespace

Engine::Engine(EngineSettings settings, DiskQueue* disk, StateFile* state, Sender& sender)
    : settings_(std::move(settings)),
      disk_(disk),
      state_(state),
      sender_(sender),
      memory_(std::make_unique<double[]>(settings_.memory_bytes / sizeof(double))),
      tracker_(std::make_unique<Tracker>(reinterpret_cast<char*>(memory_.get()), settings_.memory_bytes)),
      json_(std::make_unique<char[]>(json_bytes)) {}

Reason Engine::start(const uint32_t (&seed)[4], Purposes granted, Purposes denied, double now) {
  tracker_->seed(seed);
  if (!settings_.plan.empty()) {
    if (tracker_->set_plan(settings_.plan) != Reason::none) return Reason::bad_config;
    plan_.load(settings_.plan);
  }
  const std::string state = state_ != nullptr ? state_->read() : std::string();
  const Reason reason = tracker_->start(settings_.lines + state, granted, denied, now);
  if (reason != Reason::none || disk_ == nullptr) return reason;
  disk_->on_lost = [this](std::string_view bytes) { evicted_.emplace_back(bytes); };
  tracker_->keep_journal(true);
  keeps_journal_ = true;
  adopt(now);
  return reason;
}

uint32_t Engine::place_of(std::string_view event_name, std::string_view purpose) const {
  if (!purpose.empty()) return settings_.purposes.find(purpose);
  const uint32_t planned = settings_.plan.empty() ? plan::no_node : plan_.event(event_name);
  const uint32_t purposed = planned == plan::no_node ? plan::no_node : plan_.purpose(planned);
  // Of the tracker's own events a plan does not say whose purpose they are.
  return purposed == plan::NodeTable::none ? settings_.purposes.find(usual_purpose) : purposed;
}

// ---- calls --------------------------------------------------------------------------------------------------------

Decision Engine::take(const Call& call) { return count(decide(call)); }

Decision Engine::count(Decision decision) {
  switch (decision.verdict()) {
    case Verdict::invalid:
      ++tally_.invalid;
      break;
    case Verdict::denied:
      ++tally_.denied;
      break;
    case Verdict::sampled_out:
      ++tally_.sampled_out;
      break;
    case Verdict::rate_limited:
    case Verdict::queue_full:
      ++tally_.over_bound;
      break;
    case Verdict::held:
      ++tally_.held;
      break;
    case Verdict::accepted:  // the core's totals have it
    case Verdict::disabled:
      break;
  }
  return decision;
}

Decision Engine::decide(const Call& call) {
  switch (call.kind) {
    case RecordKind::event: {
      const size_t size = call.is_too_large ? 0 : write_properties(call, json_.get(), json_bytes);
      if (size > 0) return track(call.name, {json_.get(), size}, call.purpose, call.time_ms);
      break;
    }
    case RecordKind::event_json:
      if (!call.is_too_large) return track(call.name, call.text, call.purpose, call.time_ms);
      break;
    case RecordKind::metric:
      return record(call);
    case RecordKind::exposure:
      return expose(call);
    case RecordKind::ping:
      return ping(call);
    case RecordKind::identify:
      return decision_of(tracker_->set_user(call.name));
    case RecordKind::reset:
      tracker_->reset();
      return {};
    case RecordKind::environment:
      return set_environment(call.text);
  }
  // Longer than anything that the core takes: it shall say so itself.
  std::fill_n(json_.get(), json_bytes, ' ');
  return track(call.name, {json_.get(), json_bytes}, call.purpose, call.time_ms);
}

Decision Engine::track(std::string_view name, std::string_view json, std::string_view purpose, double now) {
  return tracker_->track(name, json, place_of(name, purpose), now);
}

Decision Engine::record(const Call& call) {
  const uint32_t planned = settings_.plan.empty() ? plan::no_node : plan_.metric(call.name);
  const uint32_t purpose = planned == plan::no_node ? place_of({}, {}) : plan_.purpose(planned);
  const bool keeps_plan = !settings_.plan.empty() && plan_.enforcement() == plan::Enforcement::reject;
  if (keeps_plan && planned == plan::no_node) {
    tracker_->count_lost(Reason::unplanned_event, purpose, 1, call.time_ms);
    return {Verdict::invalid, Reason::unplanned_event};
  }
  if (!std::isfinite(call.value) || call.name.empty()) {
    const Reason reason = call.name.empty() ? Reason::name_missing : Reason::json_syntax;
    tracker_->count_lost(reason, purpose, 1, call.time_ms);
    return {Verdict::invalid, reason};
  }
  if (!metrics_.add(call.name, call.value, purpose)) {
    tracker_->count_lost(Reason::over_rate, purpose, 1, call.time_ms);
    return {Verdict::rate_limited, Reason::over_rate};
  }
  if (metrics_due_ms_ < 0) metrics_due_ms_ = call.time_ms + metrics_every_ms;
  return {};
}

Decision Engine::expose(const Call& call) {
  std::string exposure = std::string(call.name) + '\n' + std::string(call.text);
  if (std::find(exposed_.begin(), exposed_.end(), exposure) != exposed_.end()) return {};
  if (exposed_.size() == most_exposures) {
    tracker_->count_lost(Reason::over_rate, place_of({}, call.purpose), 1, call.time_ms);
    return {Verdict::rate_limited, Reason::over_rate};
  }
  text::JsonWriter out(json_.get(), json_bytes);
  out.raw("{\"experiment\":");
  out.quoted(call.name);
  out.raw(",\"variant\":");
  out.quoted(call.text);
  out.byte('}');
  const Decision decision = track("experiment_exposed", out.text(), call.purpose, call.time_ms);
  const bool is_told = decision.verdict() == Verdict::accepted || decision.verdict() == Verdict::held;
  if (is_told) exposed_.push_back(std::move(exposure));
  return decision;
}

Decision Engine::ping(const Call& call) {
  const bool is_granted = tracker_->consent(settings_.purposes.find(usual_purpose)) == Consent::granted;
  if (!is_granted) return {Verdict::denied, Reason::consent_denied};
  if (!is_plain_word(call.name)) return {Verdict::invalid, Reason::name_style};
  std::string query = "t=" + settings_.tool + "&e=" + std::string(call.name);
  if (is_plain_word(settings_.version)) query += "&v=" + settings_.version;
#if defined(__linux__)
  query += "&os=linux";
#elif defined(__APPLE__)
  query += "&os=macos";
#endif
  if (call.n > 0) query += "&n=" + std::to_string(call.n);
  if (call.duration_ms > 0) query += "&ms=" + std::to_string(call.duration_ms);
  sender_.ping(query);
  return {};
}

// Two objects become one: their members are not named alike.
Decision Engine::set_environment(std::string_view object) {
  std::string both = settings_.context;
  if (both.size() > 2 && object.size() > 2) {
    both.back() = ',';
    both += object.substr(1);
  } else if (object.size() > 2) {
    both = object;
  }
  return decision_of(tracker_->set_context(stages::Context::rest, both));
}

void Engine::count_ring_full(uint32_t purpose, uint32_t count, double now) {
  tracker_->count_lost(Reason::queue_full, purpose, count, now);
}

// What was recorded so far is decided by what held so far.
void Engine::set_consent(Purposes granted, Purposes denied, double now) {
  send_metrics(now);
  tracker_->set_consent(granted, denied, now);
}

void Engine::answer(const Answer& answer, double now) {
  tracker_->on_response(answer.batch, answer.status, answer.retry_after_ms, answer.rejected, now);
}

// ---- actions ------------------------------------------------------------------------------------------------------

void Engine::flush(bool leaving, double now) {
  send_metrics(now);
  tracker_->flush(leaving);
}

void Engine::send_metrics(double now) {
  for (const Metrics::Event& event : metrics_.take()) {
    count(tracker_->track("metric_recorded", event.properties, event.purpose, now));
  }
  metrics_due_ms_ = -1;
}

// Another process may have made ids first: then they are this one's too.
void Engine::store(std::string_view state) {
  if (state_ == nullptr) return;
  if (!state.empty() && state_->is_foreign()) {
    tracker_->learn(state_->read());
    return;
  }
  state_->write(state);
}

// What the core has no room for stays where it is, and so does what would leave little room for new events: these would
// have it evicted. What the core cannot read while it has all its room, it never will.
void Engine::adopt(double now) {
  bool has_all_room = is_empty_;
  size_t restored_bytes = 0;
  const size_t taken = disk_->adopt([&](std::string_view bytes) {
    if (restored_bytes > settings_.memory_bytes / adopted_share) return false;
    restored_bytes += bytes.size();
    const bool is_restored = tracker_->restore(bytes, now) == Reason::none;
    if (!is_restored) return has_all_room;
    has_all_room = false;
    return true;
  });
  is_adopting_ |= taken > 0;
}

// After the entry was written that had them evicted: its bytes are the core's until the next call.
void Engine::count_evicted(double now) {
  for (const std::string& entry : std::exchange(evicted_, {})) {
    for (const std::string& event : events_in({entry}, settings_, now, most_lost_at_once)) {
      tracker_->count_lost(Reason::evicted, place_of({}, purpose_of(event)), 1, now);
    }
  }
}

void Engine::carry_out(const Action& action, double now) {
  switch (action.kind) {
    case Action::send:
      if (!sender_.post(action.batch, action.bytes)) tracker_->on_response(action.batch, 0, -1, {}, now);
      break;
    case Action::store:
      store(action.bytes);
      break;
    case Action::keep:
      if (disk_ != nullptr && disk_->keep(action.entry, action.bytes)) {
        count_evicted(now);
        break;
      }
      count_evicted(now);
      // It goes on in memory.
      tracker_->keep_journal(false);
      keeps_journal_ = false;
      journal_again_ms_ = now + disk_again_ms;
      break;
    case Action::forget:
      if (disk_ != nullptr) disk_->forget(action.entry);
      break;
    case Action::decided:  // whoever called has gone on
      --tally_.held;
      count(action.decision);
      break;
    case Action::idle:
    case Action::wait:
      break;
  }
}

double Engine::step(double now) {
  // A call may be some milliseconds later than `now`, which is no reason to send; a clock that was set back is none to
  // wait.
  metrics_due_ms_ = std::min(metrics_due_ms_, now + metrics_every_ms);
  if (metrics_due_ms_ >= 0 && metrics_due_ms_ <= now) send_metrics(now);
  if (disk_ != nullptr && !keeps_journal_ && is_due(journal_again_ms_, disk_again_ms, now)) {
    tracker_->keep_journal(true);
    keeps_journal_ = true;
  }
  Action action;
  for (;;) {
    if (is_over_ != nullptr && is_over_->load(std::memory_order_acquire)) return -1;
    action = tracker_->poll(now);
    if (action.kind == Action::idle || action.kind == Action::wait) break;
    carry_out(action, now);
  }
  is_empty_ = action.kind == Action::idle;
  if (disk_ != nullptr && is_adopting_ && keeps_journal_) {
    is_adopting_ = false;
    disk_->release_adopted();
  }
  if (is_empty_ && disk_ != nullptr && disk_->has_more()) {
    adopt(now);
    is_empty_ = false;
    tracker_->flush(false);  // it has waited long enough
    return now;
  }
  double wake_ms = action.kind == Action::wait ? action.wake_ms : -1;
  if (metrics_due_ms_ >= 0 && (wake_ms < 0 || metrics_due_ms_ < wake_ms)) wake_ms = metrics_due_ms_;
  return wake_ms;
}

// ---- what waits ---------------------------------------------------------------------------------------------------

std::vector<std::string> Engine::waiting(double now) {
  std::string bytes(settings_.memory_bytes, '\0');
  bytes.resize(tracker_->copy_queue(bytes.data(), bytes.size()));
  return events_in({bytes}, settings_, now, 1000);
}

namespace {

class Bodies : public Sender {
 public:
  bool post(uint32_t batch, std::string_view body) override {
    batches.push_back(batch);
    bodies.emplace_back(body);
    return true;
  }
  void ping(const std::string&) override {}
  std::vector<uint32_t> batches;
  std::vector<std::string> bodies;
};

}  // namespace

// A tracker that is asked to send what it was given, and told that all arrived.
std::vector<std::string> events_in(const std::vector<std::string>& entries, const EngineSettings& settings, double now,
                                   size_t most) {
  constexpr Purposes all = (1u << limits::purposes) - 1;
  std::vector<std::string> events;
  for (const std::string& bytes : entries) {
    if (bytes.empty()) continue;
    Bodies bodies;
    auto memory = std::make_unique<double[]>(settings.memory_bytes / sizeof(double));
    auto tracker = std::make_unique<Tracker>(reinterpret_cast<char*>(memory.get()), settings.memory_bytes);
    if (tracker->start(settings.lines, all, 0, now) != Reason::none) break;
    if (tracker->restore(bytes, now) != Reason::none) continue;
    tracker->flush(false);
    for (;;) {
      const Action action = tracker->poll(now);
      if (action.kind == Action::idle || action.kind == Action::wait) break;
      if (action.kind != Action::send) continue;
      for (std::string& event : events_of(action.bytes)) {
        if (events.size() == most) return events;
        events.push_back(std::move(event));
      }
      tracker->on_response(action.batch, 200, -1, {}, now);
      tracker->flush(false);
    }
  }
  return events;
}

}  // namespace waymark::client
