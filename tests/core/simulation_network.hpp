// A network that loses, delays and repeats, between a host and the collector.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "tests/core/simulation_clock.hpp"
#include "tests/core/simulation_collector.hpp"

namespace waymark::simulation {

class Network {
 public:
  Network(Random& random, const Faults& faults, Clock& clock, Collector& collector)
      : random_(random), faults_(faults), clock_(clock), collector_(collector) {}

  void go_offline(double for_ms) { offline_until_ms_ = clock_.true_ms() + for_ms; }

  // `answer` is called when there is one. A host may learn that its request was lost: status 0.
  void carry(const std::shared_ptr<const Json>& body, size_t size, const std::function<void(const Reply&)>& answer) {
    const double sent_ms = clock_.true_ms();
    const bool is_lost = !faults_.is_healed && (sent_ms < offline_until_ms_ || random_.happens(faults_.lost));
    const double there_ms = 20 + faulty_wait_ms();
    if (is_lost) {
      if (random_.happens(0.5)) {
        clock_.at(sent_ms + 20 + random_.wait_ms(10 * second_ms), [answer] { answer({}); });
      }
      return;
    }
    const bool is_silent = !faults_.is_healed && random_.happens(faults_.unanswered);
    clock_.at(sent_ms + there_ms, [this, answer, body, size, is_silent] {
      const Reply reply = collector_.receive(*body, size);
      if (is_silent) return;
      clock_.at(clock_.true_ms() + 20 + faulty_wait_ms(), [answer, reply] { answer(reply); });
    });
    if (faults_.is_healed || !random_.happens(faults_.repeated)) return;
    const double again_ms = random_.wait_ms(random_.happens(0.2) ? 6 * hour_ms : second_ms);
    clock_.at(sent_ms + there_ms + again_ms, [this, body, size] { collector_.receive(*body, size); });
  }

 private:
  double faulty_wait_ms() {
    if (faults_.is_healed) return 0;
    return random_.wait_ms(random_.happens(faults_.slow) ? 80 * second_ms : 100);
  }

  Random& random_;
  const Faults& faults_;
  Clock& clock_;
  Collector& collector_;
  double offline_until_ms_ = 0;
};

}  // namespace waymark::simulation
