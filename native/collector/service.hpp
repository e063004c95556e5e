// What every request is answered with. Knows the routes; knows no sockets and no threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/collector/exchange.hpp"
#include "native/collector/ingest.hpp"
#include "native/collector/keys.hpp"
#include "native/collector/metrics.hpp"
#include "native/collector/rate_limit.hpp"
#include "native/collector/static_site.hpp"
#include "native/collector/target.hpp"
#include "native/collector/visitor_salt.hpp"

namespace waymark::collector {

struct ServiceOptions {
  std::vector<std::string> write_keys;    // none: every sender is taken
  std::string read_key;                   // empty: only this machine may read
  std::vector<std::string> tools;         // ids that GET /t takes
  PrivacyAllowances allowed;              // what privacy leaves in place
  std::string plan;                       // a compiled tracking plan, or empty
  std::string site;                       // a directory, or empty
  std::vector<std::string> gpc_purposes;  // events of these are refused while Sec-GPC is 1
  std::string visitor_salt;               // the file of visitor_salt.hpp; empty: events without ids get no visitor key
  bool is_behind_proxy = false;           // the last address of X-Forwarded-For is the sender's
  double events_per_second = 0;           // per write key
  bool loopback = true;                   // the server can be reached from this machine alone
};

// Not for several threads at once.
class Service {
 public:
  Service(ServiceOptions options, Metrics& metrics);

  Plan plan(Request request, int64_t now_ms);

  // To be called now and then: what ends with the day ends.
  void pass_time(int64_t now_ms);

 private:
  static std::optional<Response> inflate(Request& request);
  // Index of the write key, if it may send `amount` now.
  std::variant<Refusal, size_t> admit(std::string_view write_key, double amount, std::vector<TokenBucket>& rates,
                                      int64_t now_ms);
  std::string visitor_key(const Request& request, std::string_view write_key, int64_t now_ms);
  Plan take_batch(std::string_view route, const Request& request, Shape asked, int64_t now_ms);
  Plan take_erasure(const Request& request, int64_t now_ms);
  Plan take_receipts(const Request& request, int64_t now_ms);
  Plan list_receipts(const Request& request, const Target& target);
  Plan take_symbols(const Request& request, const Target& target, int64_t now_ms);
  Plan list_crashes(const Request& request, const Target& target);
  Plan list_sessions(const Request& request, const Target& target);
  Plan take_ping(const Target& target, int64_t now_ms);
  Plan check_health(int64_t now_ms);
  Plan list_rows(std::string_view route, Listing listing, const Request& request, const Target& target);
  Plan open_stream(const Request& request, const Target& target);
  Plan show_live_page(const Request& request, const Target& target);
  Plan show_site(const Request& request, const Target& target);
  std::optional<Response> refuse_reading(const Request& request, const Target& target) const;

  ServiceOptions options_;
  Metrics& metrics_;
  Keys keys_;
  Ingest ingest_;
  std::optional<StaticSite> site_;
  std::vector<TokenBucket> key_rates_;
  std::vector<TokenBucket> tool_rates_;
  std::vector<TokenBucket> erasure_rates_;
  std::optional<VisitorSalt> visitor_salt_;

  // One answer serves all who ask within a second: a probe costs a sync.
  struct Health {
    int64_t checked_ms = 0;
    bool good = false;
  };
  std::shared_ptr<Health> health_ = std::make_shared<Health>();
};

}  // namespace waymark::collector
