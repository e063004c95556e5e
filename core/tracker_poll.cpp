// The tracker's other half: what is to be done outside, and what came of it.
#include "core/outbox/wire.hpp"
#include "core/state.hpp"
#include "core/tracker.hpp"

namespace waymark {
using text::JsonWriter;

namespace {

// How far the session in the state may lag behind: one write a minute, not one an event.
constexpr double state_lag_ms = 60 * 1000.0;

}  // namespace

void Tracker::flush(bool leaving) {
  delivery_.flush(leaving);
  if (!leaving) return;
  journal_.leave();
  if (session_.seen_ms > stored_seen_ms_) state_is_current_ = false;
}

Action Tracker::poll(double now) {
  Action action;
  if (!started_) return action;
  while (const uint32_t late = delivery_.overdue(now)) on_response(late, 0, -1, {}, now);
  action.decision = queue_.next_decision();
  if (action.decision.ticket()) {
    action.kind = Action::decided;
    return action;
  }
  if (!state_is_current_ || session_.seen_ms - stored_seen_ms_ > state_lag_ms) {
    state_is_current_ = true;
    stored_seen_ms_ = session_.seen_ms;
    JsonWriter state(body_, body_bytes);
    if (gate_.may_store() && !config_.is_anonymous && !identity_.anonymous.empty())
      write_state(state, identity_, session_);
    action.kind = Action::store;
    action.bytes = state.text();
    return action;
  }

  outbox::Waiting waiting;
  outbox::Unkept unkept;
  queue_.add_waiting(waiting, unkept, now);
  if (reports_.next(gate_.passing(config_), 0) < outbox::Reports::size) waiting.add(0, reports_.since_ms());
  if (waiting.events == 0) delivery_.drained();
  action.wake_ms = delivery_.due_ms(waiting, now);
  if (action.wake_ms >= 0 && action.wake_ms <= now) send(now, action);
  if (action.kind == Action::idle && has_journal_) keep(unkept, now, action);
  if (action.kind == Action::idle && action.wake_ms > now) action.kind = Action::wait;
  return action;
}

// What the journal is to be told, once nothing is to be sent.
void Tracker::keep(const outbox::Unkept& unkept, double now, Action& action) {
  action.entry = journal_.forget(unkept);
  if (action.entry != 0) {
    action.kind = Action::forget;
    return;
  }
  if (!gate_.may_store()) return;
  const double due_ms = journal_.due_ms(unkept, now);
  if (due_ms >= 0 && due_ms <= now) {
    action.kind = Action::keep;
    action.entry = journal_.append(now);
    action.bytes = {body_, queue_.keep(action.entry, body_, limits::journal_bytes)};
    const auto most = static_cast<uint32_t>(limits::journal_growth * queue_.capacity());
    if (journal_.is_overgrown(static_cast<uint32_t>(action.bytes.size()), most)) queue_.unkeep();
  } else if (due_ms >= 0 && (action.wake_ms < 0 || due_ms < action.wake_ms)) {
    action.wake_ms = due_ms;
  }
}

void Tracker::send(double now, Action& action) {
  report_drops(now);
  action.batch = delivery_.next_batch();
  JsonWriter body(body_, body_bytes);
  // Not all may get away while the host is being left: the most important purpose goes first.
  const bool by_purpose = delivery_.is_leaving();
  if (queue_.write_batch(config_, now, action.batch, delivery_.byte_limit(), by_purpose, body) == 0) return;
  delivery_.depart(now, static_cast<uint32_t>(body.size()));
  action.kind = Action::send;
  action.bytes = body.text();
}

// Turns the counts of what was dropped into client reports, which are queued and delivered like events.
void Tracker::report_drops(double now) {
  const Purposes passing = gate_.passing(config_);
  uint32_t place = reports_.next(passing, 0);
  if (place == outbox::Reports::size) return;
  make_ids(now);  // a report is no sign of a person
  share(shared_profile_, context_.get(stages::Context::page));
  for (; place < outbox::Reports::size; place = reports_.next(passing, place)) {
    const bool added = queue_.add_report(config_, sequence_ + 1, outbox::Reports::reason(place),
                                         outbox::Reports::purpose(place), reports_[place], now);
    if (!added) return;
    ++sequence_;
    reports_[place] = 0;
  }
  reports_.reported();
}

void Tracker::on_response(uint32_t batch, uint32_t status, double retry_after_ms, std::string_view rejected,
                          double now) {
  const outbox::Answer answer = outbox::read_status(status);
  if (!delivery_.arrive(batch, answer, retry_after_ms, entropy_.fraction(), now)) return;
  queue_.settle(batch, answer, rejected, reports_, totals_, now);
}

void Tracker::count_lost(Reason reason, uint32_t purpose, uint32_t count, double now) {
  if (!started_ || gate_.decide(purpose, config_).verdict() == Verdict::denied) return;
  for (uint32_t i = 0; i < count; ++i) reports_.count(reason, purpose, now);
}

void Tracker::keep_journal(bool keeps) {
  has_journal_ = keeps;
  queue_.unkeep();
}

size_t Tracker::snapshot(char* out, size_t capacity, double now) {
  if (!started_ || !gate_.may_store()) return 0;
  report_drops(now);
  if (reports_.next(gate_.passing(config_), 0) < outbox::Reports::size && queue_.evict(0, reports_, totals_, now)) {
    report_drops(now);
  }
  return queue_.snapshot(out, capacity);
}

Reason Tracker::restore(std::string_view snapshot, double now) {
  if (!started_) return Reason::not_started;
  journal_.leave();  // so that who gave it may delete it
  return queue_.restore(snapshot, gate_.granted, reports_, totals_, now) ? Reason::none : Reason::bad_config;
}

}  // namespace waymark
