// The core against a network and a host that do everything wrong, on a virtual clock, in thousands of seeded runs.
// A model collector takes what arrives apart with another JSON library, computes the event ids and removes duplicates.
// Once the network is well again every event must be accounted for. WAYMARK_SIMULATION_RUNS sets the number of runs.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/text/ids.hpp"
#include "core/text/time.hpp"
#include "core/tracker.hpp"
#include "tests/catch.hpp"

namespace {

using namespace waymark;
using Json = nlohmann::json;

constexpr double start_ms = 1731578400000.0;  // 2024-11-14T10:00:00Z
constexpr double second_ms = 1000.0;
constexpr double minute_ms = 60 * second_ms;
constexpr double hour_ms = 60 * minute_ms;
constexpr double day_ms = 24 * hour_ms;
constexpr double never_ms = 1e15;
constexpr uint32_t purpose_count = 4;  // necessary, functional, analytics, marketing
constexpr Purposes all_purposes = 0b1111;
constexpr size_t block_bytes = Tracker::least_memory;
constexpr size_t guard_bytes = 256;
constexpr size_t snapshot_bytes = 2 * block_bytes;
constexpr uint32_t a_report = UINT32_MAX;  // stands for any, where events have their numbers

// What must hold in every run. `simulate` can be told to break one, to show that it would be noticed.
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
};
constexpr uint32_t invariant_count = 11;

uint32_t purpose_of(const Json& record) {
  const std::string name = record.value("purpose", "analytics");
  return name == "necessary" ? 0 : name == "functional" ? 1 : name == "analytics" ? 2 : 3;
}

class Random {
 public:
  explicit Random(uint64_t seed) : bits_(seed) {}
  double fraction() { return static_cast<double>(bits_() >> 11) / 9007199254740992.0; }
  bool happens(double probability) { return fraction() < probability; }
  uint32_t below(uint32_t count) { return static_cast<uint32_t>(fraction() * count); }
  // Whole milliseconds, most of them short: exponentially distributed.
  double wait_ms(double mean_ms) { return 1 + std::floor(-std::log(1 - fraction()) * mean_ms); }
  uint32_t word() { return static_cast<uint32_t>(bits_()); }

 private:
  std::mt19937_64 bits_;
};

std::string config_lines(const std::string& while_unknown, const std::string& events_per_minute,
                         const std::string& sample_rate) {
  return "\"write_key\":\"demo\",\"sdk\":{\"name\":\"simulation\",\"version\":\"1\"}\n\n\n" + while_unknown + "\n\n" +
         events_per_minute + "\n" + sample_rate + "\nsalt\n\n[\"heartbeat_sent\"]\n\n\n";
}

// What goes wrong in a run, as probabilities unless said otherwise.
struct Faults {
  double lost = 0;                 // the request never arrives
  double unanswered = 0;           // it arrives, the answer does not
  double repeated = 0;             // it arrives again, perhaps much later
  double slow = 0;                 // it takes a minute or more
  double bad_status = 0;           // 429, 500, 503 and so on, before or after the batch was stored
  double offline = 0;              // for minutes to hours
  double poison = 0;               // an event that the server always fails on
  double rejected = 0;             // an event that the collector rejects
  size_t server_bytes = 1u << 20;  // above: 413
  double leaving = 0;
  double consent = 0;
  double restart = 0;
  double clock_jump = 0;
  double large = 0.05;    // an event of some KiB
  bool is_steady = true;  // all is granted from the beginning
  double pace_ms = 2000;  // mean time between calls
  std::string config = config_lines("", "", "");
};

