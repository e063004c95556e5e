// What goes wrong in a run of the simulation, all of it drawn from one seed.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace waymark::simulation {

inline constexpr double second_ms = 1000.0;
inline constexpr double minute_ms = 60 * second_ms;
inline constexpr double hour_ms = 60 * minute_ms;
inline constexpr double day_ms = 24 * hour_ms;

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

inline std::string config_lines(const std::string& while_unknown, const std::string& events_per_minute,
                                const std::string& sample_rate) {
  return "\"write_key\":\"demo\",\"sdk\":{\"name\":\"simulation\",\"version\":\"1\"}\n\n\n" + while_unknown + "\n\n" +
         events_per_minute + "\n" + sample_rate + "\nsalt\n\n[\"heartbeat_sent\"]\n\n\n\n";
}

// Probabilities unless said otherwise.
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
  double crash = 0;  // the same, with nothing left but the journal
  double clock_jump = 0;
  double large = 0.05;     // an event of some KiB
  bool is_steady = true;   // all is granted from the beginning
  bool is_healed = false;  // network and server do nothing wrong any more
  double pace_ms = 2000;   // mean time between calls
  std::string config = config_lines("", "", "");
};

inline Faults random_faults(Random& random) {
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
  faults.crash = maybe(0.03);
  return faults;
}

}  // namespace waymark::simulation
