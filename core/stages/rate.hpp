// Rate: a bucket of one minute's events, filled evenly, so that a loop gone wild cannot flood the collector.
#pragma once

#include <cstdint>

namespace waymark::stages {

class RateLimit {
 public:
  RateLimit() = default;
  explicit RateLimit(double events_per_minute)
      : limit_(events_per_minute), most_(events_per_minute < 1 ? 1 : events_per_minute), tokens_(most_) {}

  // Takes one event's share. Always true when the limit is 0.
  bool take(double now) {
    if (limit_ == 0) return true;
    if (now > filled_ms_) tokens_ += (now - filled_ms_) * limit_ / 60000.0;
    filled_ms_ = now;
    if (tokens_ > most_) tokens_ = most_;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double limit_ = 0;
  double most_ = 1;
  double tokens_ = 0;
  double filled_ms_ = 0;
};

}  // namespace waymark::stages
