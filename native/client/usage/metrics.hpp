// Sums up what is recorded of each metric, so that a thousand values a second leave as one event a minute.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waymark::client {

// Of one metric, since it was last taken.
class Summary {
 public:
  Summary(std::string name, uint32_t purpose) : name_(std::move(name)), purpose_(purpose) {}

  void add(double value);
  const std::string& name() const { return name_; }
  uint32_t purpose() const { return purpose_; }
  // {"count":…,"sum":…,"min":…,"max":…,"p50":…,"p90":…,"p99":…}; percentiles are right to 5 %.
  void write(std::string& out) const;

 private:
  // Buckets grow by a tenth: the middle of one is at most 5 % from any value in it (Masson, Rim and Lee, "DDSketch",
  // 2019). What is not positive has the first for itself.
  static constexpr size_t bucket_count = 512;
  double percentile(double share) const;

  std::string name_;
  uint32_t purpose_;
  uint64_t count_ = 0;
  double sum_ = 0;
  double least_ = 0;
  double most_ = 0;
  std::vector<uint32_t> buckets_;
};

class Metrics {
 public:
  static constexpr size_t most_names = 64;
  // As many as one event can name: 8 keys each, of limits::keys.
  static constexpr size_t most_in_event = 24;

  // The properties of a `metric_recorded` event, {"metrics":{NAME:{…},…}}, of metrics of one purpose.
  struct Event {
    uint32_t purpose = 0;
    std::string properties;
  };

  // False if it is one name too many, or no finite number: nothing is added. `purpose`: the place of the metric's.
  bool add(std::string_view name, double value, uint32_t purpose);
  bool is_empty() const { return summaries_.empty(); }
  // All that was summed up, and begins anew.
  std::vector<Event> take();

 private:
  std::vector<Summary> summaries_;
};

}  // namespace waymark::client
