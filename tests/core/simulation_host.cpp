#include "tests/core/simulation_host.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "core/text/time.hpp"
#include "tests/catch.hpp"

namespace waymark::simulation {

Host::Host(Random& random, const Faults& faults, Clock& clock, Network& network, Ledger& ledger)
    : random_(random), faults_(faults), clock_(clock), network_(network), ledger_(ledger), snapshot_(2 * block_bytes) {
  if (!faults_.is_steady) grant(random_.below(all_purposes + 1));
  begin_life();
}

void Host::begin_life() {
  life_ = std::make_unique<Life>();
  for (auto* guard : {&life_->before, &life_->between, &life_->after}) guard->fill('\x5A');
  tracker().seed({random_.word(), random_.word(), random_.word(), random_.word()});
  REQUIRE(tracker().start(faults_.config + state_, granted_, denied_, clock_.now()) == Reason::none);
  tracker().keep_journal(true);
  journal_.clear();
  unkept_since_ms_ = clock_.true_ms();
}

void Host::check_memory() {
  if (ledger_.is_sabotaged(Invariant::memory_is_its_own)) life_->between[7] = 0;
  for (auto* guard : {&life_->before, &life_->between, &life_->after}) {
    const bool is_intact = std::all_of(guard->begin(), guard->end(), [](char c) { return c == '\x5A'; });
    if (!is_intact) ledger_.fail(Invariant::memory_is_its_own, "a guard byte was overwritten");
  }
}

void Host::act() {
  if (random_.happens(faults_.offline)) network_.go_offline(random_.wait_ms(hour_ms));
  if (random_.happens(faults_.clock_jump)) jump();
  if (random_.happens(faults_.consent)) change_consent();
  if (random_.happens(faults_.restart)) restart();
  if (random_.happens(faults_.leaving)) leave();
  if (random_.happens(faults_.crash)) crash();
  const uint32_t purpose = random_.below(purpose_count);
  const uint32_t event = next_event_++;
  const double now = clock_.now();
  switch (random_.below(20)) {
    case 0:
      return tracker().flush(false);
    case 1:
      return tracker().reset();
    case 2:
      return online();
    case 3: {
      const std::string page = "{\"title\":\"Page " + std::to_string(random_.below(3)) + "\"}";
      return decided(tracker().page(properties(event), page, purpose, now), event, purpose);
    }
    case 4: {
      const std::string user = "user_" + std::to_string(random_.below(5));
      return decided(tracker().identify(user, properties(event), purpose, now), event, purpose);
    }
    case 5:
      return decided(tracker().group("acme", properties(event), purpose, now), event, purpose);
    case 6:
      return decided(tracker().track("item_added", "{\"a\":}", purpose, now), event, purpose);
    default:
      break;
  }
  decided(tracker().track("item_added", properties(event, faults_.poison), purpose, now), event, purpose);
}

void Host::beat() {
  const uint32_t event = next_event_++;
  decided(tracker().track("heartbeat_sent", properties(event), 0, clock_.now()), event, 0);
}

std::string Host::properties(uint32_t event, double poison) {
  std::string text = "{\"n\":" + std::to_string(event);
  if (random_.happens(poison)) text += ",\"poison\":true";
  if (random_.happens(faults_.rejected)) text += ",\"bad\":true";
  const double kind = random_.fraction();
  if (kind < faults_.large) text += ",\"pad\":\"" + std::string(random_.below(8000), 'x') + "\"";
  // What is hidden is written anew, and may take more room than it took before.
  for (char key = 'a'; kind > 0.99 && key < 'a' + static_cast<char>(1 + random_.below(4)); ++key) {
    text += std::string(",\"") + key + "\":\"ann@example.com";
    for (uint32_t i = random_.below(4000); i > 0; --i) text += "\\n";
    text += "\"";
  }
  return text + "}";
}

void Host::decided(Decision decision, uint32_t event, uint32_t purpose) {
  const uint32_t dropped = tracker().totals().dropped;
  if (dropped > std::exchange(dropped_, dropped)) ledger_.expect_late_copies();
  switch (decision.verdict()) {
    case Verdict::accepted:
      return ledger_.accept(event, purpose);
    case Verdict::held:
      held_[decision.ticket()] = {event, purpose};
      ++ledger_.outcome.held;
      return;
    case Verdict::denied:
      if (decision.reason() != Reason::hold_expired) return;
      break;
    default:
      break;
  }
  ledger_.lose(decision.reason(), purpose);
}

void Host::jump() {
  const double size_ms = random_.happens(0.2) ? 3 * day_ms : 3 * hour_ms;
  clock_.jump(std::floor((random_.fraction() * 2 - 1) * size_ms));
  ledger_.disturb(3);
}

void Host::online() {
  tracker().online(clock_.now());
  ++ledger_.outcome.onlines;
  ledger_.disturb(2);
}

void Host::leave() {
  tracker().flush(true);
  is_leaving_ = true;
  ledger_.disturb(1 + limits::batches_in_flight);
}

void Host::grant(Purposes granted) {
  denied_ = random_.below(all_purposes + 1) & ~granted & ~1u;
  granted_ = granted | 1;
}

void Host::change_consent() {
  grant(random_.below(all_purposes + 1));
  if (!ledger_.is_sabotaged(Invariant::refused_events_stay)) {
    tracker().set_consent(granted_, denied_, clock_.now());
  }
  ledger_.wipe_refused(granted_);
  unkept_since_ms_ = clock_.true_ms();
  const auto is_refused = [&](const Flight& flight) { return flight.purposes & ~granted_; };
  if (std::any_of(flights_.begin(), flights_.end(), is_refused)) flights_.clear();
  ledger_.disturb(2);
}

// The page or process ends and begins again, with the queue as it was and the state that was kept.
void Host::restart() {
  if (granted_ <= 1) return;
  pump();
  check_memory();
  const size_t size = tracker().snapshot(snapshot_.data(), snapshot_.size(), clock_.now());
  ledger_.lose_accepted(tracker().totals().dropped);
  end_life();
  if (size) REQUIRE(tracker().restore({snapshot_.data(), size}, clock_.now()) == Reason::none);
  ++ledger_.outcome.restarts;
}

// The page or process is killed: what the journal says goes on.
void Host::crash() {
  if (granted_ <= 1) return;
  check_memory();
  for (const auto& [entry, bytes] : journal_) orphans_.push_back(bytes);
  std::set<uint32_t> kept;
  for (const std::string& bytes : orphans_) {
    constexpr std::string_view mark = R"("n":)";
    for (size_t at = 0; (at = bytes.find(mark, at)) != std::string::npos;) {
      kept.insert(static_cast<uint32_t>(std::strtoul(bytes.c_str() + (at += mark.size()), nullptr, 10)));
    }
  }
  if (ledger_.is_sabotaged(Invariant::the_journal_has_what_waits)) kept.clear();
  ledger_.crash(kept, unkept_since_ms_, tracker().totals().dropped);
  end_life();
  ++ledger_.outcome.crashes;
}

void Host::end_life() {
  begin_life();
  flights_.clear();
  held_.clear();
  is_leaving_ = false;
  dropped_ = 0;
  ++life_number_;
  ledger_.disturb(2);
}

void Host::pump() {
  give_up_waiting();
  while (!orphans_.empty() && tracker().restore(orphans_.front(), clock_.now()) == Reason::none) {
    orphans_.erase(orphans_.begin());
  }
  for (int actions = 0; actions < 300; ++actions) {
    const Action action = tracker().poll(clock_.now());
    switch (action.kind) {
      case Action::idle:
        is_leaving_ = false;
        return clock_.set_timer(never_ms);
      case Action::wait:
        // The core has nothing more to send now: it waits for answers alone, or until the server may be asked again.
        if (flights_.size() < limits::batches_in_flight) is_leaving_ = false;
        return clock_.set_timer(clock_.true_ms() + std::max(1.0, std::ceil(action.wake_ms - clock_.now())));
      case Action::send:
        send(action.batch, std::string(action.bytes));
        break;
      case Action::store:
        state_ = action.bytes;
        break;
      case Action::keep:
        journal_[action.entry] = action.bytes;
        break;
      case Action::forget:
        journal_.erase(journal_.begin(), journal_.upper_bound(action.entry));
        break;
      case Action::decided: {
        const auto held = held_.find(action.decision.ticket());
        if (held == held_.end()) break;
        decided(action.decision, held->second.first, held->second.second);
        held_.erase(held);
        break;
      }
    }
  }
  ledger_.fail(Invariant::requests_are_bounded, "poll did not come to an end");
}

// Answers that are overdue count as none.
void Host::give_up_waiting() {
  const auto is_late = [&](const Flight& flight) {
    return std::abs(clock_.now() - flight.departed_ms) >= limits::answer_after_ms;
  };
  if (std::erase_if(flights_, is_late)) is_leaving_ = false;
}

void Host::send(uint8_t batch, std::string bytes) {
  if (ledger_.is_sabotaged(Invariant::bodies_fit)) bytes += std::string(limits::batch_bytes, ' ');
  const auto body = std::make_shared<const Json>(Json::parse(bytes, nullptr, false));
  if (body->is_discarded()) return ledger_.fail(Invariant::bodies_fit, "a body is no JSON");
  const Flight flight = take_off(batch, *body);
  check_body(*body, bytes.size());
  network_.carry(body, bytes.size(), [this, flight](const Reply& reply) { land(flight, reply); });
}

Host::Flight Host::take_off(uint8_t batch, const Json& body) {
  const bool may_be_more = is_leaving_ && flights_.size() < limits::batches_in_flight;
  if (!flights_.empty() && !may_be_more) ledger_.fail(Invariant::one_batch_at_a_time, "a second batch is under way");

  Flight flight{batch, clock_.now(), {}, 0, ledger_.begin_request(), life_number_};
  for (const Json& event : body.at("events")) {
    flight.events.push_back(event.at("properties").at("n"));
    flight.purposes |= 1u << purpose_of(event);
  }
  for (const Json& report : body.at("client_reports")) flight.purposes |= 1u << purpose_of(report);
  if (flight.purposes & ~granted_) ledger_.fail(Invariant::refused_events_stay, "an event of a refused purpose leaves");
  flights_.push_back(flight);
  if (is_leaving_) ledger_.expect_overtaking();
  if (flights_.size() < 2) return flight;
  ++ledger_.outcome.side_by_side;
  for (const Flight& one : flights_) {
    for (const uint32_t event : one.events) ledger_.event(event).may_be_late = true;
  }
  return flight;
}

void Host::check_body(const Json& body, size_t size) {
  const size_t records = body.at("events").size() + body.at("client_reports").size();
  const size_t most_bytes = records == 1 ? body_bytes : limits::batch_bytes;
  if (records == 0 || records > limits::batch_events || size > most_bytes) {
    ledger_.fail(Invariant::bodies_fit, std::to_string(records) + " records in " + std::to_string(size) + " bytes");
  }
  const double late_ms = ledger_.is_sabotaged(Invariant::sent_at_is_the_time_of_sending) ? 1 : 0;
  if (text::parse_timestamp(body.at("sent_at").get<std::string>()) != clock_.now() + late_ms) {
    ledger_.fail(Invariant::sent_at_is_the_time_of_sending, "sent_at is another time");
  }
}

void Host::land(const Flight& flight, const Reply& reply) {
  if (flight.life != life_number_) return;  // who asked is gone
  const auto known = std::find_if(flights_.begin(), flights_.end(), [&](const Flight& one) {
    return one.request == flight.request && std::abs(clock_.now() - one.departed_ms) < limits::answer_after_ms;
  });
  const bool is_known = known != flights_.end();
  const bool is_stuck = ledger_.is_sabotaged(Invariant::one_batch_at_a_time);
  if (is_known && !is_stuck) flights_.erase(known);
  if (is_known) note_answer(flight, outbox::read_status(reply.status));
  tracker().on_response(flight.batch, reply.status, reply.retry_after_ms, reply.rejected, clock_.now());
}

void Host::note_answer(const Flight& flight, outbox::Answer answer) {
  if (answer == outbox::Answer::accepted || answer == outbox::Answer::too_large) {
    ledger_.bear_fruit(flight.request);
    if (answer == outbox::Answer::accepted) return;
    ++ledger_.outcome.too_large;
    // One that is alone is given up, but a copy of it may still be on its way to a server that has become larger.
    if (flight.events.size() == 1) ledger_.event(flight.events[0]).may_be_late = true;
    return;
  }
  is_leaving_ = false;
  for (const uint32_t number : flight.events) {
    Event& event = ledger_.event(number);
    event.failures += answer == outbox::Answer::failed;
    if (answer != outbox::Answer::refused && event.failures < limits::strikes) continue;
    event.may_be_late = true;
    ++ledger_.outcome.set_aside;
  }
}

}  // namespace waymark::simulation
