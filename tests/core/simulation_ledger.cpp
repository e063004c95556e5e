#include "tests/core/simulation_ledger.hpp"

#include <algorithm>

#include "tests/core/simulation_faults.hpp"

namespace waymark::simulation {

namespace {

constexpr uint32_t a_report = UINT32_MAX;  // stands for any, where events have their numbers

}  // namespace

uint32_t purpose_of(const Json& record) {
  const std::string name = record.value("purpose", "analytics");
  return name == "necessary" ? 0 : name == "functional" ? 1 : name == "analytics" ? 2 : 3;
}

void Ledger::fail(Invariant invariant, const std::string& what) {
  if (outcome.first.empty()) {
    outcome.first = what + " at " + std::to_string(static_cast<int64_t>(clock_.true_ms())) + " ms";
  }
  ++outcome.broken[static_cast<size_t>(invariant)];
}

void Ledger::accept(uint32_t number, uint32_t purpose) {
  events_[number].purpose = purpose;
  events_[number].accepted_ms = clock_.true_ms();
  ++outcome.accepted;
}

void Ledger::expect_late_copies() {
  for (auto& [number, event] : events_) event.may_be_late |= !event.is_stored && !event.is_rejected;
}

void Ledger::expect_overtaking() {
  for (auto& [number, event] : events_) event.may_be_overtaken |= !event.is_stored && !event.is_rejected;
}

void Ledger::crash(const std::set<uint32_t>& kept, double unkept_since_ms, uint32_t dropped) {
  has_crashed_ = true;
  lose_accepted(dropped);
  uint32_t missing = 0;
  for (auto& [number, event] : events_) {
    event.may_be_late = true;  // what was under way arrives, and what is restored goes behind what comes after it
    if (event.is_stored || event.is_rejected || event.is_wiped || kept.count(number)) continue;
    event.is_wiped = true;
    const double kept_since_ms = std::max(event.accepted_ms, unkept_since_ms) + limits::journal_after_ms;
    missing += kept_since_ms + 1 < clock_.true_ms();
  }
  if (missing > dropped_) {
    fail(Invariant::the_journal_has_what_waits,
         std::to_string(missing) + " events are not in the journal, " + std::to_string(dropped_) + " were given up");
  }
}

void Ledger::lose(Reason reason, uint32_t purpose) { ++losses_[{std::string(name_of(reason)), purpose}]; }

void Ledger::wipe_refused(Purposes granted) {
  for (auto& [number, event] : events_) {
    const bool is_open = !event.is_stored && !event.is_rejected;
    if (is_open && !(granted >> event.purpose & 1)) event.is_wiped = true;
  }
}

void Ledger::own(const std::string& instance, uint32_t sequence, uint32_t number) {
  const auto [owner, is_new] = owners_.emplace(std::pair(instance, sequence), number);
  if (is_new || owner->second == number) return;
  fail(Invariant::an_event_keeps_its_id, "sequence " + std::to_string(sequence) + " was used twice");
}

void Ledger::own_report(const std::string& instance, const Json& report) {
  const uint32_t sequence = report.at("sequence");
  own(instance, sequence, a_report);
  const Json last = std::exchange(reports_[{instance, sequence}], report);
  if (!last.is_null() && last != report) fail(Invariant::an_event_keeps_its_id, "a report has changed");
}

size_t Ledger::begin_request() {
  ++outcome.requests;
  requests_.push_back({clock_.true_ms()});
  return requests_.size() - 1;
}

void Ledger::bear_fruit(size_t request) {
  requests_[request].is_fruitless = is_sabotaged(Invariant::requests_are_bounded);
}

void Ledger::disturb(uint32_t tries) { allowed_[minute()] += tries; }

int Ledger::minute() const { return static_cast<int>(clock_.true_ms() / minute_ms); }

void Ledger::close(Totals totals, bool is_steady) {
  lose_accepted(totals.dropped);
  outcome.dropped = dropped_;
  const Reported reported = read_reports();
  check_events(reported);
  check_totals(totals);
  check_losses(reported, is_steady);
  check_requests();
}

Ledger::Reported Ledger::read_reports() {
  Reported reported;
  for (const auto& [id, report] : reports_) {
    if (is_sabotaged(Invariant::losses_are_reported)) continue;
    const std::string reason = report.at("reason");
    const uint32_t count = report.at("count");
    ++outcome.reports;
    if (reason == "expired" || reason == "too_large_for_server" || reason == "undeliverable" || reason == "evicted") {
      reported.given_up[purpose_of(report)] += count;
      reported.all_given_up += count;
    } else {
      reported.refused[{reason, purpose_of(report)}] += count;
    }
  }
  return reported;
}

void Ledger::check_events(const Reported& reported) {
  std::array<uint32_t, purpose_count> missing = {};
  for (const auto& [number, event] : events_) {
    outcome.stored += event.is_stored;
    outcome.rejected += event.is_rejected;
    outcome.wiped += event.is_wiped;
    missing[event.purpose] += !event.is_stored && !event.is_rejected && !event.is_wiped;
  }
  for (uint32_t purpose = 0; purpose < purpose_count; ++purpose) {
    const uint32_t given_up = reported.given_up[purpose];
    if (missing[purpose] <= given_up) continue;
    fail(Invariant::every_event_is_accounted_for, std::to_string(missing[purpose]) + " events of purpose " +
                                                      std::to_string(purpose) + " are missing, " +
                                                      std::to_string(given_up) + " were reported");
  }
}

void Ledger::check_totals(Totals totals) {
  if (is_sabotaged(Invariant::totals_add_up)) ++totals.acknowledged;
  if (totals.accepted == totals.acknowledged + totals.rejected + totals.dropped + totals.wiped) return;
  fail(Invariant::totals_add_up, "accepted " + std::to_string(totals.accepted) + ", acknowledged " +
                                     std::to_string(totals.acknowledged) + ", rejected " +
                                     std::to_string(totals.rejected) + ", dropped " + std::to_string(totals.dropped) +
                                     ", wiped " + std::to_string(totals.wiped));
}

void Ledger::check_losses(const Reported& reported, bool is_steady) {
  for (const auto& [loss, count] : reported.refused) {
    if (count > losses_[loss]) {
      fail(Invariant::losses_are_reported, "more " + loss.first + " reported than there were");
    }
  }
  if (!is_steady || has_crashed_) return;
  if (reported.all_given_up != dropped_) {
    fail(Invariant::losses_are_reported,
         std::to_string(reported.all_given_up) + " of " + std::to_string(dropped_) + " drops were reported");
  }
  for (const auto& [loss, count] : losses_) {
    const auto found = reported.refused.find(loss);
    const uint32_t told = found == reported.refused.end() ? 0 : found->second;
    if (told == count) continue;
    fail(Invariant::losses_are_reported,
         std::to_string(told) + " of " + std::to_string(count) + " were reported as " + loss.first);
  }
}

// How often the core may try in vain: the backoff's share, what a success or an event of the host forgives.
void Ledger::check_requests() {
  constexpr int tries_a_minute = 20;
  std::map<int, int> fruitless;
  for (const Request& request : requests_) {
    const int minute = static_cast<int>(request.at_ms / minute_ms);
    fruitless[minute] += request.is_fruitless ? 1 : 0;
    outcome.vain += request.is_fruitless;
    if (!request.is_fruitless) allowed_[minute] += 3;
  }
  if (is_sabotaged(Invariant::requests_are_bounded)) allowed_.clear();
  for (const auto& [minute, count] : fruitless) {
    if (count <= tries_a_minute + allowed_[minute] + allowed_[minute - 1]) continue;
    fail(Invariant::requests_are_bounded, std::to_string(count) + " tries in vain in a minute");
  }
}

}  // namespace waymark::simulation
