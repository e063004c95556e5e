#include "native/client/telemetry_impl.hpp"

#include <algorithm>

#include "native/client/clock.hpp"
#include "native/client/consent/data_directory.hpp"
#include "native/client/crash/crash.hpp"
#include "native/client/worker/config_lines.hpp"
#include "native/client/worker/run.hpp"

namespace waymark {

using namespace client;
using namespace std::chrono_literals;

namespace {

constexpr auto purge_time = 5000ms;
constexpr auto waiting_time = 1000ms;
constexpr size_t most_waiting = 1000;

void add(TelemetryTotals& to, const TelemetryTotals& more) {
  to.accepted += more.accepted;
  to.acknowledged += more.acknowledged;
  to.rejected += more.rejected;
  to.dropped += more.dropped;
  to.wiped += more.wiped;
  to.ring_full += more.ring_full;
  to.invalid += more.invalid;
  to.denied += more.denied;
  to.sampled_out += more.sampled_out;
  to.over_bound += more.over_bound;
}

}  // namespace

// ---- start and end ------------------------------------------------------------------------------------------------

Telemetry::Impl::Impl(const TelemetryConfig& given, const void* module_address)
    : own_(given), module_address_(module_address) {
  const TelemetryConfig& config = own_.config;
  if (std::string problem = problem_of(config); !problem.empty()) {
    set_off(Off::bad_config, std::move(problem));
    return;
  }
  purposes_ = purposes_of(config.plan);
  rules_ = std::make_unique<PermissionRules>(config, purposes_, process_variables());
  // Where files are is known to who opted out too: what earlier runs left can be seen, and deleted.
  const DataDirectory found = find_data_directory(config.data_directory, config.tool, process_variables());
  directory_.path = found.path;
  if (!rules_->is_stopped()) {
    if (found.path.empty()) {
      set_off(Off::unusable_files, found.problem);
      return;
    }
    if (config.consent == ConsentSource::record) {
      file_ = std::make_unique<ConsentFile>(directory_.path);
    }
    inbox_ = std::make_shared<Inbox>(config.ring_bytes);
  }
  apply(decide());
  crash::keep_whole_over_fork();
  tell_of_forks(*this);
}

Telemetry::Impl::~Impl() {
  forget_forks(*this);
  if (is_forked_ && inbox_ && !inbox_->ring.is_empty()) resume();
  if (inbox_) inbox_->is_open = false;
  if (worker_) worker_->stop(own_.config.exit_deadline);
}

void Telemetry::Impl::set_off(Off off, std::string detail) {
  off_ = off;
  detail_ = std::move(detail);
}

EngineSettings Telemetry::Impl::engine_settings() const {
  const TelemetryConfig& config = own_.config;
  return {config_lines(config),     shared_context(config),     config.plan, purposes_,
          std::string(config.tool), std::string(config.version)};
}

// Only while `control_` is held, or nobody else knows the object.
void Telemetry::Impl::apply(const Permission& permission) {
  set_off(permission.off, permission.detail);
  if (permission.off == Off::unknown) {
    inbox_->is_open = true;  // they wait in the ring, or with a worker that was told yes before: in its memory
    if (worker_) worker_->set_consent(permission.granted, permission.denied);
    return;
  }
  if (permission.off != Off::none) {
    if (inbox_) inbox_->is_open = false;
    if (worker_) worker_->purge(purge_time);
    end_worker();
    if (inbox_) wipe_ring();
    return;
  }
  if (worker_ && worker_->is_over()) end_worker();
  if (worker_) {
    worker_->set_consent(permission.granted, permission.denied);
  } else {
    start(permission);
  }
}

void Telemetry::Impl::start(const Permission& permission) {
  const TelemetryConfig& config = own_.config;
  WorkerSettings settings;
  settings.engine = engine_settings();
  settings.endpoint = read_endpoint(config.endpoint);
  settings.directory = directory_;
  settings.disk_bytes = config.disk_bytes;
  settings.profile = config.profile;
  settings.version = config.version;
  settings.crashes = config.crashes;
  settings.crash_purpose = config.crash_purpose;
  settings.module_address = module_address_;
  if (config.consent == ConsentSource::record) {
    // Copies: the thread may outlive this object.
    const auto own = std::make_shared<OwnConfig>(config);
    settings.permission = [own, rules = *rules_, file = *file_](double now) { return rules.decide(&file, {}, now); };
  }
  // What was tracked after a refusal is not for whoever is asked next.
  if (!is_on()) wipe_ring();
  inbox_->is_open = true;
  worker_ = std::make_shared<Worker>(std::move(settings), inbox_, permission.granted, permission.denied);
  if (worker_->is_running()) return;
  inbox_->is_open = false;
  set_off(Off::unusable_files, "no thread could be started; the process has too many, or no memory");
}

// While `control_` is held.
void Telemetry::Impl::end_worker() {
  if (!worker_) return;
  if (worker_->is_running()) worker_->stop(0ms);
  add(ended_totals_, worker_->totals());
  worker_.reset();
}

uint64_t Telemetry::Impl::wipe_ring() {
  const uint64_t wiped = inbox_->ring.wipe();
  ended_totals_.wiped += wiped;
  return wiped;
}

void Telemetry::Impl::lose(std::string_view purpose) {
  const uint32_t place = purpose.empty() ? purposes_.find("analytics") : purposes_.find(purpose);
  const size_t counter = std::min<size_t>(place, inbox_->lost.size() - 1);
  inbox_->lost[counter].fetch_add(1, std::memory_order_relaxed);
  inbox_->lost_ever.fetch_add(1, std::memory_order_relaxed);
}

// ---- consent ------------------------------------------------------------------------------------------------------

// While `control_` is held, or nobody else knows the object.
Permission Telemetry::Impl::decide() const {
  if (!unrecorded_refusal_.empty()) return {Off::refused, unrecorded_refusal_, 0, all_but_necessary()};
  return rules_->decide(file_.get(), host_, unix_now_ms());
}

// These two read a file, and keep nobody else from working meanwhile.
Permission Telemetry::Impl::permission() const {
  HostConsent host;
  {
    const std::lock_guard lock(control_);
    if (!unrecorded_refusal_.empty()) return decide();
    host = host_;
  }
  return rules_->decide(file_.get(), host, unix_now_ms());
}

std::string Telemetry::Impl::explain(std::string_view purpose) const {
  HostConsent host;
  std::string withdrawn;
  {
    const std::lock_guard lock(control_);
    if (!unrecorded_refusal_.empty()) withdrawn = "withdrawn, denied (" + unrecorded_refusal_ + ")\n";
    host = host_;
  }
  return rules_->explain(purpose, file_.get(), host, unix_now_ms()) + withdrawn;
}

bool Telemetry::Impl::record_choices(const std::vector<ConsentFile::NewChoice>& choices) {
  const std::lock_guard lock(control_);
  return record(choices);
}

// While `control_` is held.
bool Telemetry::Impl::record(const std::vector<ConsentFile::NewChoice>& choices) {
  if (!rules_ || rules_->is_stopped() || !file_) return false;
  if (std::optional<std::string> problem = file_->write(choices.data(), choices.size(), unix_now_ms())) {
    detail_ = std::move(*problem);
    return false;
  }
  unrecorded_refusal_.clear();
  const Permission permission = decide();
  apply(permission);
  // What runs before this one left is refused too, also where nothing runs now.
  PurgeReport report;
  if (permission.off == Off::refused) delete_files(report);
  return true;
}

bool Telemetry::Impl::refuse_choice(std::string why) {
  const std::lock_guard lock(control_);
  if (rules_ && !rules_->is_stopped()) detail_ = std::move(why);
  return false;
}

bool Telemetry::Impl::set_host_consent(Purposes purposes, ConsentValue value) {
  const std::lock_guard lock(control_);
  return set_host(purposes, value);
}

// While `control_` is held.
bool Telemetry::Impl::set_host(Purposes purposes, ConsentValue value) {
  if (!rules_ || rules_->is_stopped() || !inbox_) return false;
  host_.granted = value == ConsentValue::granted ? host_.granted | purposes : host_.granted & ~purposes;
  host_.denied = value == ConsentValue::denied ? host_.denied | purposes : host_.denied & ~purposes;
  const Permission permission = decide();
  apply(permission);
  PurgeReport report;
  if (permission.off == Off::refused) delete_files(report);
  return true;
}

// All but the consent record. While `control_` is held.
void Telemetry::Impl::delete_files(PurgeReport& report) {
  if (directory_.path.empty()) return;
  DiskQueue(directory_.queue(), "purge", 0).purge(report.files_deleted, report.files_left);
  RunSettings every;
  every.directory = directory_;
  Run(std::move(every)).purge(report.files_deleted, report.files_left);
  StateFile(directory_.state()).erase(report.files_deleted, report.files_left);
}

// What cannot be written down holds here all the same, and takes back the yes before it, so that the next start asks
// again. While `control_` is held.
void Telemetry::Impl::refuse_unrecorded(PurgeReport& report) {
  file_->erase(report.files_deleted, report.files_left);
  unrecorded_refusal_ = "nothing is sent now, but your refusal is not kept: " + detail_;
  const consent::Soundness left = file_->read().soundness;
  if (left == consent::Soundness::missing) unrecorded_refusal_ += "; the next start asks again";
  if (left == consent::Soundness::sound) {
    unrecorded_refusal_ += "; the next start goes by the answer before it: delete " + file_->path();
  }
  apply(decide());
}

PurgeReport Telemetry::Impl::withdraw() {
  PurgeReport report;
  const std::lock_guard lock(control_);
  if (inbox_) inbox_->is_open = false;
  if (worker_) report = worker_->purge(purge_time);
  end_worker();
  if (inbox_) report.events_wiped += wipe_ring();
  delete_files(report);
  if (!rules_ || rules_->is_stopped()) return report;
  if (config().consent == ConsentSource::host) {
    set_host(all_but_necessary(), ConsentValue::denied);
    return report;
  }
  const std::string policy(own_.config.policy_version);
  std::vector<ConsentFile::NewChoice> refusals;
  for (size_t i = 1; i < purposes_.names.size(); ++i) {
    refusals.push_back({purposes_.names[i], Consent::denied, "user", policy, {}});
  }
  if (!refusals.empty() && file_ && !record(refusals)) refuse_unrecorded(report);
  return report;
}

// Marketing is nothing that a program's own telemetry asks for unless a plan has it.
std::vector<std::string> Telemetry::Impl::asked_purposes() const {
  std::vector<std::string> asked;
  for (size_t i = 1; i < purposes_.names.size(); ++i) {
    if (config().plan.empty() && purposes_.names[i] == "marketing") continue;
    asked.push_back(purposes_.names[i]);
  }
  return asked;
}

// ---- the rest -----------------------------------------------------------------------------------------------------

// Another process, or another instance in this one, may have been told no, which ends the worker, or yes. While
// `control_` is held.
void Telemetry::Impl::look_again() {
  if (!rules_ || rules_->is_stopped() || !inbox_ || is_forked_) return;
  const bool has_ended = worker_ && worker_->is_over();
  if (worker_ && !has_ended) return;
  if (has_ended) end_worker();
  const Permission permission = decide();
  if (has_ended || permission.off != off_) apply(permission);
}

Status Telemetry::Impl::status() {
  const std::lock_guard lock(control_);
  look_again();
  return {off_, detail_, directory_.path};
}

std::vector<std::string> Telemetry::Impl::waiting() {
  const std::lock_guard lock(control_);
  std::vector<std::string> events;
  if (!rules_) return events;
  if (!directory_.path.empty()) {
    DiskQueue queue(directory_.queue(), "show", 0);
    events = events_in(queue.entries(), engine_settings(), unix_now_ms(), most_waiting);
  }
  if (!worker_) return events;
  // What is on disk of this run is in memory too.
  for (std::string& event : worker_->waiting(waiting_time)) {
    if (std::find(events.begin(), events.end(), event) == events.end()) events.push_back(std::move(event));
  }
  if (events.size() > most_waiting) events.resize(most_waiting);
  return events;
}

TelemetryTotals Telemetry::Impl::totals() const {
  const std::lock_guard lock(control_);
  TelemetryTotals totals = ended_totals_;
  if (worker_) add(totals, worker_->totals());
  if (inbox_) totals.ring_full = inbox_->lost_ever.load(std::memory_order_relaxed);
  return totals;
}

FlushResult Telemetry::Impl::flush(std::chrono::milliseconds timeout) {
  std::shared_ptr<Worker> worker;
  {
    const std::lock_guard lock(control_);
    if (is_forked_) resume();
    look_again();
    worker = worker_;
  }
  return worker ? worker->flush(timeout) : FlushResult();
}

void Telemetry::Impl::before_fork() {
  control_.lock();
  if (worker_) worker_->before_fork();
}

void Telemetry::Impl::after_fork(bool is_child) {
  if (is_child && inbox_) {
    ended_totals_ = {};
    inbox_->lost_ever = 0;
  }
  if (!is_child) {
    if (worker_) worker_->after_fork_in_parent();
  } else if (worker_) {
    worker_->after_fork_in_child();
    inbox_->ring.reset_after_fork();
    for (auto& lost : inbox_->lost) lost = 0;
    worker_.reset();  // what it counted is the parent's
    is_forked_ = true;
  } else if (inbox_) {
    inbox_->ring.reset_after_fork();  // what waits for an answer is the parent's
    for (auto& lost : inbox_->lost) lost = 0;
  }
  control_.unlock();
}

// While `control_` is held, or nobody else knows the object.
void Telemetry::Impl::resume() {
  is_forked_ = false;
  if (!worker_ && rules_ && inbox_) apply(decide());
}

}  // namespace waymark
