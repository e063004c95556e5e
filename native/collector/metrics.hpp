// What the collector counts about itself, as Prometheus text (exposition format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace waymark::collector {

// All members may be called from any thread.
class Metrics {
 public:
  void count_request(std::string_view route, unsigned status);
  void count_committed(uint64_t accepted, uint64_t duplicate);
  void count_rejected(std::string_view reason);
  // `mode`: what became of them, reject or warn; `reason`: unplanned_event or plan_violation.
  void count_violations(std::string_view mode, std::string_view reason, uint64_t count);
  // Members that came although the batch's profile has no place for them. Both are of closed lists.
  void count_stripped(std::string_view profile, std::string_view field, uint64_t count);
  // `erased`: events that one request deleted.
  void count_erasure(uint64_t erased);
  void count_receipts(uint64_t accepted, uint64_t flagged);
  void count_commit(std::chrono::steady_clock::duration took, bool ok);

  // Gauges, set by whoever owns the thing.
  std::atomic<int64_t> queue_events{0};
  std::atomic<int64_t> queue_bytes{0};
  std::atomic<int64_t> connections{0};
  std::atomic<int64_t> live_clients{0};
  std::atomic<int64_t> last_seq{0};

  struct Totals {
    uint64_t accepted = 0;
    uint64_t duplicate = 0;
    uint64_t rejected = 0;
  };
  Totals totals() const;

  std::string prometheus_text() const;

 private:
  static constexpr std::array<double, 11> bucket_seconds = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5};
  mutable std::mutex mutex_;
  // Routes and reasons are closed lists, so these maps stay small.
  std::map<std::pair<std::string_view, unsigned>, uint64_t> requests_;
  std::map<std::string_view, uint64_t> rejected_;
  std::map<std::pair<std::string_view, std::string_view>, uint64_t> violations_;
  std::map<std::pair<std::string_view, std::string_view>, uint64_t> stripped_;
  uint64_t erasures_ = 0;
  uint64_t erased_ = 0;
  uint64_t receipts_ = 0;
  uint64_t receipts_flagged_ = 0;
  uint64_t accepted_ = 0;
  uint64_t duplicate_ = 0;
  uint64_t commits_failed_ = 0;
  std::array<uint64_t, bucket_seconds.size() + 1> commit_buckets_{};
  double commit_seconds_ = 0;
};

}  // namespace waymark::collector
