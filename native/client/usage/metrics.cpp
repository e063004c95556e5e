#include "native/client/usage/metrics.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/text/json_write.hpp"

namespace waymark::client {
namespace {

constexpr double growth = 1.1;
constexpr double least_bucket = 1e-9;

void write_number(std::string& out, std::string_view key, double value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out += '"';
  out += key;
  out += "\":";
  out.append(text, end);
}

}  // namespace

void Summary::add(double value) {
  if (buckets_.empty()) buckets_.resize(bucket_count);
  least_ = count_ == 0 ? value : std::min(least_, value);
  most_ = count_ == 0 ? value : std::max(most_, value);
  ++count_;
  sum_ += value;
  size_t bucket = 0;
  if (value > least_bucket) {
    const double place = 1 + std::floor(std::log(value / least_bucket) / std::log(growth));
    bucket = static_cast<size_t>(std::min(place, static_cast<double>(bucket_count - 1)));
  }
  ++buckets_[bucket];
}

double Summary::percentile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  double seen = 0;
  for (size_t i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen < wanted || buckets_[i] == 0) continue;
    if (i == 0) return std::min(0.0, least_);
    const double middle = least_bucket * std::pow(growth, static_cast<double>(i) - 0.5);
    return std::clamp(middle, least_, most_);
  }
  return most_;
}

void Summary::write(std::string& out) const {
  out += "{\"count\":" + std::to_string(count_) + ',';
  const std::pair<std::string_view, double> numbers[] = {{"sum", sum_},
                                                         {"min", least_},
                                                         {"max", most_},
                                                         {"p50", percentile(0.5)},
                                                         {"p90", percentile(0.9)},
                                                         {"p99", percentile(0.99)}};
  for (const auto& [key, value] : numbers) {
    write_number(out, key, std::isfinite(value) ? value : 0);
    out += ',';
  }
  out.back() = '}';
}

bool Metrics::add(std::string_view name, double value, uint32_t purpose) {
  if (!std::isfinite(value)) return false;
  auto found = std::find_if(summaries_.begin(), summaries_.end(), [&](const Summary& s) { return s.name() == name; });
  if (found == summaries_.end()) {
    if (summaries_.size() == most_names || name.empty()) return false;
    found = summaries_.insert(found, Summary(std::string(name), purpose));
  }
  found->add(value);
  return true;
}

std::vector<Metrics::Event> Metrics::take() {
  std::stable_sort(summaries_.begin(), summaries_.end(),
                   [](const Summary& a, const Summary& b) { return a.purpose() < b.purpose(); });
  std::vector<Event> events;
  size_t in_event = 0;
  for (const Summary& summary : summaries_) {
    if (in_event == 0 || in_event == most_in_event || events.back().purpose != summary.purpose()) {
      events.push_back({summary.purpose(), "{\"metrics\":{"});
      in_event = 0;
    }
    std::string& out = events.back().properties;
    if (in_event++ > 0) out += ',';
    char name[512];
    text::JsonWriter quoted(name, sizeof name);
    quoted.quoted(summary.name());
    out += quoted.text();
    out += ':';
    summary.write(out);
  }
  for (Event& event : events) event.properties += "}}";
  summaries_.clear();
  return events;
}

}  // namespace waymark::client
