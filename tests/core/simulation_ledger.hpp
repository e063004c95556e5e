// What must hold in every run, and the books by which it is found out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/tracker.hpp"
#include "tests/core/simulation_clock.hpp"

namespace waymark::simulation {

using Json = nlohmann::json;

inline constexpr uint32_t purpose_count = 4;  // necessary, functional, analytics, marketing

// `simulate` can be told to break one, to show that it would be noticed.
enum class Invariant : uint8_t {
  every_event_is_accounted_for,  // stored, rejected, wiped by a refusal, or counted in a report that arrived
  totals_add_up,                 // the tracker's own counts agree
  losses_are_reported,           // exactly, when consent is steady; never more than there were
  an_event_keeps_its_id,         // and so instance, sequence and timestamp, in every delivery
  sent_at_is_the_time_of_sending,
  order_is_kept,  // of first arrivals by sequence, but for what was set aside or sent side by side
  bodies_fit,
  one_batch_at_a_time,  // unless the page is being left
  requests_are_bounded,
  refused_events_stay,
  memory_is_its_own,
  the_journal_has_what_waits,  // but for what is younger than 250 ms
};
inline constexpr uint32_t invariant_count = 12;

uint32_t purpose_of(const Json& record);

// What is known of an event that the core accepted. Events are told apart by `n` among their properties.
struct Event {
  uint32_t purpose = 0;
  bool is_stored = false;
  bool is_rejected = false;
  bool is_wiped = false;          // its purpose was refused before it arrived
  bool may_be_late = false;       // it was set aside, or sent side by side with others
  bool may_be_overtaken = false;  // by a more important purpose, while the host was being left
  uint32_t failures = 0;          // answers of 500 to a batch with it
  double accepted_ms = 0;         // true time
  std::string id;                 // as it arrived first
};

struct Outcome {
  std::array<uint32_t, invariant_count> broken = {};
  std::string first;  // what was broken first
  uint32_t accepted = 0, stored = 0, rejected = 0, dropped = 0, wiped = 0, duplicates = 0, reports = 0, requests = 0;
  uint32_t side_by_side = 0, restarts = 0, crashes = 0, too_large = 0, set_aside = 0, held = 0, vain = 0, onlines = 0;
};

class Ledger {
 public:
  Ledger(const Clock& clock, std::optional<Invariant> sabotage) : clock_(clock), sabotage_(sabotage) {}

  Outcome outcome;

  void fail(Invariant invariant, const std::string& what);
  bool is_sabotaged(Invariant invariant) const { return sabotage_ == invariant; }

  void accept(uint32_t number, uint32_t purpose);
  Event& event(uint32_t number) { return events_.at(number); }
  // Events were given up to make room; copies of them may still be on their way.
  void expect_late_copies();
  // What waits may be overtaken by events of more important purposes.
  void expect_overtaking();
  // A life ends with nothing left of it but the events in `kept`; it had given up `dropped`.
  void crash(const std::set<uint32_t>& kept, double unkept_since_ms, uint32_t dropped);
  // The core did not take an event, or took it and lost it.
  void lose(Reason reason, uint32_t purpose);
  void lose_accepted(uint32_t count) { dropped_ += count; }
  void wipe_refused(Purposes granted);

  // No two events or reports of an instance have the same sequence, and a report never changes.
  void own(const std::string& instance, uint32_t sequence, uint32_t number);
  void own_report(const std::string& instance, const Json& report);

  // Requests are known by the number that `begin_request` gives. They are in vain unless something came of them.
  size_t begin_request();
  void bear_fruit(size_t request);
  // Something of the host's that gives the core hope: it may try so often more.
  void disturb(uint32_t tries);

  // Nothing is under way any more, so all must be accounted for.
  void close(Totals totals, bool is_steady);

 private:
  struct Request {
    double at_ms = 0;
    bool is_fruitless = true;
  };
  using Losses = std::map<std::pair<std::string, uint32_t>, uint32_t>;  // by reason and purpose
  // Reports of what was accepted and given up later stand for events; the others for calls.
  struct Reported {
    Losses refused;
    std::array<uint32_t, purpose_count> given_up = {};
    uint32_t all_given_up = 0;
  };

  Reported read_reports();
  void check_events(const Reported& reported);
  void check_totals(Totals totals);
  void check_losses(const Reported& reported, bool is_steady);
  void check_requests();
  int minute() const;

  const Clock& clock_;
  std::optional<Invariant> sabotage_;
  std::map<uint32_t, Event> events_;
  Losses losses_;
  uint32_t dropped_ = 0;
  bool has_crashed_ = false;                                     // what was not reported yet is not known any more
  std::map<std::pair<std::string, uint32_t>, uint32_t> owners_;  // events by instance and sequence
  std::map<std::pair<std::string, uint32_t>, Json> reports_;     // by instance and sequence
  std::vector<Request> requests_;
  std::map<int, int> allowed_;  // tries by minute
};

}  // namespace waymark::simulation