Faults random_faults(Random& random) {
  const auto maybe = [&](double most) { return random.happens(0.5) ? random.fraction() * most : 0.0; };
  Faults faults;
  faults.lost = maybe(0.4);
  faults.unanswered = maybe(0.4);
  faults.repeated = maybe(0.3);
  faults.slow = maybe(0.2);
  faults.bad_status = maybe(0.5);
  faults.offline = maybe(0.05);
  faults.poison = maybe(0.03);
  faults.rejected = maybe(0.1);
  if (random.happens(0.3)) faults.server_bytes = 3000 + random.below(40000);
  faults.leaving = maybe(0.1);
  faults.is_steady = random.happens(0.4);
  faults.consent = faults.is_steady ? 0 : random.fraction() * 0.08;
  faults.restart = maybe(0.05);
  faults.clock_jump = maybe(0.05);
  if (random.happens(0.2)) faults.large = 0.7;
  constexpr std::array paces_ms = {20.0, 500.0, 5000.0, 60000.0};
  faults.pace_ms = paces_ms[random.below(paces_ms.size())];
  const char* const while_unknown = random.happens(0.2) ? "drop" : "";
  const char* const events_per_minute = random.happens(0.3) ? "60" : "";
  const char* const sample_rate = random.happens(0.3) ? "0.5" : "";
  faults.config = config_lines(while_unknown, events_per_minute, sample_rate);
  return faults;
}

// What is known of an event that the core accepted. Events are told apart by `n` among their properties.
struct Event {
  uint32_t purpose = 0;
  bool is_stored = false;
  bool is_rejected = false;
  bool is_wiped = false;     // its purpose was refused before it arrived
  bool may_be_late = false;  // it was set aside, or sent side by side with others
  uint32_t failures = 0;     // answers of 500 to a batch with it
  std::string id;            // as it arrived first
};

struct Outcome {
  std::array<uint32_t, invariant_count> broken = {};
  std::string first;  // what was broken first
  uint32_t accepted = 0, stored = 0, rejected = 0, dropped = 0, wiped = 0, duplicates = 0, reports = 0, requests = 0;
  uint32_t side_by_side = 0, restarts = 0, too_large = 0, set_aside = 0, held = 0, vain = 0, onlines = 0;
};

class Simulation {
 public:
  Simulation(uint64_t seed, const Faults& faults, std::optional<Invariant> sabotage)
      : random_(seed), faults_(faults), sabotage_(sabotage), snapshot_(snapshot_bytes) {
    if (!faults_.is_steady) grant(random_.below(all_purposes + 1));
    begin_life();
  }

  Outcome run() {
    double at_ms = 0;
    for (int call = 0; call < 120; ++call) at(at_ms += random_.wait_ms(faults_.pace_ms), [this] { act(); });
    advance(at_ms + minute_ms);
    heal();
    // A life goes on: without other traffic nobody could tell an event at fault from a server at fault.
    for (int call = 0; call < 45; ++call) at(at_ms += 2 * hour_ms, [this] { beat(); });
    advance(at_ms + 2 * day_ms);
    check_end();
    return outcome_;
  }

 private:
  struct Life {
    alignas(8) std::array<char, guard_bytes> before;
    std::array<char, block_bytes> block;
    std::array<char, guard_bytes> between;
    Tracker tracker{block.data(), block.size()};
    std::array<char, guard_bytes> after;
  };
  struct Flight {
    uint8_t batch = 0;
    double departed_ms = 0;
    std::vector<uint32_t> events;
    Purposes purposes = 0;
    size_t request = 0;
    uint32_t life = 0;
  };
  struct Request {
    double at_ms = 0;
    bool is_fruitless = true;
  };
  struct Reply {
    uint32_t status = 0;
    double retry_after_ms = -1;
    std::string rejected = {};
  };

  // ---- time: the host's timers run on true time, its clock may be wrong --------------------------------------------

  double now() const { return start_ms + true_ms_ + skew_ms_; }
  void at(double true_ms, std::function<void()> action) { agenda_.emplace(true_ms, std::move(action)); }
  void advance(double until_ms) {
    for (;;) {
      const double next_ms = std::min(timer_ms_, agenda_.empty() ? never_ms : agenda_.begin()->first);
      if (next_ms > until_ms) break;
      true_ms_ = std::max(true_ms_, next_ms);
      if (timer_ms_ > next_ms) {
        const std::function<void()> action = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        action();
      }
      pump();
    }
    true_ms_ = until_ms;
  }

  void fail(Invariant invariant, const std::string& what) {
    if (outcome_.first.empty()) outcome_.first = what + " at " + std::to_string(static_cast<int64_t>(true_ms_)) + " ms";
    ++outcome_.broken[static_cast<size_t>(invariant)];
  }
  bool is_sabotaged(Invariant invariant) const { return sabotage_ == invariant; }

