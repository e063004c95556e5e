#include "native/client/include/waymark/telemetry.hpp"

#include "core/limits.hpp"
#include "native/client/consent/notice.hpp"
#include "native/client/consent/printable.hpp"
#include "native/client/crash/crash.hpp"
#include "native/client/ring/record.hpp"
#include "native/client/telemetry_impl.hpp"

namespace waymark {

using namespace client;
using namespace std::chrono_literals;

namespace {

constexpr const char* no_answer = "an answer is granted or denied; unknown cannot be recorded";

}  // namespace

Telemetry::Telemetry(const TelemetryConfig& config)
    : impl_(
          std::make_unique<Impl>(config, config.module_address ? config.module_address : __builtin_return_address(0))) {
  const Off off = impl_->status().off;
  if (config.crashes != CrashScope::none && (off == Off::none || off == Off::unknown)) protect_this_thread();
}
Telemetry::~Telemetry() = default;

Tracked Telemetry::track(std::string_view event_name, std::span<const Property> properties,
                         std::string_view purpose) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_event(impl_->ring(), event_name, properties, purpose), purpose);
}

Tracked Telemetry::track(std::string_view event_name, std::string_view properties_json,
                         std::string_view purpose) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_event_json(impl_->ring(), event_name, properties_json, purpose), purpose);
}

Tracked Telemetry::record(std::string_view metric, double value) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_metric(impl_->ring(), metric, value), {});
}

Tracked Telemetry::expose(std::string_view experiment, std::string_view variant) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_exposure(impl_->ring(), experiment, variant), {});
}

Tracked Telemetry::ping(std::string_view event, uint64_t n, uint64_t duration_ms) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_ping(impl_->ring(), event, n, duration_ms), {});
}

Tracked Telemetry::identify(std::string_view user_id) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_identify(impl_->ring(), user_id), {});
}

Tracked Telemetry::reset() noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_reset(impl_->ring()), {});
}

Tracked Telemetry::set_environment(const Environment& environment) noexcept {
  if (!impl_->is_on()) return Tracked::disabled;
  return impl_->put(put_environment(impl_->ring(), environment), {});
}

FlushResult Telemetry::flush(std::chrono::milliseconds timeout) { return impl_->flush(timeout); }
Status Telemetry::status() const { return impl_->status(); }
TelemetryTotals Telemetry::totals() const { return impl_->totals(); }
std::vector<std::string> Telemetry::waiting() const { return impl_->waiting(); }

ConsentValue Telemetry::consent(std::string_view purpose) const {
  const uint32_t place = impl_->purposes().find(purpose);
  if (!impl_->rules() || place >= impl_->purposes().names.size()) return ConsentValue::denied;
  const Permission permission = impl_->permission();
  if (impl_->rules()->is_stopped() || (permission.denied >> place & 1) != 0) return ConsentValue::denied;
  return (permission.granted >> place & 1) != 0 ? ConsentValue::granted : ConsentValue::unknown;
}

std::string Telemetry::explain(std::string_view purpose) const {
  if (!impl_->rules()) return "stop: bad_config, denied (" + impl_->status().detail + ")\n";
  return impl_->explain(purpose);
}

ConsentNotice Telemetry::notice() const { return make_notice(impl_->config(), impl_->asked_purposes()); }

bool Telemetry::answer(ConsentValue value) {
  if (value == ConsentValue::unknown) return impl_->refuse_choice(no_answer);
  const ConsentNotice shown = notice();
  const std::string policy(impl_->config().policy_version);
  if (impl_->config().consent == ConsentSource::host) {
    Purposes asked = 0;
    for (const std::string& purpose : shown.purposes) asked |= 1u << impl_->purposes().find(purpose);
    return impl_->set_host_consent(asked, value);
  }
  std::vector<ConsentFile::NewChoice> choices;
  for (const std::string& purpose : shown.purposes) {
    choices.push_back({purpose, static_cast<Consent>(value), "user", policy, shown.hash});
  }
  return impl_->record_choices(choices);
}

bool Telemetry::set_consent(std::string_view purpose, ConsentValue value, std::string_view source) {
  const uint32_t place = impl_->purposes().find(purpose);
  if (place == 0) return impl_->refuse_choice("necessary events need no consent: there is no choice about them");
  if (place >= impl_->purposes().names.size()) {
    std::string why = "there is no purpose \"" + printable(purpose.substr(0, limits::purpose_bytes)) + "\"; use";
    for (size_t i = 1; i < impl_->purposes().names.size(); ++i) why += ' ' + impl_->purposes().names[i];
    return impl_->refuse_choice(std::move(why));
  }
  if (impl_->config().consent == ConsentSource::host) return impl_->set_host_consent(1u << place, value);
  if (value == ConsentValue::unknown) return impl_->refuse_choice(no_answer);
  const std::string policy(impl_->config().policy_version);
  return impl_->record_choices({{std::string(purpose), static_cast<Consent>(value), std::string(source), policy, {}}});
}

PurgeReport Telemetry::withdraw() { return impl_->withdraw(); }
bool Telemetry::protect_this_thread() { return crash::protect_this_thread(); }
void Telemetry::resume_after_fork() { impl_->flush(0ms); }

}  // namespace waymark
