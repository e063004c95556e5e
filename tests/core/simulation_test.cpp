// The core against a network and a host that do everything wrong, on a virtual clock, in thousands of seeded runs.
// Once the network is well again every event must be accounted for. WAYMARK_SIMULATION_RUNS sets the number of runs.
#include <cstdlib>
#include <optional>
#include <utility>

#include "tests/catch.hpp"
#include "tests/core/simulation_host.hpp"

namespace {

using namespace waymark::simulation;

class Simulation {
 public:
  Simulation(uint64_t seed, Faults faults, std::optional<Invariant> sabotage)
      : random_(seed), faults_(std::move(faults)), ledger_(clock_, sabotage) {}

  Outcome run() {
    double at_ms = 0;
    for (int call = 0; call < 120; ++call) {
      clock_.at(at_ms += random_.wait_ms(faults_.pace_ms), [this] { host_.act(); });
    }
    advance(at_ms + minute_ms);
    faults_.is_healed = true;
    host_.online();
    host_.pump();
    // A life goes on: without other traffic nobody could tell an event at fault from a server at fault.
    for (int call = 0; call < 45; ++call) clock_.at(at_ms += 2 * hour_ms, [this] { host_.beat(); });
    advance(at_ms + 2 * day_ms);
    host_.check_memory();
    ledger_.close(host_.totals(), faults_.is_steady);
    return ledger_.outcome;
  }

 private:
  void advance(double until_ms) {
    clock_.advance(until_ms, [this] { host_.pump(); });
  }

  Random random_;
  Faults faults_;
  Clock clock_;
  Ledger ledger_;
  Collector collector_{random_, faults_, ledger_};
  Network network_{random_, faults_, clock_, collector_};
  Host host_{random_, faults_, clock_, network_, ledger_};
};

Outcome simulate(uint64_t seed, std::optional<Invariant> sabotage = {}) {
  Random random(seed);
  const Faults faults = random_faults(random);
  return Simulation(seed, faults, sabotage).run();
}

uint64_t runs() {
  const char* const wanted = std::getenv("WAYMARK_SIMULATION_RUNS");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 1500;
}

}  // namespace

TEST_CASE("simulation: whatever the network does, every event is accounted for") {
  Outcome sum;
  for (uint64_t seed = 1; seed <= runs(); ++seed) {
    const Outcome outcome = simulate(seed);
    INFO("seed " << seed << ": " << outcome.first);
    CHECK(outcome.first.empty());
    sum.stored += outcome.stored;
    sum.rejected += outcome.rejected;
    sum.dropped += outcome.dropped;
    sum.wiped += outcome.wiped;
    sum.duplicates += outcome.duplicates;
    sum.reports += outcome.reports;
    sum.side_by_side += outcome.side_by_side;
    sum.restarts += outcome.restarts;
    sum.crashes += outcome.crashes;
    sum.too_large += outcome.too_large;
    sum.set_aside += outcome.set_aside;
    sum.held += outcome.held;
  }
  // The runs went through all of it.
  for (const uint32_t count : {sum.stored, sum.rejected, sum.dropped, sum.wiped, sum.duplicates, sum.reports,
                               sum.side_by_side, sum.restarts, sum.crashes, sum.too_large, sum.set_aside, sum.held}) {
    CHECK(count >= runs() / 100);
  }
}

// Each of these was a fault once: leaving that lasted as long as the server asked to wait, and a snapshot of a full
// queue without the counts of what had been dropped.
TEST_CASE("simulation: what went wrong once in hundreds of thousands of runs") {
  for (const uint64_t seed : {38261u, 40473u, 44713u, 54513u, 141469u, 147182u, 152167u, 184686u}) {
    const Outcome outcome = simulate(seed);
    INFO("seed " << seed << ": " << outcome.first);
    CHECK(outcome.first.empty());
  }
}

TEST_CASE("simulation: a server that is down for everyone loses nothing") {
  Faults faults;
  faults.bad_status = 1;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Outcome outcome = Simulation(seed, faults, {}).run();
    INFO("seed " << seed << ": " << outcome.first);
    CHECK(outcome.first.empty());
    CHECK(outcome.vain > 0);
    CHECK(outcome.dropped == 0);
    CHECK(outcome.stored == outcome.accepted);
  }
}

TEST_CASE("simulation: a network that is gone for hours is tried seldom") {
  Faults faults;
  faults.lost = 1;
  faults.pace_ms = 5 * minute_ms;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Outcome outcome = Simulation(seed, faults, {}).run();
    INFO("seed " << seed << ": " << outcome.first);
    CHECK(outcome.first.empty());
    CHECK(outcome.stored == outcome.accepted);
    // Ten hours: two tries in each of them, and from a second to a half hour in steps of two whenever the host hopes.
    CHECK(outcome.vain <= 40 + 12 * outcome.onlines);
    CHECK(outcome.vain > outcome.onlines);
  }
}

TEST_CASE("simulation: each broken promise is noticed") {
  for (uint32_t number = 0; number < invariant_count; ++number) {
    uint32_t noticed = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed)
      noticed += simulate(seed, static_cast<Invariant>(number)).broken[number];
    INFO("invariant " << number);
    CHECK(noticed > 0);
  }
}
