// The C interface: arguments made C++ of, nothing decided. No exception leaves it.
#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "native/client/c_telemetry.hpp"
#include "native/client/include/waymark/waymark.h"

namespace {

using namespace waymark;
using client::c_text;
using std::chrono::milliseconds;

template <class A, class B>
constexpr bool same(A ours, B theirs) {
  return static_cast<int>(ours) == static_cast<int>(theirs);
}

static_assert(same(WAYMARK_PROFILE_ANONYMOUS, Profile::anonymous) && same(WAYMARK_PROFILE_FULL, Profile::full));
static_assert(same(WAYMARK_CONSENT_RECORD, ConsentSource::record) && same(WAYMARK_CONSENT_HOST, ConsentSource::host));
static_assert(same(WAYMARK_CRASHES_NONE, CrashScope::none) && same(WAYMARK_CRASHES_PROGRAM, CrashScope::program) &&
              same(WAYMARK_CRASHES_MODULE, CrashScope::module));
static_assert(same(WAYMARK_QUEUED, Tracked::queued) && same(WAYMARK_QUEUE_FULL, Tracked::queue_full) &&
              same(WAYMARK_DISABLED, Tracked::disabled));
static_assert(same(WAYMARK_NULL, Value::Kind::null) && same(WAYMARK_BOOLEAN, Value::Kind::boolean) &&
              same(WAYMARK_INTEGER, Value::Kind::integer) && same(WAYMARK_NATURAL, Value::Kind::natural) &&
              same(WAYMARK_NUMBER, Value::Kind::number) && same(WAYMARK_TEXT, Value::Kind::text));
static_assert(same(WAYMARK_UNKNOWN, ConsentValue::unknown) && same(WAYMARK_GRANTED, ConsentValue::granted) &&
              same(WAYMARK_DENIED, ConsentValue::denied));
static_assert(same(WAYMARK_OFF_NONE, Off::none) && same(WAYMARK_OFF_BAD_CONFIG, Off::bad_config) &&
              same(WAYMARK_OFF_DO_NOT_TRACK, Off::do_not_track) &&
              same(WAYMARK_OFF_TOOL_VARIABLE, Off::tool_variable) && same(WAYMARK_OFF_CI, Off::ci) &&
              same(WAYMARK_OFF_REFUSED, Off::refused) && same(WAYMARK_OFF_UNKNOWN, Off::unknown) &&
              same(WAYMARK_OFF_UNUSABLE_FILES, Off::unusable_files));

constexpr size_t most_properties = 64;

size_t copy_out(std::string_view text, char* buffer, size_t capacity) {
  if (buffer != nullptr && capacity > 0) {
    const size_t length = std::min(text.size(), capacity - 1);
    std::copy_n(text.data(), length, buffer);
    buffer[length] = 0;
  }
  return text.size();
}

std::string lines_of(const std::vector<std::string>& texts) {
  std::string lines;
  for (const std::string& text : texts) lines += text + '\n';
  return lines;
}

// What `work` returns, or `otherwise` without an object, and if an exception came, which only want of memory throws.
template <class Object, class Result, class Work>
Result with(Object* object, Result otherwise, Work work) noexcept {
  if (object == nullptr || !object->telemetry) return otherwise;
  try {
    return work(*object->telemetry);
  } catch (...) {
    return otherwise;
  }
}

waymark_tracked told(Tracked tracked) { return static_cast<waymark_tracked>(tracked); }

Value value_of(const waymark_property& property) {
  switch (property.kind) {
    case WAYMARK_BOOLEAN:
      return property.value.boolean;
    case WAYMARK_INTEGER:
      return property.value.integer;
    case WAYMARK_NATURAL:
      return property.value.natural;
    case WAYMARK_NUMBER:
      return property.value.number;
    case WAYMARK_TEXT:
      return property.value.text;
    default:
      return nullptr;
  }
}

ConsentValue consent_of(waymark_consent_value value) {
  if (value == WAYMARK_GRANTED) return ConsentValue::granted;
  return value == WAYMARK_DENIED ? ConsentValue::denied : ConsentValue::unknown;
}

// The caller's struct, which may be of an earlier or a later version than this library's.
template <class Struct>
Struct known_part(const Struct& given) {
  Struct known = {};
  std::memcpy(&known, &given, std::min(given.size, sizeof known));
  return known;
}

// Why numbers in the place of enumerations are none; empty if they are.
std::string problem_of(const waymark_config& config) {
  if (config.profile < 0 || config.profile > WAYMARK_PROFILE_FULL) return "profile: use WAYMARK_PROFILE_…";
  if (config.consent < 0 || config.consent > WAYMARK_CONSENT_HOST) return "consent: use WAYMARK_CONSENT_…";
  if (config.crashes < 0 || config.crashes > WAYMARK_CRASHES_MODULE) return "crashes: use WAYMARK_CRASHES_…";
  if (config.plan == nullptr && config.plan_bytes > 0) return "plan: is null, but plan_bytes is not 0";
  return {};
}

TelemetryConfig config_of(const waymark_config& given, const void* caller) {
  TelemetryConfig config;
  config.tool = c_text(given.tool);
  config.version = c_text(given.version);
  config.endpoint = c_text(given.endpoint);
  config.write_key = c_text(given.write_key);
  config.profile = static_cast<Profile>(given.profile);
  config.consent = static_cast<ConsentSource>(given.consent);
  config.data_directory = c_text(given.data_directory);
  config.plan = {static_cast<const char*>(given.plan), given.plan_bytes};
  config.policy_version = c_text(given.policy_version);
  config.policy_url = c_text(given.policy_url);
  config.crashes = static_cast<CrashScope>(given.crashes);
  config.module_address = caller;
  if (given.crash_purpose != nullptr) config.crash_purpose = given.crash_purpose;
  if (given.ring_bytes > 0) config.ring_bytes = given.ring_bytes;
  if (given.disk_bytes > 0) config.disk_bytes = given.disk_bytes;
  if (given.exit_deadline_ms != 0) config.exit_deadline = milliseconds(std::max(given.exit_deadline_ms, 0));
  return config;
}

}  // namespace

