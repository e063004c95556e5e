// Virtual time. Timers run on true time, as a host's do; what the host reads from its clock may be wrong.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace waymark::simulation {

inline constexpr double start_ms = 1731578400000.0;  // 2024-11-14T10:00:00Z
inline constexpr double never_ms = 1e15;

class Clock {
 public:
  double true_ms() const { return true_ms_; }
  double now() const { return start_ms + true_ms_ + skew_ms_; }
  void jump(double by_ms) { skew_ms_ += by_ms; }

  void at(double true_ms, std::function<void()> action) { agenda_.emplace(true_ms, std::move(action)); }
  // The host has one timer.
  void set_timer(double true_ms) { timer_ms_ = true_ms; }

  // Does what is due in its order. `wake` follows each action, and is what the timer is for.
  template <typename Wake>
  void advance(double until_ms, Wake wake) {
    for (;;) {
      const double next_ms = std::min(timer_ms_, agenda_.empty() ? never_ms : agenda_.begin()->first);
      if (next_ms > until_ms) break;
      true_ms_ = std::max(true_ms_, next_ms);
      if (timer_ms_ > next_ms) {
        const std::function<void()> action = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        action();
      }
      wake();
    }
    true_ms_ = until_ms;
  }

 private:
  std::multimap<double, std::function<void()>> agenda_;
  double true_ms_ = 0;
  double skew_ms_ = 0;
  double timer_ms_ = never_ms;
};

}  // namespace waymark::simulation
