// Engines of several processes on one directory, against a network that loses, delays and refuses, on a virtual clock,
// in seeded runs of two hours' work. Engines are killed (dropped without a word; their files stay), stopped and
// started; the next takes over what they left. Once the network is well again every event that was accepted and was on
// disk when its process ended is in the store once, or counted in a client report. The network, the collector and the
// ledger are those of tests/core/simulation_test.cpp. WAYMARK_CLIENT_SIMULATION_RUNS sets the number of runs;
// WAYMARK_ALL makes them more.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "native/client/worker/engine.hpp"
#include "tests/catch.hpp"
#include "tests/client/temporary_directory.hpp"
#include "tests/core/simulation_network.hpp"

namespace {

using namespace waymark;
using namespace waymark::simulation;
using waymark::testing::TemporaryDirectory;

constexpr size_t hosts = 3;
constexpr Purposes all_purposes = 0b1111;

client::PurposeList usual_purposes() {
  client::PurposeList list;
  list.names = {"necessary", "functional", "analytics", "marketing"};
  list.json = Json(list.names).dump();
  return list;
}

// What the runs went through, so that a run that does nothing is noticed.
struct Sum {
  uint32_t accepted = 0, stored = 0, duplicates = 0, reports = 0, kills = 0, stops = 0, adopted = 0, too_large = 0;
  uint32_t unkept = 0;
};

// One process of the tool: an engine from its start to its end, and the next.
class Process : public client::Sender {
 public:
  Process(Random& random, const Faults& faults, Clock& clock, Network& network, Ledger& ledger, Sum& sum,
          std::string directory, size_t disk_bytes)
      : random_(random),
        faults_(faults),
        clock_(clock),
        network_(network),
        ledger_(ledger),
        sum_(sum),
        directory_(std::move(directory)),
        disk_bytes_(disk_bytes) {
    start();
  }

  bool is_running() const { return engine_ != nullptr; }

  void start() {
    client::EngineSettings settings;
    settings.lines = faults_.config;
    settings.purposes = usual_purposes();
    settings.memory_bytes = Tracker::least_memory;
    ++life_;
    disk_ = std::make_unique<client::DiskQueue>(directory_ + "/queue", "life-" + std::to_string(random_.word()),
                                                disk_bytes_);
    state_ = std::make_unique<client::StateFile>(directory_ + "/state");
    const bool has_orphans = !disk_->entries().empty();
    engine_ = std::make_unique<client::Engine>(std::move(settings), disk_.get(), state_.get(), *this);
    const uint32_t seed[4] = {random_.word(), random_.word(), random_.word(), random_.word()};
    REQUIRE(engine_->start(seed, all_purposes, 0, clock_.now()) == Reason::none);
    sum_.adopted += has_orphans;
    open_.clear();
    started_ms_ = clock_.true_ms();
    ledger_.disturb(6);
  }

  void track(uint32_t number, uint32_t purpose) {
    std::string json = "{\"n\":" + std::to_string(number);
    if (random_.happens(faults_.rejected)) json += ",\"bad\":true";
    if (random_.happens(faults_.large)) json += ",\"pad\":\"" + std::string(random_.below(8000), 'x') + "\"";
    const std::string_view names[] = {"necessary", "functional", "analytics", "marketing"};
    client::Call call;
    call.kind = client::RecordKind::event_json;
    call.time_ms = clock_.now();
    call.name = "item_added";
    call.purpose = names[purpose];
    call.text = json += "}";
    const Decision decision = engine_->take(call);
    if (decision.verdict() == Verdict::accepted) {
      ledger_.accept(number, purpose);
      ledger_.event(number).may_be_late = true;  // the order is the core's, and tested there
      open_.push_back({number, clock_.true_ms()});
      ++sum_.accepted;
    } else {
      ledger_.lose(decision.reason(), purpose);
    }
  }

  // As the worker does when its program ends: what is not sent is kept.
  void stop() {
    engine_->flush(true, clock_.now());
    ledger_.disturb(1 + limits::batches_in_flight);
    step();
    disk_->close();
    end(true);
    ++sum_.stops;
  }

