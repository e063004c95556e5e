#include "native/collector/metrics.hpp"

#include <algorithm>
#include <charconv>

namespace waymark::collector {
namespace {

std::string decimal(double value) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  return {digits, written.ptr};
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

void line(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

std::string label(std::string_view name, std::string_view value) {
  return std::string(name).append("=\"").append(value).append("\"");
}

}  // namespace

void Metrics::count_request(std::string_view route, unsigned status) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
}

void Metrics::count_committed(uint64_t accepted, uint64_t duplicate) {
  const std::lock_guard lock(mutex_);
  accepted_ += accepted;
  duplicate_ += duplicate;
}

void Metrics::count_rejected(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  ++rejected_[reason];
}

void Metrics::count_violations(std::string_view mode, std::string_view reason, uint64_t count) {
  if (count == 0) return;
  const std::lock_guard lock(mutex_);
  violations_[{mode, reason}] += count;
}

void Metrics::count_stripped(std::string_view profile, std::string_view field, uint64_t count) {
  const std::lock_guard lock(mutex_);
  stripped_[{profile, field}] += count;
}

void Metrics::count_erasure(uint64_t erased) {
  const std::lock_guard lock(mutex_);
  ++erasures_;
  erased_ += erased;
}

void Metrics::count_receipts(uint64_t accepted, uint64_t flagged) {
  const std::lock_guard lock(mutex_);
  receipts_ += accepted;
  receipts_flagged_ += flagged;
}

void Metrics::count_commit(std::chrono::steady_clock::duration took, bool ok) {
  const double seconds = std::chrono::duration<double>(took).count();
  const std::lock_guard lock(mutex_);
  if (!ok) {
    ++commits_failed_;
    return;
  }
  const auto* const bucket = std::lower_bound(bucket_seconds.begin(), bucket_seconds.end(), seconds);
  ++commit_buckets_[static_cast<size_t>(bucket - bucket_seconds.begin())];
  commit_seconds_ += seconds;
}

Metrics::Totals Metrics::totals() const {
  const std::lock_guard lock(mutex_);
  Totals totals{accepted_, duplicate_, 0};
  for (const auto& [reason, count] : rejected_) totals.rejected += count;
  return totals;
}

std::string Metrics::prometheus_text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  head(out, "waymark_events_total", "counter", "Events that were stored, and events that were stored before.");
  line(out, "waymark_events_total", label("result", "accepted"), std::to_string(accepted_));
  line(out, "waymark_events_total", label("result", "duplicate"), std::to_string(duplicate_));
  head(out, "waymark_events_rejected_total", "counter", "Events that were refused, by reason.");
  for (const auto& [reason, count] : rejected_) {
    line(out, "waymark_events_rejected_total", label("reason", reason), std::to_string(count));
  }
  head(out, "waymark_plan_violations_total", "counter",
       "Events that break the tracking plan, by its mode (reject: refused, warn: stored) and reason.");
  for (const auto& [key, count] : violations_) {
    const std::string labels = label("mode", key.first) + "," + label("reason", key.second);
    line(out, "waymark_plan_violations_total", labels, std::to_string(count));
  }
  head(out, "waymark_stripped_members_total", "counter",
       "Members that the profile of their batch has no place for; they were not stored.");
  for (const auto& [key, count] : stripped_) {
    const std::string labels = label("profile", key.first) + "," + label("member", key.second);
    line(out, "waymark_stripped_members_total", labels, std::to_string(count));
  }
  head(out, "waymark_erasures_total", "counter", "Requests for erasure that were carried out.");
  line(out, "waymark_erasures_total", "", std::to_string(erasures_));
  head(out, "waymark_events_erased_total", "counter", "Events that were deleted on request.");
  line(out, "waymark_events_erased_total", "", std::to_string(erased_));
  head(out, "waymark_receipts_total", "counter", "Receipts of consent that were stored, by how they follow others.");
  line(out, "waymark_receipts_total", label("place", "next"), std::to_string(receipts_ - receipts_flagged_));
  line(out, "waymark_receipts_total", label("place", "flagged"), std::to_string(receipts_flagged_));
  head(out, "waymark_http_requests_total", "counter", "Requests that were answered, by route and status.");
  for (const auto& [key, count] : requests_) {
    const std::string labels = label("route", key.first) + "," + label("status", std::to_string(key.second));
    line(out, "waymark_http_requests_total", labels, std::to_string(count));
  }
  head(out, "waymark_commit_seconds", "histogram", "Time of one transaction, sync included.");
  uint64_t cumulative = 0;
  for (size_t i = 0; i < commit_buckets_.size(); ++i) {
    cumulative += commit_buckets_[i];
    const std::string bound = i < bucket_seconds.size() ? decimal(bucket_seconds[i]) : "+Inf";
    line(out, "waymark_commit_seconds_bucket", label("le", bound), std::to_string(cumulative));
  }
  line(out, "waymark_commit_seconds_sum", "", decimal(commit_seconds_));
  line(out, "waymark_commit_seconds_count", "", std::to_string(cumulative));
  head(out, "waymark_commits_failed_total", "counter", "Transactions that failed and were answered 503.");
  line(out, "waymark_commits_failed_total", "", std::to_string(commits_failed_));

  const auto gauge = [&](std::string_view name, std::string_view help, const std::atomic<int64_t>& value) {
    head(out, name, "gauge", help);
    line(out, name, "", std::to_string(value.load()));
  };
  gauge("waymark_queue_events", "Events that wait for the writer.", queue_events);
  gauge("waymark_queue_bytes", "Bytes that wait for the writer.", queue_bytes);
  gauge("waymark_connections", "Open connections.", connections);
  gauge("waymark_live_clients", "Live views that are connected.", live_clients);
  gauge("waymark_last_seq", "seq of the newest event.", last_seq);
  return out;
}

}  // namespace waymark::collector