// ---- configuration ------------------------------------------------------------------------------------------------

waymark_telemetry* waymark_telemetry_open(const waymark_config* config) {
  const void* const caller = __builtin_return_address(0);
  try {
    auto opened = std::make_unique<waymark_telemetry>();
    if (config == nullptr) {
      opened->problem = "config: is null; give a waymark_config";
    } else if (config->size < sizeof config->size) {
      opened->problem = "config: its size is not set; begin with WAYMARK_CONFIG";
    } else {
      const waymark_config known = known_part(*config);
      opened->problem = problem_of(known);
      if (opened->problem.empty()) opened->telemetry = std::make_unique<Telemetry>(config_of(known, caller));
    }
    return opened.release();
  } catch (...) {
    return nullptr;
  }
}

void waymark_telemetry_close(waymark_telemetry* telemetry) { delete telemetry; }

// ---- what is tracked ----------------------------------------------------------------------------------------------

waymark_tracked waymark_track(waymark_telemetry* telemetry, const char* event_name, const waymark_property* properties,
                              size_t count, const char* purpose) {
  if (count > most_properties || (properties == nullptr && count > 0)) return WAYMARK_DISABLED;
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) {
    std::array<Property, most_properties> made = {};
    for (size_t i = 0; i < count; ++i) made[i] = {c_text(properties[i].key), value_of(properties[i])};
    return told(to.track(c_text(event_name), std::span<const Property>(made.data(), count), c_text(purpose)));
  });
}

waymark_tracked waymark_track_json(waymark_telemetry* telemetry, const char* event_name, const char* properties_json,
                                   const char* purpose) {
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) {
    return told(to.track(c_text(event_name), c_text(properties_json), c_text(purpose)));
  });
}

waymark_tracked waymark_record(waymark_telemetry* telemetry, const char* metric, double value) {
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) { return told(to.record(c_text(metric), value)); });
}

waymark_tracked waymark_expose(waymark_telemetry* telemetry, const char* experiment, const char* variant) {
  return with(telemetry, WAYMARK_DISABLED,
              [&](Telemetry& to) { return told(to.expose(c_text(experiment), c_text(variant))); });
}

waymark_tracked waymark_ping(waymark_telemetry* telemetry, const char* event, uint64_t n, uint64_t duration_ms) {
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) { return told(to.ping(c_text(event), n, duration_ms)); });
}

waymark_tracked waymark_identify(waymark_telemetry* telemetry, const char* user_id) {
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) { return told(to.identify(c_text(user_id))); });
}

waymark_tracked waymark_reset(waymark_telemetry* telemetry) {
  return with(telemetry, WAYMARK_DISABLED, [](Telemetry& to) { return told(to.reset()); });
}

waymark_tracked waymark_set_environment(waymark_telemetry* telemetry, const waymark_environment* environment) {
  if (environment == nullptr || environment->size < sizeof environment->size) return WAYMARK_DISABLED;
  return with(telemetry, WAYMARK_DISABLED, [&](Telemetry& to) {
    const waymark_environment known = known_part(*environment);
    return told(to.set_environment({c_text(known.host_name), c_text(known.host_version), c_text(known.plugin_format),
                                    known.sample_rate_hz, known.buffer_frames}));
  });
}

// ---- delivery -----------------------------------------------------------------------------------------------------

waymark_flushed waymark_flush(waymark_telemetry* telemetry, int32_t timeout_ms) {
  return with(telemetry, waymark_flushed{}, [&](Telemetry& of) {
    const FlushResult result = of.flush(milliseconds(std::max(timeout_ms, 0)));
    return waymark_flushed{result.is_done, result.acknowledged, result.given_up, result.waiting};
  });
}

