#include "core/tracker.hpp"

#include <cstring>

#include "core/outbox/wire.hpp"
#include "core/plan/path.hpp"
#include "core/stages/conformance.hpp"
#include "core/stages/sampling.hpp"
#include "core/stages/validation.hpp"
#include "core/state.hpp"
#include "core/text/hash.hpp"
#include "core/text/words.hpp"

namespace waymark {
using text::JsonWriter;

Reason Tracker::set_plan(std::string_view compiled) {
  if (!plan_.load(compiled)) return Reason::bad_config;
  config_.plan_version = plan_.version();
  config_.purposes = plan_.purposes();
  config_.privacy.allowed_url_parameters = plan_.url_parameters();
  config_.privacy.denied_keys = plan_.deny_keys();
  return Reason::none;
}

Reason Tracker::start(std::string_view lines, Purposes granted, Purposes denied, double now) {
  if (lines.size() > config_bytes) return Reason::bad_config;
  std::memcpy(config_text_, lines.data(), lines.size());
  lines = {config_text_, lines.size()};
  const Reason reason = read_config(lines, config_);
  if (reason != Reason::none) return reason;
  started_ = true;
  rate_ = stages::RateLimit(config_.events_per_minute);
  gate_.set(granted, denied);
  if (gate_.may_store()) read_state(lines, identity_, session_);
  stored_seen_ms_ = now;
  inspector_.allow_free_text(!config_.is_anonymous);
  return set_context(stages::Context::rest, config_.context);
}

// ---- an event through the stages -------------------------------------------------------------------------------

Decision Tracker::track(std::string_view name, std::string_view properties, uint32_t purpose, double now,
                        bool user_refused) {
  explanation_size_ = 0;
  if (!started_) return refuse(Verdict::disabled, Reason::not_started, purpose, now);

  const Decision consent = gate_.decide(purpose, config_);
  if (consent.verdict() == Verdict::denied) return refuse(Verdict::denied, consent.reason(), purpose, now);
  const bool is_held = consent.verdict() == Verdict::held;

  if (!rate_.take(now)) return refuse(Verdict::rate_limited, Reason::over_rate, purpose, now);

  const std::string_view page = context_.get(stages::Context::page);
  if (!is_held && !admit(name, purpose, page, now))
    return refuse(Verdict::sampled_out, Reason::outside_sample, purpose, now);
  if (user_refused) return refuse(Verdict::invalid, Reason::id_too_long, purpose, now, "user_id");

  Reason name_fault = stages::check_event_name(name);
  const bool is_plain = name_fault == Reason::none;  // a name of small letters needs no scrubbing
  if (name_fault == Reason::name_style && config_.names == Names::off) name_fault = Reason::none;
  if (name_fault != Reason::none && (name_fault != Reason::name_style || config_.names == Names::reject)) {
    return refuse(Verdict::invalid, name_fault, purpose, now);
  }

  if (!is_held && !queue_.has_room(properties.size() + wire::around_event) &&
      queue_.evict(purpose, reports_, totals_, now)) {
    admit(name, purpose, page, now);  // the shared record may have gone
  }
  JsonWriter event = queue_.event_writer();
  wire::begin_event(event);
  if (is_plain) {
    event.byte('"');
    event.raw(name);
    event.byte('"');
  } else {
    totals_.redactions += inspector_.scrub_text(name, false, event);
  }
  wire::begin_properties(event);
  const uint32_t planned = plan_.event(name);
  if (has_plan()) inspector_.follow(&plan_, planned);
  const Inspection& inspection = inspector_.inspect_object(properties, event);
  totals_.redactions += inspection.redactions;
  if (inspection.reason != Reason::none) {
    return refuse(Verdict::invalid, inspection.reason, purpose, now, inspection.key);
  }

  // What was hidden may have made the clean copy longer than what came in.
  if (event.size() > limits::event_bytes + wire::around_event) {
    return refuse(Verdict::invalid, Reason::event_too_large, purpose, now);
  }

  if (has_plan()) {
    const stages::PlanFault fault = stages::check_conformance(plan_, planned, properties, config_.is_anonymous);
    if (fault.reason != Reason::none) {
      char path[limits::key_bytes];
      std::string_view where;
      if (fault.violation.where) where = plan::path_to(properties, fault.violation.where, path, sizeof path);
      const bool is_bad = config_.is_anonymous || plan_.enforcement() == plan::Enforcement::reject;
      const Decision decision = refuse(is_bad ? Verdict::invalid : Verdict::accepted, fault.reason, purpose, now, where,
                                       plan_.rule_name(fault.violation.rule));
      if (is_bad) return decision;
      name_fault = Reason::none;  // one word of warning is enough
    }
  }

  if (is_held) {
    forget_expired(now);
    // Who and where, for its release. No JSON has a zero byte.
    event.byte(0);
    event.raw(identity_.user.view());
    event.byte(0);
    event.raw(page);
    const Decision held = queue_.hold(event, purpose, now);
    refuse(held.verdict(), held.reason(), purpose, now);
    return held;
  }
  const Decision decision = enqueue(event, name, purpose, now);
  if (decision.verdict() != Verdict::accepted || name_fault == Reason::none) return decision;
  return refuse(Verdict::accepted, name_fault, purpose, now);
}

// What is held too long keeps nothing new out.
void Tracker::forget_expired(double now) {
  for (outbox::Record* held = queue_.next_held(nullptr); held; held = queue_.next_held(held)) {
    if (now - held->time_ms <= limits::held_age_ms) continue;
    outbox::Queue::decide(*held, refuse(Verdict::denied, Reason::hold_expired, held->purpose, now));
  }
}

// An event of this name may be known: its session and ids, and what it shares. False if it is not in the sample.
bool Tracker::admit(std::string_view name, uint32_t purpose, std::string_view page, double now) {
  if (session_.is_over(now)) identity_.session.wipe();
  session_.see(now);
  make_ids(now);
  const std::string_view rate = rate_of(name);
  if (!rate.empty() && !stages::is_in_sample(config_, identity_, rate)) return false;
  share(gate_.granted >> purpose & 1 ? wire::Profile::full : wire::Profile::cookieless, page);
  return true;
}

void Tracker::share(wire::Profile profile, std::string_view page) {
  if (config_.is_anonymous) profile = wire::Profile::anonymous;
  if (profile != shared_profile_) queue_.outdate_shared();
  shared_profile_ = profile;
  queue_.share(config_, profile, identity_, gate_.granted, context_.get(stages::Context::rest), page);
}

std::string_view Tracker::rate_of(std::string_view name) const {
  return stages::rate_of(config_, name, plan_.sample_rate(plan_.event(name)));
}

void Tracker::make_ids(double now) {
  bool is_new = identity_.instance.make(entropy_, text::instance_form, text::instance_chars);
  is_new |= identity_.anonymous.make(entropy_, text::uuid_form, text::uuid_chars);
  if (identity_.session.make(entropy_, text::uuid_form, text::uuid_chars)) {
    session_.begin(now);
    is_new = true;
  }
  if (is_new) outdate();
}

Decision Tracker::enqueue(JsonWriter& event, std::string_view name, uint32_t purpose, double now) {
  std::string_view purpose_text;
  if (purpose != config_.usual_purpose) purpose_text = purpose_name(config_, purpose);
  wire::finish_event(event, config_, sequence_ + 1, now, rate_of(name), purpose_text);
  if (!queue_.add_event(event, purpose, now)) return refuse(Verdict::queue_full, Reason::queue_full, purpose, now);
  ++sequence_;
  ++totals_.accepted;
  return {};
}

// Says why, and counts what is lost. Who did not agree is not counted.
Decision Tracker::refuse(Verdict verdict, Reason reason, uint32_t purpose, double now, std::string_view where,
                         std::string_view rule) {
  JsonWriter out(explanation_, sizeof explanation_);
  out.raw(name_of(reason));
  if (!where.empty()) {
    out.raw(" at \"");
    out.raw(where.data(), where.size() < limits::key_bytes ? where.size() : limits::key_bytes);
    out.byte('"');
  }
  if (!rule.empty()) out.raw(": ");
  out.raw(rule);
  explanation_size_ = out.size();
  const bool is_lost = verdict > Verdict::denied && verdict < Verdict::disabled;
  if (is_lost || reason == Reason::hold_expired) reports_.count(reason, purpose, now);
  return {verdict, reason};
}

// ---- what events have in common --------------------------------------------------------------------------------

// While nothing else is granted, what is refused leaves nothing behind.
bool Tracker::is_denied(uint32_t purpose) const {
  return started_ && !gate_.may_store() && gate_.decide(purpose, config_).verdict() == Verdict::denied;
}

Decision Tracker::page(std::string_view properties, std::string_view page, uint32_t purpose, double now) {
  if (!is_denied(purpose)) set_context(stages::Context::page, page);
  return track("page_viewed", properties, purpose, now);
}

Decision Tracker::identify(std::string_view user_id, std::string_view traits, uint32_t purpose, double now) {
  const bool is_refused = !is_denied(purpose) && set_user(user_id) != Reason::none;
  return track(user_id.empty() ? "" : "user_identified", traits, purpose, now, is_refused);
}

Decision Tracker::group(std::string_view group_id, std::string_view traits, uint32_t purpose, double now) {
  // What is no object is refused as it is.
  std::string_view object = text::trim(traits);
  if (object.empty()) object = "{}";
  if (object.front() != '{' || is_denied(purpose)) return track("group_identified", traits, purpose, now);
  JsonWriter properties(body_, body_bytes);
  properties.raw("{\"group_id\":");
  properties.quoted(group_id);
  const std::string_view members = text::trim(text::cut(object, 1, object.size()));
  if (!members.empty() && members.front() != '}') properties.byte(',');
  properties.raw(members);
  if (properties.failed()) return refuse(Verdict::invalid, Reason::event_too_large, purpose, now);
  return track("group_identified", properties.text(), purpose, now);
}

Reason Tracker::set_user(std::string_view user_id) {
  if (!started_) return Reason::not_started;
  char quoted[2 * limits::id_bytes];
  JsonWriter out(quoted, sizeof quoted);
  totals_.redactions += inspector_.scrub_text(user_id, false, out);
  identity_.user.wipe();
  const bool fits = !out.failed() && identity_.user.set({quoted + 1, out.size() - 2});
  outdate();
  return fits ? Reason::none : Reason::id_too_long;
}

Reason Tracker::set_context(stages::Context::Part part, std::string_view object) {
  if (!started_) return Reason::not_started;
  context_.set(part, {});
  queue_.outdate_shared();
  if (has_plan()) inspector_.follow(&plan_, plan::no_node);
  JsonWriter clean(body_, body_bytes);
  if (!object.empty()) {
    // The page becomes a member of the rest.
    const uint32_t taken = part == stages::Context::rest ? text::quick_hash("page") : 0;
    const Inspection& inspection = inspector_.inspect_object(object, clean, taken);
    totals_.redactions += inspection.redactions;
    if (inspection.reason != Reason::none) return inspection.reason;
  }
  return context_.set(part, clean.text()) ? Reason::none : Reason::event_too_large;
}

void Tracker::reset() {
  identity_.anonymous.wipe();
  identity_.session.wipe();
  identity_.user.wipe();
  outdate();
}

void Tracker::learn(std::string_view state) {
  if (!started_ || !gate_.may_store() || state.empty()) return;
  const double seen_ms = session_.seen_ms;
  read_state(state, identity_, session_);
  session_.see(seen_ms);
  stored_seen_ms_ = session_.seen_ms;
  queue_.outdate_shared();
}

void Tracker::outdate() {
  queue_.outdate_shared();
  state_is_current_ = false;
}

// ---- consent changes -------------------------------------------------------------------------------------------

void Tracker::set_consent(Purposes granted, Purposes denied, double now) {
  const bool could_store = gate_.may_store();
  gate_.set(granted, denied);
  outdate();
  reports_.forget(gate_.denied);
  if (could_store != gate_.may_store()) {
    // What was made before a grant does not go on after it, and what was known does not outlive a withdrawal. The user
    // id is the application's own; it may have come before the grant that it waits for.
    identity_.instance.wipe();
    identity_.anonymous.wipe();
    identity_.session.wipe();
    sequence_ = 0;
  }
  if (!gate_.may_store() && gate_.denied) {
    identity_.user.wipe();
    context_.set(stages::Context::page, {});
  }
  if (queue_.wipe_all_but(gate_.passing(config_), totals_)) delivery_.forget_flights();
  for (outbox::Record* held = queue_.next_held(nullptr); held; held = queue_.next_held(held)) {
    const Decision decision = release(*held, now);
    if (decision.verdict() != Verdict::held) outbox::Queue::decide(*held, decision);
  }
  queue_.outdate_shared();  // what was let go had a user and a page of its own
  queue_.unkeep();          // entries with something in them that may no longer be kept are deleted whole
  if (!gate_.denied) return;
  // Nor may what was refused stay where it was written on its way.
  queue_.wipe_free();
  inspector_.wipe();
  std::memset(body_, 0, body_bytes);
  std::memset(explanation_, 0, sizeof explanation_);
  explanation_size_ = 0;
}

// A held event goes on where it was stopped: at consent, with the user and the page of its call.
Decision Tracker::release(const outbox::Record& held, double now) {
  const Decision consent = gate_.decide(held.purpose, config_);
  if (consent.verdict() != Verdict::accepted) return consent;
  if (now - held.time_ms > limits::held_age_ms) {
    return refuse(Verdict::denied, Reason::hold_expired, held.purpose, now);
  }
  std::string_view page = held.text();
  const std::string_view begun = text::take_line(page, 0);
  const std::string_view name = wire::name_of_event(begun);
  const stages::Id present = identity_.user;
  identity_.user.set(text::take_line(page, 0));
  queue_.outdate_shared();
  const bool is_in = admit(name, held.purpose, page, held.time_ms);
  identity_.user = present;
  if (!is_in) return refuse(Verdict::sampled_out, Reason::outside_sample, held.purpose, now);
  JsonWriter event = queue_.event_writer();
  event.raw(begun);
  return enqueue(event, name, held.purpose, held.time_ms);
}

}  // namespace waymark