  void kill() {
    end(false);
    ++sum_.kills;
  }

  void flush() {
    engine_->flush(false, clock_.now());
    ledger_.disturb(2);
  }

  double step() { return engine_ ? engine_->step(clock_.now()) : -1; }
  bool is_empty() const { return !engine_ || (engine_->is_empty() && !disk_->has_more()); }

  bool post(uint32_t batch, std::string_view bytes) override {
    if (random_.happens(cannot_begin_)) return false;
    const auto body = std::make_shared<const Json>(Json::parse(bytes, nullptr, false));
    REQUIRE_FALSE(body->is_discarded());
    if (bytes.size() > body_bytes) ledger_.fail(Invariant::bodies_fit, "a body is too large");
    network_.carry(body, bytes.size(), [this, batch, life = life_](const Reply& reply) {
      if (life != life_ || !engine_) return;
      if (reply.status == 413) ++sum_.too_large;
      engine_->answer({batch, reply.status, reply.retry_after_ms, reply.rejected}, clock_.now());
    });
    return true;
  }
  void ping(const std::string&) override {}

 private:
  struct Open {
    uint32_t number;
    double accepted_ms;
  };

  // What was accepted and neither delivered nor on disk is gone: that may only be what is younger than a quarter of a
  // second, or what the core gave up and would have reported.
  void end(bool is_stopped) {
    const uint32_t dropped = engine_->tracker().totals().dropped;
    engine_.reset();
    disk_.reset();
    std::set<uint32_t> kept;
    for (const std::string& bytes : client::DiskQueue(directory_ + "/queue", "look", 0).entries()) {
      constexpr std::string_view mark = R"("n":)";
      for (size_t at = 0; (at = bytes.find(mark, at)) != std::string::npos;) {
        kept.insert(static_cast<uint32_t>(std::strtoul(bytes.c_str() + (at += mark.size()), nullptr, 10)));
      }
    }
    uint32_t missing = 0;
    for (const Open& open : open_) {
      Event& event = ledger_.event(open.number);
      if (event.is_stored || event.is_rejected || kept.count(open.number) != 0) continue;
      event.is_wiped = true;
      const double since_ms = std::max(open.accepted_ms, started_ms_);
      missing += is_stopped || since_ms + limits::journal_after_ms + 1 < clock_.true_ms();
      ++sum_.unkept;
    }
    if (missing > dropped) {
      ledger_.fail(Invariant::the_journal_has_what_waits,
                   std::to_string(missing) + " events are not on disk, " + std::to_string(dropped) + " were given up");
    }
    open_.clear();
    ++life_;
  }

  Random& random_;
  const Faults& faults_;
  Clock& clock_;
  Network& network_;
  Ledger& ledger_;
  Sum& sum_;
  std::string directory_;
  size_t disk_bytes_;
  double cannot_begin_ = 0.01;
  double started_ms_ = 0;
  uint32_t life_ = 0;
  std::unique_ptr<client::DiskQueue> disk_;
  std::unique_ptr<client::StateFile> state_;
  std::unique_ptr<client::Engine> engine_;
  std::vector<Open> open_;
};

class Simulation {
 public:
  Simulation(uint64_t seed, std::optional<Invariant> sabotage, Sum& sum)
      : random_(seed), faults_(draw()), ledger_(clock_, sabotage), sum_(sum) {
    for (size_t i = 0; i < 1 + seed % hosts; ++i) {
      processes_.push_back(std::make_unique<Process>(random_, faults_, clock_, network_, ledger_, sum_,
                                                     directory_.path().string(), size_t{8} << 20));
    }
  }