  // ---- the host ----------------------------------------------------------------------------------------------------

  Tracker& tracker() { return life_->tracker; }

  void begin_life() {
    life_ = std::make_unique<Life>();
    for (auto* guard : {&life_->before, &life_->between, &life_->after}) guard->fill('\x5A');
    tracker().seed({random_.word(), random_.word(), random_.word(), random_.word()});
    REQUIRE(tracker().start(faults_.config + state_, granted_, denied_, now()) == Reason::none);
  }

  void check_memory() {
    if (is_sabotaged(Invariant::memory_is_its_own)) life_->between[7] = 0;
    for (auto* guard : {&life_->before, &life_->between, &life_->after}) {
      const bool is_intact = std::all_of(guard->begin(), guard->end(), [](char c) { return c == '\x5A'; });
      if (!is_intact) fail(Invariant::memory_is_its_own, "a guard byte was overwritten");
    }
  }

  // One call of the application, or one thing that happens to it.
  void act() {
    if (random_.happens(faults_.offline)) offline_until_ms_ = true_ms_ + random_.wait_ms(hour_ms);
    if (random_.happens(faults_.clock_jump)) jump();
    if (random_.happens(faults_.consent)) change_consent();
    if (random_.happens(faults_.restart)) restart();
    if (random_.happens(faults_.leaving)) leave();
    const uint32_t purpose = random_.below(purpose_count);
    const uint32_t event = next_event_++;
    switch (random_.below(20)) {
      case 0:
        return tracker().flush(false);
      case 1:
        return tracker().reset();
      case 2:
        return online();
      case 3: {
        const std::string page = "{\"title\":\"Page " + std::to_string(random_.below(3)) + "\"}";
        return decided(tracker().page(properties(event), page, purpose, now()), event, purpose);
      }
      case 4: {
        const std::string user = "user_" + std::to_string(random_.below(5));
        return decided(tracker().identify(user, properties(event), purpose, now()), event, purpose);
      }
      case 5:
        return decided(tracker().group("acme", properties(event), purpose, now()), event, purpose);
      case 6:
        return decided(tracker().track("item_added", "{\"a\":}", purpose, now()), event, purpose);
      default:
        break;
    }
    decided(tracker().track("item_added", properties(event, faults_.poison), purpose, now()), event, purpose);
  }

  // What goes on for ever: necessary, and in every sample.
  void beat() {
    const uint32_t event = next_event_++;
    decided(tracker().track("heartbeat_sent", properties(event), 0, now()), event, 0);
  }

