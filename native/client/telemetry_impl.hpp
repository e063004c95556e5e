// What stands behind a Telemetry object: consent decides whether there is a worker at all.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "native/client/consent/permission.hpp"
#include "native/client/disk/data_paths.hpp"
#include "native/client/include/waymark/telemetry.hpp"
#include "native/client/worker/forks.hpp"
#include "native/client/worker/worker.hpp"

namespace waymark {
namespace client {

// The configuration, with texts of its own.
struct OwnConfig {
  explicit OwnConfig(const TelemetryConfig& given)
      : texts{std::string(given.tool),       std::string(given.version),        std::string(given.endpoint),
              std::string(given.write_key),  std::string(given.data_directory), std::string(given.policy_version),
              std::string(given.policy_url), std::string(given.crash_purpose)},
        config(given) {
    std::string_view* const views[] = {&config.tool,       &config.version,        &config.endpoint,
                                       &config.write_key,  &config.data_directory, &config.policy_version,
                                       &config.policy_url, &config.crash_purpose};
    for (size_t i = 0; i < std::size(views); ++i) *views[i] = texts[i];
  }
  OwnConfig(const OwnConfig&) = delete;
  OwnConfig& operator=(const OwnConfig&) = delete;

  std::string texts[8];
  TelemetryConfig config;
};

}  // namespace client

class __attribute__((visibility("hidden"))) Telemetry::Impl : private client::ForkListener {
 public:
  Impl(const TelemetryConfig& given, const void* module_address);
  ~Impl();

  bool is_on() const { return inbox_ && inbox_->is_open.load(std::memory_order_relaxed); }
  Tracked put(bool was_put, std::string_view purpose) {
    if (was_put) return Tracked::queued;
    lose(purpose);
    return Tracked::queue_full;
  }
  client::Ring& ring() { return inbox_->ring; }

  client::Permission permission() const;
  std::string explain(std::string_view purpose) const;
  bool record_choices(const std::vector<client::ConsentFile::NewChoice>& choices);
  // A choice that cannot be made: false, and `status` says why, unless an opt-out holds, which it says then.
  bool refuse_choice(std::string why);
  bool set_host_consent(Purposes purposes, ConsentValue value);
  PurgeReport withdraw();
  std::vector<std::string> asked_purposes() const;
  std::vector<std::string> waiting();
  TelemetryTotals totals() const;
  FlushResult flush(std::chrono::milliseconds timeout);
  Status status();

  void resume();

  const TelemetryConfig& config() const { return own_.config; }
  const client::PurposeList& purposes() const { return purposes_; }
  const client::PermissionRules* rules() const { return rules_.get(); }

 private:
  void before_fork() override;
  void after_fork(bool is_child) override;
  void lose(std::string_view purpose);
  void look_again();
  client::Permission decide() const;
  Purposes all_but_necessary() const { return (1u << purposes_.names.size()) - 2; }
  bool record(const std::vector<client::ConsentFile::NewChoice>& choices);
  bool set_host(Purposes purposes, ConsentValue value);
  void refuse_unrecorded(PurgeReport& report);
  void delete_files(PurgeReport& report);
  void end_worker();
  uint64_t wipe_ring();
  void set_off(Off off, std::string detail);
  void apply(const client::Permission& permission);
  void start(const client::Permission& permission);
  client::EngineSettings engine_settings() const;

  client::OwnConfig own_;
  const void* module_address_;
  client::PurposeList purposes_;
  client::DataPaths directory_;
  std::unique_ptr<client::PermissionRules> rules_;
  std::unique_ptr<client::ConsentFile> file_;
  std::shared_ptr<client::Inbox> inbox_;

  mutable std::mutex control_;  // of what follows; never taken by `track`
  client::HostConsent host_;
  Off off_ = Off::none;
  std::string detail_;
  std::string unrecorded_refusal_;  // the person's, and why it could not be kept; it holds here until they say yes
  std::shared_ptr<client::Worker> worker_;
  TelemetryTotals ended_totals_;  // of workers that are no more
  bool is_forked_ = false;
};

}  // namespace waymark