  Outcome run() {
    double at_ms = 0;
    for (int call = 0; call < 150; ++call) clock_.at(at_ms += random_.wait_ms(faults_.pace_ms), [this] { act(); });
    advance(at_ms + minute_ms);
    faults_.is_healed = true;
    // Whoever is left ends; one more takes over what all of them left, and delivers it. What a server that is at fault
    // is thought to be at fault for comes last, hours later.
    for (auto& process : processes_) {
      if (process->is_running()) process->stop();
    }
    processes_.front()->start();
    for (int call = 0; call < 30; ++call) {
      clock_.at(at_ms += 2 * hour_ms, [this] { processes_.front()->track(next_event_++, 0); });
    }
    advance(at_ms + day_ms);
    if (!processes_.front()->is_empty()) {
      ledger_.fail(Invariant::every_event_is_accounted_for, "something still waits");
    }
    const size_t left = client::DiskQueue(directory_ / "queue", "look", 0).entries().size();
    if (left > 0) ledger_.fail(Invariant::every_event_is_accounted_for, std::to_string(left) + " entries are left");
    ledger_.close({}, false);
    return ledger_.outcome;
  }

 private:
  Faults draw() {
    Faults faults = random_faults(random_);
    // What is about consent and the clock is the core's, and tested there.
    faults.poison = 0;
    faults.is_steady = true;
    faults.config = config_lines("", "", "");
    faults.crash = 0.02 + random_.fraction() * 0.08;
    faults.pace_ms = 7200 * 1000.0 / 150;  // two hours
    if (random_.happens(0.5)) faults.pace_ms = 300;
    return faults;
  }

  void act() {
    if (random_.happens(faults_.offline)) network_.go_offline(random_.wait_ms(hour_ms));
    Process& process = *processes_[random_.below(static_cast<uint32_t>(processes_.size()))];
    if (!process.is_running()) return process.start();
    if (random_.happens(faults_.crash)) return process.kill();
    if (random_.happens(0.02)) return process.stop();
    if (random_.happens(0.05)) process.flush();
    for (uint32_t count = 1 + random_.below(4); count > 0; --count) {
      process.track(next_event_++, random_.below(purpose_count));
    }
  }

  void advance(double until_ms) {
    clock_.advance(until_ms, [this] {
      double wake_ms = -1;
      for (auto& process : processes_) {
        const double next_ms = process->step();
        if (next_ms >= 0 && (wake_ms < 0 || next_ms < wake_ms)) wake_ms = next_ms;
      }
      clock_.set_timer(wake_ms < 0 ? never_ms : clock_.true_ms() + std::max(1.0, std::ceil(wake_ms - clock_.now())));
    });
  }

  TemporaryDirectory directory_;
  Random random_;
  Faults faults_;
  Clock clock_;
  Ledger ledger_;
  Sum& sum_;
  Collector collector_{random_, faults_, ledger_};
  Network network_{random_, faults_, clock_, collector_};
  std::vector<std::unique_ptr<Process>> processes_;
  uint32_t next_event_ = 0;
};

uint64_t runs() {
  if (const char* const wanted = std::getenv("WAYMARK_CLIENT_SIMULATION_RUNS"))
    return std::strtoull(wanted, nullptr, 10);
  return std::getenv("WAYMARK_ALL") != nullptr ? 3000 : 300;
}

}  // namespace

TEST_CASE("simulation of engines: whatever the network does and whoever is killed, every event is accounted for") {
  Sum sum;
  for (uint64_t seed = 1; seed <= runs(); ++seed) {
    const Outcome outcome = Simulation(seed, {}, sum).run();
    INFO("seed " << seed << ": " << outcome.first);
    CHECK(outcome.first.empty());
    sum.stored += outcome.stored;
    sum.duplicates += outcome.duplicates;
    sum.reports += outcome.reports;
  }
  // The runs went through all of it.
  for (const uint32_t count : {sum.accepted, sum.stored, sum.duplicates, sum.reports, sum.kills, sum.stops, sum.adopted,
                               sum.too_large, sum.unkept}) {
    CHECK(count >= runs() / 50);
  }
}

TEST_CASE("simulation of engines: broken promises are noticed") {
  for (const Invariant broken : {Invariant::every_event_is_accounted_for, Invariant::an_event_keeps_its_id}) {
    uint32_t noticed = 0;
    Sum sum;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      noticed += Simulation(seed, broken, sum).run().broken[static_cast<size_t>(broken)];
    }
    INFO("invariant " << static_cast<int>(broken));
    CHECK(noticed > 0);
  }
}
