// A token bucket: `per_second` on average, and what two seconds bring at once.
#pragma once

#include <algorithm>
#include <cstdint>

namespace waymark::collector {

class TokenBucket {
 public:
  // `least_burst`: the largest amount one caller may ever take at once.
  explicit TokenBucket(double per_second, double least_burst = 1)
      : per_second_(per_second), burst_(std::max(2 * per_second, least_burst)), tokens_(burst_) {}

  // Takes `amount`, or nothing. Returns 0, or after how many seconds the same call would succeed.
  uint32_t take(double amount, int64_t now_ms) {
    if (filled_ms_ == 0 || now_ms < filled_ms_) filled_ms_ = now_ms;  // a clock that was set back brings no debt
    tokens_ = std::min(burst_, tokens_ + per_second_ * static_cast<double>(now_ms - filled_ms_) / 1000.0);
    filled_ms_ = now_ms;
    const double missing = std::min(amount, burst_) - tokens_;
    if (missing > 0) return 1 + static_cast<uint32_t>(std::min(missing / per_second_, 3600.0));
    tokens_ -= amount;
    return 0;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  int64_t filled_ms_ = 0;
};

}  // namespace waymark::collector