  std::string properties(uint32_t event, double poison = 0) {
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

  void decided(Decision decision, uint32_t event, uint32_t purpose) {
    switch (decision.verdict()) {
      case Verdict::accepted:
        events_[event].purpose = purpose;
        ++outcome_.accepted;
        return;
      case Verdict::held:
        held_[decision.ticket()] = {event, purpose};
        ++outcome_.held;
        return;
      case Verdict::denied:
        if (decision.reason() != Reason::hold_expired) return;
        break;
      default:
        break;
    }
    ++losses_[{std::string(name_of(decision.reason())), purpose}];
  }

  void jump() {
    const double size_ms = random_.happens(0.2) ? 3 * day_ms : 3 * hour_ms;
    skew_ms_ += std::floor((random_.fraction() * 2 - 1) * size_ms);
    disturbed(3);
  }
  void online() {
    tracker().online(now());
    ++outcome_.onlines;
    disturbed(2);
  }
  void leave() {
    tracker().flush(true);
    is_leaving_ = true;
    disturbed(1 + limits::batches_in_flight);
  }

  void grant(Purposes granted) {
    denied_ = random_.below(all_purposes + 1) & ~granted & ~1u;
    granted_ = granted | 1;
  }
  void change_consent() {
    grant(random_.below(all_purposes + 1));
    if (!is_sabotaged(Invariant::refused_events_stay)) tracker().set_consent(granted_, denied_, now());
    for (auto& [number, event] : events_) {
      const bool is_open = !event.is_stored && !event.is_rejected;
      if (is_open && !(granted_ >> event.purpose & 1)) event.is_wiped = true;
    }
    const auto is_refused = [&](const Flight& flight) { return flight.purposes & ~granted_; };
    if (std::any_of(flights_.begin(), flights_.end(), is_refused)) flights_.clear();
    disturbed(2);
  }

  // The page or process ends and begins again, with the queue as it was and the state that was kept.
  void restart() {
    if (granted_ <= 1) return;
    pump();
    check_memory();
    const size_t size = tracker().snapshot(snapshot_.data(), snapshot_.size(), now());
    dropped_ += tracker().totals().dropped;
    begin_life();
    if (size) REQUIRE(tracker().restore({snapshot_.data(), size}, now()) == Reason::none);
    flights_.clear();
    held_.clear();
    is_leaving_ = false;
    ++life_number_;
    ++outcome_.restarts;
    disturbed(2);
  }

  // Answers that are overdue count as none.
  void give_up_waiting() {
    const auto is_late = [&](const Flight& flight) {
      return std::abs(now() - flight.departed_ms) >= limits::answer_after_ms;
    };
    if (std::erase_if(flights_, is_late)) is_leaving_ = false;
  }

  // Carries out what the core asks for.
  void pump() {
    give_up_waiting();
    for (int actions = 0; actions < 300; ++actions) {
      const Action action = tracker().poll(now());
      switch (action.kind) {
        case Action::idle:
          is_leaving_ = false;
          timer_ms_ = never_ms;
          return;
        case Action::wait:
          if (is_drained(action.wake_ms)) is_leaving_ = false;
          timer_ms_ = true_ms_ + std::max(1.0, std::ceil(action.wake_ms - now()));
          return;
        case Action::send:
          send(action.batch, std::string(action.bytes));
          break;
        case Action::store:
          state_ = action.bytes;
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
    fail(Invariant::requests_are_bounded, "poll did not come to an end");
  }

  // Whether the core waits for answers alone: then nothing is left to be sent side by side.
  bool is_drained(double wake_ms) const {
    if (flights_.empty() || flights_.size() == limits::batches_in_flight) return false;
    double oldest_ms = flights_.front().departed_ms;
    for (const Flight& flight : flights_) oldest_ms = std::min(oldest_ms, flight.departed_ms);
    return wake_ms == oldest_ms + limits::answer_after_ms;
  }

  // ---- the network -------------------------------------------------------------------------------------------------

  void send(uint8_t batch, std::string bytes) {
    if (is_sabotaged(Invariant::bodies_fit)) bytes += std::string(limits::batch_bytes, ' ');
    const auto body = std::make_shared<Json>(Json::parse(bytes, nullptr, false));
    if (body->is_discarded()) return fail(Invariant::bodies_fit, "a body is no JSON");
    const Flight flight = take_off(batch, *body);
    check_body(*body, bytes.size());
    ++outcome_.requests;

    const bool is_lost = !is_healed_ && (true_ms_ < offline_until_ms_ || random_.happens(faults_.lost));
    const double there_ms = 20 + faulty_wait_ms();
    if (is_lost) {
      // A host learns of it, or it does not.
      if (random_.happens(0.5)) answer(flight, {}, true_ms_ + 20 + random_.wait_ms(10 * second_ms));
      return;
    }
    const bool is_silent = !is_healed_ && random_.happens(faults_.unanswered);
    at(true_ms_ + there_ms, [this, flight, body, size = bytes.size(), is_silent] {
      const Reply reply = receive(*body, size);
      if (!is_silent) answer(flight, reply, true_ms_ + 20 + faulty_wait_ms());
    });
    if (is_healed_ || !random_.happens(faults_.repeated)) return;
    const double again_ms = random_.wait_ms(random_.happens(0.2) ? 6 * hour_ms : second_ms);
    at(true_ms_ + there_ms + again_ms, [this, body, size = bytes.size()] { receive(*body, size); });
  }

  double faulty_wait_ms() {
    if (is_healed_) return 0;
    return random_.wait_ms(random_.happens(faults_.slow) ? 80 * second_ms : 100);
  }

  Flight take_off(uint8_t batch, const Json& body) {
    const bool may_be_more = is_leaving_ && flights_.size() < limits::batches_in_flight;
    if (!flights_.empty() && !may_be_more) fail(Invariant::one_batch_at_a_time, "a second batch is under way");

    Flight flight{batch, now(), {}, 0, requests_.size(), life_number_};
    requests_.push_back({true_ms_});
    for (const Json& event : body.at("events")) {
      flight.events.push_back(event.at("properties").at("n"));
      flight.purposes |= 1u << purpose_of(event);
    }
    for (const Json& report : body.at("client_reports")) flight.purposes |= 1u << purpose_of(report);
    if (flight.purposes & ~granted_) fail(Invariant::refused_events_stay, "an event of a refused purpose leaves");
    flights_.push_back(flight);
    if (flights_.size() < 2) return flight;
    ++outcome_.side_by_side;
    for (const Flight& one : flights_) {
      for (const uint32_t event : one.events) events_[event].may_be_late = true;
    }
    return flight;
  }

  void check_body(const Json& body, size_t size) {
    const size_t records = body.at("events").size() + body.at("client_reports").size();
    const size_t most_bytes = records == 1 ? body_bytes : limits::batch_bytes;
    if (records == 0 || records > limits::batch_events || size > most_bytes) {
      fail(Invariant::bodies_fit, std::to_string(records) + " records in " + std::to_string(size) + " bytes");
    }
    const double late_ms = is_sabotaged(Invariant::sent_at_is_the_time_of_sending) ? 1 : 0;
    if (text::parse_timestamp(body.at("sent_at").get<std::string>()) != now() + late_ms) {
      fail(Invariant::sent_at_is_the_time_of_sending, "sent_at is another time");
    }
  }

  void answer(const Flight& flight, const Reply& reply, double true_ms) {
    at(true_ms, [this, flight, reply] {
      if (flight.life != life_number_) return;  // who asked is gone
      const auto known = std::find_if(flights_.begin(), flights_.end(), [&](const Flight& one) {
        return one.request == flight.request && std::abs(now() - one.departed_ms) < limits::answer_after_ms;
      });
      const bool is_known = known != flights_.end();
      const bool is_stuck = is_sabotaged(Invariant::one_batch_at_a_time);
      if (is_known && !is_stuck) flights_.erase(known);
      if (is_known) note_answer(flight, outbox::read_status(reply.status));
      tracker().on_response(flight.batch, reply.status, reply.retry_after_ms, reply.rejected, now());
    });
  }

  void note_answer(const Flight& flight, outbox::Answer answer) {
    if (answer == outbox::Answer::accepted || answer == outbox::Answer::too_large) {
      requests_[flight.request].is_fruitless = is_sabotaged(Invariant::requests_are_bounded);
      if (answer == outbox::Answer::accepted) return;
      ++outcome_.too_large;
      // One that is alone is given up, but a copy of it may still be on its way to a server that has become larger.
      if (flight.events.size() == 1) events_[flight.events[0]].may_be_late = true;
      return;
    }
    is_leaving_ = false;
    for (const uint32_t number : flight.events) {
      Event& event = events_[number];
      event.failures += answer == outbox::Answer::failed;
      if (answer != outbox::Answer::refused && event.failures < limits::strikes) continue;
      event.may_be_late = true;
      ++outcome_.set_aside;
    }
  }

  void heal() {
    is_healed_ = true;
    offline_until_ms_ = 0;
    online();
    pump();
  }

  // ---- the collector -----------------------------------------------------------------------------------------------

  Reply receive(const Json& body, size_t size) {
    if (!is_healed_ && size > faults_.server_bytes) return {413};
    const bool has_poison = std::any_of(body["events"].begin(), body["events"].end(),
                                        [](const Json& event) { return event["properties"].contains("poison"); });
    if (has_poison) return {faults_.server_bytes % 2 ? 400u : 500u};
    const bool is_bad = !is_healed_ && random_.happens(faults_.bad_status);
    if (is_bad && random_.happens(0.5)) return bad_reply();
    const std::string rejected = store(body);
    return is_bad ? bad_reply() : Reply{200, -1, rejected};
  }

  Reply bad_reply() {
    constexpr std::array<uint32_t, 12> statuses = {429, 429, 503, 503, 502, 500, 500, 500, 400, 401, 302, 408};
    const uint32_t status = statuses[random_.below(statuses.size())];
    const double waits_ms[] = {-1, 0, 1000, 30 * second_ms, random_.wait_ms(hour_ms)};
    return {status, waits_ms[random_.below(5)], {}};
  }

  // Stores what is new; returns the indices of what is rejected.
  std::string store(const Json& body) {
    const std::string instance = body.at("instance_id");
    Json rejected = Json::array();
    std::vector<Json> arrivals = body.at("events");
    if (is_sabotaged(Invariant::order_is_kept)) std::reverse(arrivals.begin(), arrivals.end());
    for (size_t index = 0; index < arrivals.size(); ++index) {
      const uint32_t number = arrivals[index].at("properties").at("n");
      Event& event = events_.at(number);
      const bool is_known = event.is_stored || event.is_rejected;
      uint32_t sequence = arrivals[index].at("sequence");
      if (is_known && is_sabotaged(Invariant::an_event_keeps_its_id)) sequence += 1000;
      char id[text::uuid_chars];
      text::event_id(instance, sequence, text::parse_timestamp(arrivals[index].at("timestamp").get<std::string>()), id);
      arrive(event, number, std::string(id, sizeof id));
      own(instance, sequence, number);
      if (arrivals[index]["properties"].contains("bad")) rejected.push_back(index);
      if (is_known) {
        ++outcome_.duplicates;
        continue;
      }
      if (is_sabotaged(Invariant::every_event_is_accounted_for) && number % 7 == 0) continue;
      (arrivals[index]["properties"].contains("bad") ? event.is_rejected : event.is_stored) = true;
      uint32_t& latest = latest_sequence_[instance];
      if (sequence < latest && !event.may_be_late && !event.is_wiped) {
        fail(Invariant::order_is_kept, "sequence " + std::to_string(sequence) + " after " + std::to_string(latest));
      }
      latest = std::max(latest, sequence);
    }
    for (const Json& report : body.at("client_reports")) {
      const uint32_t sequence = report.at("sequence");
      own(instance, sequence, a_report);
      const Json last = std::exchange(reports_[{instance, sequence}], report);
      if (!last.is_null() && last != report) fail(Invariant::an_event_keeps_its_id, "a report has changed");
    }
    return rejected.dump();
  }

  void arrive(Event& event, uint32_t number, const std::string& id) {
    if (event.id.empty()) event.id = id;
    if (event.id == id) return;
    fail(Invariant::an_event_keeps_its_id, "event " + std::to_string(number) + " was " + event.id + ", is " + id);
  }

  // No two events or reports of an instance have the same sequence.
  void own(const std::string& instance, uint32_t sequence, uint32_t number) {
    const auto [owner, is_new] = owners_.emplace(std::pair(instance, sequence), number);
    if (is_new || owner->second == number) return;
    fail(Invariant::an_event_keeps_its_id, "sequence " + std::to_string(sequence) + " was used twice");
  }

  // ---- the end: nothing is under way any more, so all must be accounted for ----------------------------------------

  void check_end() {
    check_memory();
    std::map<std::pair<std::string, uint32_t>, uint32_t> reported;
    std::array<uint32_t, purpose_count> given_up = {};
    uint32_t given_up_reported = 0;
    for (const auto& [id, report] : reports_) {
      if (is_sabotaged(Invariant::losses_are_reported)) continue;
      const std::string reason = report.at("reason");
      const uint32_t count = report.at("count");
      ++outcome_.reports;
      if (reason == "expired" || reason == "too_large_for_server" || reason == "undeliverable") {
        given_up[purpose_of(report)] += count;
        given_up_reported += count;
      } else {
        reported[{reason, purpose_of(report)}] += count;
      }
    }
    std::array<uint32_t, purpose_count> missing = {};
    for (const auto& [number, event] : events_) {
      outcome_.stored += event.is_stored;
      outcome_.rejected += event.is_rejected;
      outcome_.wiped += event.is_wiped;
      missing[event.purpose] += !event.is_stored && !event.is_rejected && !event.is_wiped;
    }
    for (uint32_t purpose = 0; purpose < purpose_count; ++purpose) {
      if (missing[purpose] <= given_up[purpose]) continue;
      fail(Invariant::every_event_is_accounted_for, std::to_string(missing[purpose]) + " events of purpose " +
                                                        std::to_string(purpose) + " are missing, " +
                                                        std::to_string(given_up[purpose]) + " were reported");
    }
    for (const auto& [loss, count] : reported) {
      if (count > losses_[loss])
        fail(Invariant::losses_are_reported, "more " + loss.first + " reported than there were");
    }

    Totals totals = tracker().totals();
    outcome_.dropped = dropped_ += totals.dropped;
    if (is_sabotaged(Invariant::totals_add_up)) ++totals.acknowledged;
    if (totals.accepted != totals.acknowledged + totals.rejected + totals.dropped + totals.wiped) {
      fail(Invariant::totals_add_up, "accepted " + std::to_string(totals.accepted) + ", acknowledged " +
                                         std::to_string(totals.acknowledged) + ", rejected " +
                                         std::to_string(totals.rejected) + ", dropped " +
                                         std::to_string(totals.dropped) + ", wiped " + std::to_string(totals.wiped));
    }
    if (faults_.is_steady && (reported != losses_ || given_up_reported != dropped_)) {
      fail(Invariant::losses_are_reported, std::to_string(given_up_reported) + " of " + std::to_string(dropped_) +
                                               " drops were reported, or not all refusals were");
    }
    check_requests();
  }

  // How often the core may try in vain: the backoff's share, what a success or an event of the host forgives.
  void disturbed(uint32_t tries) { allowed_[minute()] += tries; }
  int minute() const { return static_cast<int>(true_ms_ / minute_ms); }

  void check_requests() {
    constexpr int tries_a_minute = 20;
    std::map<int, int> fruitless;
    for (const Request& request : requests_) {
      const int minute = static_cast<int>(request.at_ms / minute_ms);
      fruitless[minute] += request.is_fruitless ? 1 : 0;
      outcome_.vain += request.is_fruitless;
      if (!request.is_fruitless) allowed_[minute] += 3;
    }
    if (is_sabotaged(Invariant::requests_are_bounded)) allowed_.clear();
    for (const auto& [minute, count] : fruitless) {
      if (count <= tries_a_minute + allowed_[minute] + allowed_[minute - 1]) continue;
      fail(Invariant::requests_are_bounded, std::to_string(count) + " tries in vain in a minute");
    }
  }

  Random random_;
  const Faults& faults_;
  std::optional<Invariant> sabotage_;
  std::vector<char> snapshot_;
  Outcome outcome_;

  std::multimap<double, std::function<void()>> agenda_;
  double true_ms_ = 0;
  double skew_ms_ = 0;
  double timer_ms_ = never_ms;

  std::unique_ptr<Life> life_;
  uint32_t life_number_ = 0;
  std::string state_;
  Purposes granted_ = all_purposes;
  Purposes denied_ = 0;
  bool is_leaving_ = false;
  uint32_t next_event_ = 0;
  uint32_t dropped_ = 0;
  std::map<uint32_t, Event> events_;
  std::map<uint32_t, std::pair<uint32_t, uint32_t>> held_;       // by ticket: the event and its purpose
  std::map<std::pair<std::string, uint32_t>, uint32_t> losses_;  // by reason and purpose
  std::vector<Flight> flights_;
  std::vector<Request> requests_;
  std::map<int, int> allowed_;

  bool is_healed_ = false;
  double offline_until_ms_ = 0;
  std::map<std::pair<std::string, uint32_t>, uint32_t> owners_;  // events by instance and sequence
  std::map<std::pair<std::string, uint32_t>, Json> reports_;     // by instance and sequence
  std::map<std::string, uint32_t> latest_sequence_;
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
    sum.too_large += outcome.too_large;
    sum.set_aside += outcome.set_aside;
    sum.held += outcome.held;
  }
  // The runs went through all of it.
  for (const uint32_t count : {sum.stored, sum.rejected, sum.dropped, sum.wiped, sum.duplicates, sum.reports,
                               sum.side_by_side, sum.restarts, sum.too_large, sum.set_aside, sum.held}) {
    CHECK(count >= runs() / 100);
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