waymark_totals waymark_count_totals(const waymark_telemetry* telemetry) {
  return with(telemetry, waymark_totals{}, [](const Telemetry& of) {
    const TelemetryTotals totals = of.totals();
    return waymark_totals{totals.accepted,    totals.acknowledged, totals.rejected, totals.dropped,
                          totals.wiped,       totals.ring_full,    totals.invalid,  totals.denied,
                          totals.sampled_out, totals.over_bound};
  });
}

size_t waymark_waiting(const waymark_telemetry* telemetry, char* buffer, size_t capacity) {
  const size_t none = copy_out({}, buffer, capacity);
  return with(telemetry, none, [&](const Telemetry& of) { return copy_out(lines_of(of.waiting()), buffer, capacity); });
}

// ---- consent ------------------------------------------------------------------------------------------------------

waymark_off waymark_status(const waymark_telemetry* telemetry) {
  return with(telemetry, WAYMARK_OFF_BAD_CONFIG,
              [](const Telemetry& of) { return static_cast<waymark_off>(of.status().off); });
}

size_t waymark_status_detail(const waymark_telemetry* telemetry, char* buffer, size_t capacity) {
  const bool is_refused = telemetry != nullptr && !telemetry->telemetry;
  const size_t problem = copy_out(is_refused ? telemetry->problem : std::string_view(), buffer, capacity);
  return with(telemetry, problem, [&](const Telemetry& of) { return copy_out(of.status().detail, buffer, capacity); });
}

size_t waymark_data_directory(const waymark_telemetry* telemetry, char* buffer, size_t capacity) {
  const size_t none = copy_out({}, buffer, capacity);
  return with(telemetry, none,
              [&](const Telemetry& of) { return copy_out(of.status().data_directory, buffer, capacity); });
}

waymark_consent_value waymark_consent(const waymark_telemetry* telemetry, const char* purpose) {
  return with(telemetry, WAYMARK_DENIED,
              [&](const Telemetry& of) { return static_cast<waymark_consent_value>(of.consent(c_text(purpose))); });
}

size_t waymark_explain(const waymark_telemetry* telemetry, const char* purpose, char* buffer, size_t capacity) {
  const size_t none = copy_out({}, buffer, capacity);
  return with(telemetry, none,
              [&](const Telemetry& of) { return copy_out(of.explain(c_text(purpose)), buffer, capacity); });
}

size_t waymark_notice(const waymark_telemetry* telemetry, waymark_notice_part part, char* buffer, size_t capacity) {
  const size_t none = copy_out({}, buffer, capacity);
  return with(telemetry, none, [&](const Telemetry& of) {
    const ConsentNotice notice = of.notice();
    switch (part) {
      case WAYMARK_NOTICE_TITLE:
        return copy_out(notice.title, buffer, capacity);
      case WAYMARK_NOTICE_TEXT:
        return copy_out(notice.text, buffer, capacity);
      case WAYMARK_NOTICE_HOW_TO_TURN_OFF:
        return copy_out(notice.how_to_turn_off, buffer, capacity);
      case WAYMARK_NOTICE_POLICY_URL:
        return copy_out(notice.policy_url, buffer, capacity);
      case WAYMARK_NOTICE_PURPOSES:
        return copy_out(lines_of(notice.purposes), buffer, capacity);
      case WAYMARK_NOTICE_HASH:
        return copy_out(notice.hash, buffer, capacity);
    }
    return none;
  });
}

bool waymark_answer(waymark_telemetry* telemetry, waymark_consent_value value) {
  return with(telemetry, false, [&](Telemetry& of) { return of.answer(consent_of(value)); });
}

bool waymark_set_consent(waymark_telemetry* telemetry, const char* purpose, waymark_consent_value value,
                         const char* source) {
  return with(telemetry, false, [&](Telemetry& of) {
    return of.set_consent(c_text(purpose), consent_of(value), source == nullptr ? "api" : source);
  });
}

waymark_purged waymark_withdraw(waymark_telemetry* telemetry, char* buffer, size_t capacity) {
  copy_out({}, buffer, capacity);
  return with(telemetry, waymark_purged{}, [&](Telemetry& of) {
    const PurgeReport report = of.withdraw();
    copy_out(lines_of(report.files_left), buffer, capacity);
    return waymark_purged{report.events_wiped, report.files_deleted.size(), report.files_left.size()};
  });
}

// ---- threads and processes ----------------------------------------------------------------------------------------

bool waymark_protect_this_thread(void) {
  try {
    return Telemetry::protect_this_thread();
  } catch (...) {
    return false;
  }
}

void waymark_resume_after_fork(waymark_telemetry* telemetry) {
  with(telemetry, 0, [](Telemetry& of) {
    of.resume_after_fork();
    return 0;
  });
}
